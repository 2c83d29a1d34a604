"""Which face detector runs here, and why that one?"""

from __future__ import annotations

from collections.abc import Iterator

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good
from mien.errors import DetectorError


def check(settings: Settings) -> Iterator[Finding]:
    """Choose as the eye does, start the detector and close it again."""
    from mien.eye.detectors import begin_trial, open_detector

    kind = settings.eye.detector
    why = f"eye.detector is '{kind}'"
    if kind == "auto":
        with begin_trial(kind) as trial:
            failure = "it is not installed." if trial is None else trial.failure()
        kind = "mediapipe" if failure is None else "onnx"
        why = "it runs here" if failure is None else f"MediaPipe does not run here: {failure.rstrip('.')}"
    try:
        open_detector(kind, settings.eye.face_score, None).close()
    except DetectorError as error:
        yield bad("detector", str(error))
        return
    yield good("detector", f"{'MediaPipe' if kind == 'mediapipe' else 'ONNX Runtime'} finds faces, since {why}.")
