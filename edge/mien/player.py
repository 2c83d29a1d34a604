"""The player: one thread takes in what the eye says, what people ask and what VLC reports, and decides what sounds.

Everything from other threads comes through one inbox, so that nothing here needs a lock but the snapshot.
"""

from __future__ import annotations

import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mien.errors import LibraryError, LinkError
from mien.link.lines import EyeCondition, EyeState
from mien.mood.decision import MoodTracker
from mien.music.choice import Chooser
from mien.music.jukebox import Jukebox
from mien.music.library import Library
from mien.ports import MusicPlayer
from mien.types import Choice, Expression, Judgement, Mood, Observation, Snapshot, TrackEnded

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 1.0  # how often the position is looked at when nothing else happens
_ANSWER_SECONDS = 10.0
_BLIND_SECONDS = 3.0  # an eye that tells nothing for so long sees nobody
_RETRY_SECONDS = 30.0  # between two tries to get music to sound that does not

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class EyeConnection:
    """The eye came or went."""

    connected: bool


Event = Observation | EyeState | EyeConnection | TrackEnded | Callable[[], object]
Inbox = queue.SimpleQueue[Event]


class Player:
    """Decides and plays; implements `ports.Control`.

    Args:
        inbox: what the eye says, what VLC reports and what people ask; any thread may put into it.
        tracker: observations to changes of mood.
        library: the owner's music; used on the player's thread alone.
        chooser: ranks tracks for a mood.
        jukebox: plays what fits.
        music: makes it sound.
        judge: has a photo judged in the eye's process.
        ends_with_source: stop when the eye's source came to its end.
        maximum_volume_percent: shown, so that a slider ends there.
        clock: gives seconds that only grow.
    """

    def __init__(  # noqa: PLR0913 - the parts it plays with
        self,
        *,
        inbox: Inbox,
        tracker: MoodTracker,
        library: Library,
        chooser: Chooser,
        jukebox: Jukebox,
        music: MusicPlayer,
        judge: Callable[[bytes], Judgement],
        ends_with_source: bool,
        maximum_volume_percent: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tracker, self._library, self._chooser = tracker, library, chooser
        self._jukebox, self._music, self._judge = jukebox, music, judge
        self._ends_with_source = ends_with_source
        self._inbox, self._clock = inbox, clock
        self._stopping = False
        self._expression: Expression | None = None
        self._eye_connected = False
        self._eye_trouble: str | None = None
        self._last_seen: tuple[float, float] | None = None  # the last observation's time, and when it was told
        self._retried_at = clock()
        self._changed = threading.Condition()
        self._snapshot = Snapshot(
            0, tracker.mood, None, music.playback(), None, False, music.volume_percent, maximum_volume_percent, None
        )

    def run(self) -> None:
        """Play until `stop` is called."""
        self._jukebox.start(self._tracker.mood)
        self._publish()
        while not self._stopping:
            try:
                event = self._inbox.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                pass
            else:
                self._take(event)
            self._look_at_clock(self._clock())
            self._publish()

    def stop(self) -> None:
        """End `run` soon; safe to call from any thread and from a signal handler."""
        self._inbox.put(self._stop)

    # What people ask: ports.Control.

    def snapshot(self) -> Snapshot:
        """Say what is seen, decided and played now."""
        with self._changed:
            return self._snapshot

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        """Return the first snapshot newer than `version`, or the present one after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot.version > version, timeout_seconds)
            return self._snapshot

    def judge(self, photo: bytes) -> Judgement:
        """Have a photo judged in the eye's process."""
        return self._judge(photo)

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first."""
        return self._ask(lambda: self._chooser.rank(mood, self._library.tracks(), (), count))

    def play(self, path: Path) -> None:
        """Play a track of the library."""
        self._ask(lambda: self._play(path))

    def skip(self) -> None:
        """Go to the next track for the present mood."""
        self._inbox.put(self._jukebox.skip)

    def pause(self) -> None:
        """Pause the music until `resume`."""
        self._inbox.put(self._jukebox.pause)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._inbox.put(self._jukebox.resume)

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        self._inbox.put(lambda: self._music.set_volume(percent))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Have the player's thread answer, and wait for it."""
        future: Future[Answer] = Future()

        def answer() -> None:
            try:
                future.set_result(question())
            except LibraryError as error:
                future.set_exception(error)

        self._inbox.put(answer)
        try:
            return future.result(_ANSWER_SECONDS)
        except FutureTimeoutError as error:
            raise LinkError("The player is busy or stops; try again in a few seconds.") from error

    # The player's thread.

    def _take(self, event: Event) -> None:
        if isinstance(event, Observation):
            self._observe(event)
        elif isinstance(event, EyeState):
            self._hear_of_source(event)
        elif isinstance(event, EyeConnection):
            self._set_connected(event.connected)
        elif isinstance(event, TrackEnded):
            self._jukebox.on_ended(event)
        else:
            event()

    def _stop(self) -> None:
        self._stopping = True

    def _look_at_clock(self, now: float) -> None:
        """Do what is due although nobody asked for it."""
        if self._last_seen is not None:
            seen_at, told_at = self._last_seen
            if now - told_at >= _BLIND_SECONDS:
                self._expression = None
                self._follow(Observation(seen_at + now - told_at, None, None, 0.0))
        if now - self._retried_at >= _RETRY_SECONDS:
            self._retried_at = now
            self._jukebox.retry()

    def _observe(self, observation: Observation) -> None:
        self._last_seen = (observation.seen_at, self._clock())
        self._expression = observation.expression
        self._follow(observation)

    def _follow(self, observation: Observation) -> None:
        change = self._tracker.update(observation)
        if change is not None:
            _LOG.info("The mood is %s (%.2f).", change.current.name, change.current.confidence)
            self._jukebox.on_mood(change)

    def _hear_of_source(self, state: EyeState) -> None:
        self._eye_trouble = state.message if state.condition is EyeCondition.TROUBLE else None
        if self._eye_trouble is not None:
            self._expression = None
            _LOG.warning("The eye sees nothing: %s", state.message)
        elif state.condition is EyeCondition.ENDED and self._ends_with_source:
            self._stopping = True

    def _set_connected(self, connected: bool) -> None:
        """Note whether an eye is there; the music plays on while it is gone."""
        self._eye_connected = connected
        if not connected:
            self._expression = self._eye_trouble = None

    def _play(self, path: Path) -> None:
        track = self._library.find(path)
        if track is None:
            raise LibraryError(f"The library has no track {path}; `mien library scan` finds new ones.")
        self._jukebox.play(track)

    def _publish(self) -> None:
        """Show what changed. The position alone is no news: a page can count seconds by itself."""
        old = self._snapshot
        playback = self._music.playback()
        new = dataclasses.replace(
            old,
            mood=self._tracker.mood,
            expression=self._expression,
            playback=playback,
            choice=self._jukebox.choice,
            eye_connected=self._eye_connected,
            volume_percent=self._music.volume_percent,
            trouble=" ".join(filter(None, (self._eye_trouble, self._jukebox.problem))) or None,
        )
        still = dataclasses.replace(
            new, playback=dataclasses.replace(playback, position_seconds=old.playback.position_seconds)
        )
        with self._changed:
            if still != old:
                new = dataclasses.replace(new, version=old.version + 1)
                self._changed.notify_all()
            self._snapshot = new
