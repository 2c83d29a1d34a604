"""Does the face detector start?"""

from __future__ import annotations

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.errors import DetectorError


def check(settings: Settings) -> Finding:
    """Start the detector and close it again."""
    from mien.eye.faces import MediaPipeFaces, shipped_detector

    try:
        MediaPipeFaces(shipped_detector(), settings.eye.face_score).close()
    except DetectorError as error:
        return Finding("detector", False, str(error))
    return Finding("detector", True, "MediaPipe finds faces with the detector that comes with mien.")
