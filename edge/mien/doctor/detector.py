"""Which face detector runs here, and why that one?"""

from __future__ import annotations

from collections.abc import Iterator

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note
from mien.errors import DetectorError


def check(settings: Settings) -> Iterator[Finding]:
    """Choose as the eye does, start the detector and close it again."""
    from mien.eye.detectors import begin_trial, open_detector, open_mediapipe

    kind, least_score = settings.eye.detector, settings.eye.face_score
    if kind == "mediapipe":
        try:
            with begin_trial(kind) as trial:
                open_mediapipe(least_score, trial).close()
        except DetectorError as error:
            yield note("detector", f"MediaPipe does not run here: {error}")
        else:
            yield good("detector", "MediaPipe finds faces, since eye.detector is 'mediapipe'.")
            return
    try:
        open_detector("onnx", least_score, None).close()
    except DetectorError as error:
        yield bad("detector", str(error))
        return
    yield good("detector", "ONNX Runtime finds faces.")
