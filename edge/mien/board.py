"""Where the player shows itself: written by its thread, read and waited for by any other."""

from __future__ import annotations

import dataclasses
import threading

from mien.mood.affect import undecided
from mien.types import Playback, PlayState, Presence, Snapshot


class Board:
    """Holds the newest snapshot, and wakes who waits for one."""

    def __init__(self, volume_percent: int, maximum_volume_percent: int) -> None:
        """Begin with nothing seen and nothing played, at a volume; a slider ends at the maximum."""
        self._changed = threading.Condition()
        silence = Playback(PlayState.STOPPED, None, 0.0)
        self._snapshot = Snapshot(
            0, undecided(Presence.NOBODY), None, silence, None, False, volume_percent, maximum_volume_percent, ()
        )

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot."""
        with self._changed:
            return self._snapshot

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        """Return the first snapshot newer than `version`, or the present one after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot.version > version, timeout_seconds)
            return self._snapshot

    def show(self, new: Snapshot) -> Snapshot:
        """Show a snapshot and return it, with a new version if it is news.

        The position alone is no news: a page can count seconds by itself.
        """
        old = self._snapshot
        still = dataclasses.replace(
            new,
            version=old.version,
            playback=dataclasses.replace(new.playback, position_seconds=old.playback.position_seconds),
        )
        with self._changed:
            if still != old:
                new = dataclasses.replace(new, version=old.version + 1)
                self._changed.notify_all()
            self._snapshot = new
        return new
