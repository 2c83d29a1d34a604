"""The eye's loop: one thread reads the camera into a slot, the main one judges the newest, at its pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from mien.errors import PictureError, SourceError
from mien.eye.judge import FaceJudge
from mien.eye.latest import Latest
from mien.eye.pace import EARLY_SHARE, Pace
from mien.eye.told_state import ToldState
from mien.link.lines import EyeCondition, EyeState, Message
from mien.ports import Camera
from mien.types import Fault, Frame, Trouble

_RETRY_SECONDS = (1.0, 2.0, 5.0)
_LOOK_SECONDS = 0.5  # between two looks at a camera that gives nothing
_READER_SECONDS = 2.0
_OPENING_SECONDS = 30.0  # a stream or a slow camera may take so long to its first frame


class Watch(Protocol):
    """Finds what is wrong although the camera gives pictures."""

    def look(self, frame: Frame | None, now: float) -> Trouble | None:
        """Return what is wrong now.

        Args:
            frame: the newest picture; None while the camera is in trouble.
            now: in monotonic seconds.

        Raises:
            EyeError: the eye cannot go on.
        """
        ...


class Eye:
    """Reads a camera, judges its newest frames, and tells what it sees.

    Args:
        camera: the source. A file that ends ends the eye.
        judge: finds and reads faces.
        pace: how often to look; the camera may leave out what comes sooner.
        stall_seconds: a camera that gives no frame for so long is stuck inside a read that never returns; None for a
            file, which is never stuck.
        opens_again: a source that fails is opened again after a while, for ever; if not, its failure ends the eye.
        tell: takes each observation and each change of the source's state.
        watches: asked at each turn; the first that finds something is told of.
        retry_seconds: the pauses after the first failure to read the camera, the second, and so on; the last one is
            repeated. They begin anew after a run of half a minute.
        on_progress: called at each turn that was not spent in waiting for a source without a limit to its patience.
        watching: False begins at rest, with the camera closed.
    """

    def __init__(  # noqa: PLR0913 - what it looks with, and whom it tells
        self,
        camera: Camera,
        judge: FaceJudge,
        *,
        pace: Pace,
        stall_seconds: float | None,
        opens_again: bool = True,
        tell: Callable[[Message], object],
        watches: Sequence[Watch] = (),
        retry_seconds: Sequence[float] = _RETRY_SECONDS,
        on_progress: Callable[[], object] = lambda: None,
        watching: bool = True,
    ) -> None:
        self._camera, self._judge, self._pace, self._tell = camera, judge, pace, tell
        self._stall_seconds = stall_seconds
        self._opens_again = opens_again
        self._watches, self._retry_seconds, self._on_progress = watches, retry_seconds, on_progress
        self._failure: Exception | None = None
        self._newest: Latest[Frame] = Latest()
        self._stopping = threading.Event()
        self._wanted = threading.Condition()
        self._watching = watching
        self._rest_is_told = False  # since it last was to watch
        self._state = ToldState(tell)
        self._waiting_since: float | None = None  # for a frame; None between two tries to open the camera

    def run(self) -> None:
        """Watch until the source ends or `stop` is called.

        Raises:
            SourceError: the source failed and is not to be opened again; or a live camera is stuck, and only a new
                process gets rid of the read that never returns.
            PictureError: a picture of a folder cannot be read, and the folder is not to be opened again.
            EyeError: a watch found that the eye cannot go on.
        """
        reader = threading.Thread(target=self._read_camera, name="camera", daemon=True)
        reader.start()
        while not self._newest.ended and not self._stopping.is_set():
            frame = self._newest.take(_LOOK_SECONDS)
            if frame is None:
                self._bear_no_frame()
                continue
            taken_at = time.monotonic()
            if not self._tell_seen(frame):
                continue
            self._pace.set_hot(self._look(frame))
            # A camera that keeps the pace itself gives the next frame a moment later, and it is judged at once.
            self._wait_until(taken_at + EARLY_SHARE * self._pace.period_seconds)
        reader.join(_READER_SECONDS)  # it gives the camera back; one that is stuck is left to the process's end
        if self._failure is not None:
            raise self._failure
        if not self._stopping.is_set():
            # Told after the last frame was judged: a player may stop at this word.
            self._state.set_source(EyeState(EyeCondition.ENDED, "The source came to its end."))

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()
        self._newest.close()
        with self._wanted:
            self._wanted.notify_all()

    def set_watching(self, watching: bool) -> None:
        """Give the camera back and rest, or watch again; from any thread.

        Each rest is told of, also one so soon that the camera was not yet opened: somebody may wait for that word.
        """
        with self._wanted:
            self._watching = watching
            self._rest_is_told = self._rest_is_told and not watching
            self._wanted.notify_all()

    def _tell_seen(self, frame: Frame) -> bool:
        """Judge a frame and tell of it, unless it was read before the eye came to rest: at rest, nothing is told."""
        if not self._watching:
            return False
        observation = self._judge.observe(frame)
        self._pace.see(observation)
        with self._wanted:
            if self._watching:
                self._tell(observation)
            return self._watching

    def _wait_until(self, due: float) -> None:
        self._on_progress()
        while (left := due - time.monotonic()) > 0 and not self._stopping.wait(min(left, _LOOK_SECONDS)):
            self._on_progress()

    def _bear_no_frame(self) -> None:
        self._judge.forget()
        self._check_stall()
        if not self._state.watching:
            self._look(None)
        if self._stall_seconds is not None or not self._state.watching:
            self._on_progress()  # a camera that gives nothing has a limit of its own

    def _look(self, frame: Frame | None) -> bool:
        """Ask the watches, and return whether it is too hot for the usual rate."""
        now = time.monotonic()
        found = [trouble for watch in self._watches if (trouble := watch.look(frame, now)) is not None]
        self._state.set_found(found[0] if found else None)
        return any(trouble.fault is Fault.HOT for trouble in found)

    def _read_camera(self) -> None:
        try:
            self._read_until_end()
        except Exception as error:  # boundary: `run` raises it again, on the main thread
            self._failure = error
        finally:
            self._newest.close()

    def _read_until_end(self) -> None:
        failures = 0
        while self._wait_until_wanted():
            opened_at = time.monotonic()
            try:
                if self._read_once():
                    return
            except (SourceError, PictureError) as error:
                if not self._opens_again:
                    raise
                self._waiting_since = None
                fault = error.fault if isinstance(error, SourceError) else Fault.CAMERA_LOST
                self._state.set_source(EyeState(EyeCondition.TROUBLE, str(error), fault))
                failures = 0 if time.monotonic() - opened_at > _OPENING_SECONDS else failures
                self._pause(self._retry_seconds[min(failures, len(self._retry_seconds) - 1)])
                failures += 1

    def _wait_until_wanted(self) -> bool:
        """Rest while the camera shall be closed; False when the eye stops."""
        while not self._watching and not self._stopping.is_set():
            self._waiting_since = None
            with self._wanted:
                is_told, self._rest_is_told = self._rest_is_told, True
            if not is_told:
                self._state.set_source(EyeState(EyeCondition.RESTING, "The camera is off."), again=True)
            with self._wanted:
                self._wanted.wait_for(lambda: self._watching or not self._rest_is_told or self._stopping.is_set())
        return not self._stopping.is_set()

    def _pause(self, seconds: float) -> None:
        """Wait before the next try; less when the eye stops or shall rest meanwhile."""
        with self._wanted:
            self._wanted.wait_for(lambda: not self._watching or self._stopping.is_set(), seconds)

    def _read_once(self) -> bool:
        """Open the camera and read until the eye rests or stops, or until it ends: then return True.

        Leaving the iterator gives the camera back.
        """
        self._waiting_since = time.monotonic()
        with closing(self._camera.frames()) as frames:
            for frame in frames:
                if not self._watching or self._stopping.is_set():
                    return False
                self._waiting_since = time.monotonic()
                self._state.set_source(EyeState(EyeCondition.WATCHING, ""))
                self._newest.put(frame)
        return True

    def _check_stall(self) -> None:
        since = self._waiting_since
        if since is None or self._stall_seconds is None or self._newest.ended:
            return
        limit = self._stall_seconds if self._state.watching else _OPENING_SECONDS
        if time.monotonic() - since >= limit:
            sentence = f"The camera gave no picture for {limit:g} s: it hangs, so the eye ends and starts anew."
            self._state.set_source(EyeState(EyeCondition.TROUBLE, sentence, Fault.CAMERA_STALLED))
            raise SourceError(sentence, Fault.CAMERA_STALLED)
