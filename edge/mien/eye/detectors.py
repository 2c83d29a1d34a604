"""Chooses what finds faces: ONNX Runtime, or the same network in MediaPipe where it is asked for.

MediaPipe's wheels abort the process on processors without the newest instructions (64-bit Arm without LSE atomics: a
Raspberry Pi 4), so it is tried in a child process first.
"""

from __future__ import annotations

import importlib.util
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from mien.errors import DetectorError
from mien.ports import FaceDetector

_LOG = logging.getLogger(__name__)
_TRIAL = (sys.executable, "-m", "mien.eye.faces")
_TRIAL_SECONDS = 20.0

Kind = Literal["onnx", "mediapipe"]


class Trial:
    """Finds out in a child process, while the caller goes on, whether MediaPipe runs on this machine.

    The child has given up what this process gave up (network, disk), and ends by itself.

    Args:
        command: the child's command line; it ends with status 0 where MediaPipe runs.
    """

    def __init__(self, command: Sequence[str] = _TRIAL) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._refusal = ""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
        except OSError as error:  # a small board may be short of memory for a moment
            self._refusal = f"it cannot be tried ({error.strerror})."

    def failure(self, timeout_seconds: float = _TRIAL_SECONDS) -> str | None:
        """Wait for the child; return why MediaPipe does not run, or None when it does."""
        if self._process is None:
            return self._refusal
        try:
            _, complaints = self._process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            return f"it gave no answer within {timeout_seconds:g} s."
        status = self._process.returncode
        if status < 0:
            return (
                f"it was ended by signal {-status} ({signal.strsignal(-status)}), as on a processor it is not made for."
            )
        return None if status == 0 else (complaints.strip().splitlines() or [f"it ended with status {status}."])[-1]

    def close(self) -> None:
        """End the child if it still runs; a second call does nothing."""
        if self._process is not None and self._process.stderr is not None:
            self._process.kill()
            self._process.wait()
            self._process.stderr.close()


@contextmanager
def begin_trial(kind: Kind) -> Iterator[Trial | None]:
    """Begin MediaPipe's trial where `open_detector` will need one, else give None; end it with the context.

    It runs beside what the caller does before `open_detector`, on another processor.
    """
    trial = Trial() if kind == "mediapipe" and importlib.util.find_spec("mediapipe") is not None else None
    try:
        yield trial
    finally:
        if trial is not None:
            trial.close()


def open_detector(kind: Kind, least_score: float, trial: Trial | None) -> FaceDetector:
    """Start the face detector.

    Args:
        kind: "onnx", or "mediapipe" for MediaPipe where it is installed and runs, else ONNX Runtime, with a warning of
            one sentence that says why.
        least_score: how sure a detection must be, in [0, 1].
        trial: what `begin_trial` gave.

    Raises:
        DetectorError: the detector cannot start.
    """
    from mien.eye.blazeface import OnnxFaces, shipped_graph

    if kind == "mediapipe":
        try:
            return open_mediapipe(least_score, trial)
        except DetectorError as error:
            _LOG.warning("Faces are found by ONNX Runtime, since MediaPipe does not run here: %s", error)
    return OnnxFaces(shipped_graph(), least_score)


def open_mediapipe(least_score: float, trial: Trial | None) -> FaceDetector:
    """Start MediaPipe's detector, if the trial that `begin_trial` gave shows that it runs.

    Raises:
        DetectorError: it is not installed, or does not run here.
    """
    from mien.eye.faces import MediaPipeFaces, shipped_detector

    if trial is None:
        raise DetectorError("it is not installed; run ./requirements.sh --mediapipe.")
    failure = trial.failure()
    if failure is not None:
        raise DetectorError(failure)
    return MediaPipeFaces(shipped_detector(), least_score)
