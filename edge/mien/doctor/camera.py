"""Does the source give a picture?"""

from __future__ import annotations

from contextlib import closing

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.errors import MienError


def check(settings: Settings) -> Finding:
    """Take one frame."""
    from mien.eye.camera import open_camera, video_devices

    try:
        with closing(open_camera(settings.camera, None, paced=False).frames()) as frames:
            frame = next(frames, None)
    except MienError as error:
        return Finding("camera", False, f"{error} Cameras here: {', '.join(video_devices()) or 'none'}.")
    if frame is None:
        return Finding("camera", False, f"The source {settings.camera.shown_source} holds no picture.")
    height, width = frame.image.shape[:2]
    return Finding("camera", True, f"{settings.camera.shown_source} gives pictures of {width} x {height} pixels.")
