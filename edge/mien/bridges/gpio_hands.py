"""What the buttons and the knob on a board ask of the player."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from mien.errors import MienError
from mien.ports import Control
from mien.types import PlayState, Verdict

_LOG = logging.getLogger(__name__)

VOLUME_STEP_PERCENT = 3

_MOST_WAITING = 20  # what is asked beyond it, while the player hangs, is dropped
_TURN_SECONDS = 1.0  # a knob that rested so long begins anew at the volume that holds by then
_JOIN_SECONDS = 3.0


class GpioHands:
    """Does one after another what is asked, on a thread of its own: a pin's thread must not wait for the player."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._volume_percent, self._turned_at = 0, float("-inf")
        self._thread = threading.Thread(target=self._run, name="gpio", daemon=True)

    def start(self) -> None:
        """Begin to do what is asked."""
        self._thread.start()

    def close(self) -> None:
        """Do nothing more; a second call does nothing."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def ask(self, action: Callable[[], None]) -> None:
        """Have one of the actions below done soon; returns at once."""
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(action)

    def pause_or_resume(self) -> None:
        """Pause the music, or go on."""
        if self._control.snapshot().playback.state is PlayState.PLAYING:
            self._control.pause()
        else:
            self._control.resume()

    def skip(self) -> None:
        """Go to the next track."""
        self._control.skip()

    def never_again(self) -> None:
        """Ban the track that plays."""
        self._rate(Verdict.BAN)

    def like(self) -> None:
        """Like the track that plays."""
        self._rate(Verdict.LIKE)

    def turn_camera(self) -> None:
        """Turn the camera off, or on."""
        self._control.set_watching(not self._control.snapshot().watching)

    def louder(self) -> None:
        """Turn the volume up by a step."""
        self._turn(VOLUME_STEP_PERCENT)

    def softer(self) -> None:
        """Turn the volume down by a step."""
        self._turn(-VOLUME_STEP_PERCENT)

    def _turn(self, percent: int) -> None:
        snapshot, now = self._control.snapshot(), time.monotonic()
        if now - self._turned_at > _TURN_SECONDS:  # before that, the snapshot may not yet show the last step
            self._volume_percent = snapshot.volume_percent
        self._turned_at = now
        self._volume_percent = min(max(self._volume_percent + percent, 0), snapshot.maximum_volume_percent)
        self._control.set_volume(self._volume_percent)

    def _rate(self, verdict: Verdict) -> None:
        choice = self._control.snapshot().choice
        if choice is not None:
            self._control.rate(choice.track.path, verdict)

    def _run(self) -> None:
        while (action := self._waiting.get()) is not None:
            try:
                action()
            except MienError as error:
                _LOG.warning("A button did nothing: %s", error)
