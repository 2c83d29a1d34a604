"""The eye's loop: one thread reads the camera into a slot, the main one judges the newest frame at a steady rate."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing

from mien.errors import PictureError, SourceError
from mien.eye.judge import FaceJudge
from mien.eye.latest import Latest
from mien.link.lines import EyeCondition, EyeState, Message
from mien.ports import Camera
from mien.types import Frame

_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = (1.0, 2.0, 5.0)
_LOOK_SECONDS = 1.0  # between two looks at a camera that gives nothing
_READER_SECONDS = 2.0
_OPENING_SECONDS = 30.0  # a stream or a slow camera may take so long to its first frame


class Eye:
    """Reads a camera, judges its newest frames, and tells what it sees.

    Args:
        camera: the source. A file that ends ends the eye.
        judge: finds and reads faces.
        frames_per_second: judged at most.
        stall_seconds: a camera that gives no frame for so long is stuck inside a read that never returns; None for a
            file, which is never stuck.
        opens_again: a source that fails is opened again after a while, for ever; if not, its failure ends the eye.
        tell: takes each observation and each change of the source's state.
    """

    def __init__(
        self,
        camera: Camera,
        judge: FaceJudge,
        *,
        frames_per_second: float,
        stall_seconds: float | None,
        opens_again: bool = True,
        tell: Callable[[Message], object],
    ) -> None:
        self._camera, self._judge, self._tell = camera, judge, tell
        self._period_seconds = 1.0 / frames_per_second
        self._stall_seconds = stall_seconds
        self._opens_again = opens_again
        self._failure: Exception | None = None
        self._newest: Latest[Frame] = Latest()
        self._stopping = threading.Event()
        self._state = EyeState(EyeCondition.TROUBLE, "The camera is being opened.")
        self._waiting_since: float | None = None  # for a frame; None between two tries to open the camera

    def run(self) -> None:
        """Watch until the source ends or `stop` is called.

        Raises:
            SourceError: the source failed and is not to be opened again; or a live camera is stuck, and only a new
                process gets rid of the read that never returns.
            PictureError: a picture of a folder cannot be read, and the folder is not to be opened again.
        """
        reader = threading.Thread(target=self._read_camera, name="camera", daemon=True)
        reader.start()
        due = time.monotonic()
        while not self._newest.ended and not self._stopping.is_set():
            frame = self._newest.take(_LOOK_SECONDS)
            if frame is None:
                self._check_stall()
                continue
            self._tell(self._judge.observe(frame))
            due = max(due + self._period_seconds, time.monotonic())
            self._stopping.wait(due - time.monotonic())
        reader.join(_READER_SECONDS)  # it gives the camera back; one that is stuck is left to the process's end
        if self._failure is not None:
            raise self._failure
        if not self._stopping.is_set():
            # Told after the last frame was judged: a player may stop at this word.
            self._set_state(EyeState(EyeCondition.ENDED, "The source came to its end."))

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()
        self._newest.close()

    def _read_camera(self) -> None:
        try:
            self._read_until_end()
        except Exception as error:  # boundary: `run` raises it again, on the main thread
            self._failure = error
        finally:
            self._newest.close()

    def _read_until_end(self) -> None:
        for attempt in itertools.count():
            if self._stopping.is_set():
                return
            try:
                self._read_once()
            except (SourceError, PictureError) as error:
                if not self._opens_again:
                    raise
                self._waiting_since = None
                self._set_state(EyeState(EyeCondition.TROUBLE, str(error)))
                self._stopping.wait(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
            else:
                return

    def _read_once(self) -> None:
        """Open the camera and read until it ends or `stop` is called; leaving the iterator gives the camera back."""
        self._waiting_since = time.monotonic()
        with closing(self._camera.frames()) as frames:
            while not self._stopping.is_set() and (frame := next(frames, None)) is not None:
                self._waiting_since = time.monotonic()
                self._set_state(EyeState(EyeCondition.WATCHING, ""))
                self._newest.put(frame)

    def _set_state(self, state: EyeState) -> None:
        if state != self._state:
            self._state = state
            self._tell(state)
            if state.condition is EyeCondition.TROUBLE:
                _LOG.warning("%s", state.message)

    def _check_stall(self) -> None:
        since = self._waiting_since
        if since is None or self._stall_seconds is None or self._newest.ended:
            return
        limit = self._stall_seconds if self._state.condition is EyeCondition.WATCHING else _OPENING_SECONDS
        if time.monotonic() - since >= limit:
            raise SourceError(f"The camera gave no picture for {limit:g} s: it hangs, so the eye ends.")
