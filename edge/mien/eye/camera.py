"""Where frames come from: a camera device, a Pi camera, a video file, a folder of pictures, a stream.

`open_camera` picks by the source's text. Devices and streams are live: their frames carry the monotonic clock. A file's
frames carry its own time, so that the same clip gives the same decisions at any speed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mien.errors import SourceError
from mien.eye.device import DeviceCamera
from mien.eye.device_names import video_devices
from mien.eye.pi_camera import PiCamera
from mien.eye.stream import StreamCamera
from mien.eye.video_file import PictureFolder, Repeated, VideoFile
from mien.ports import Camera
from mien.sections.seeing import CameraSettings

__all__ = ["is_file", "open_camera", "video_devices"]


def is_file(source: str) -> bool:
    """Say whether a source is a video file or a folder of pictures, which end."""
    return not source.startswith("/dev/") and os.path.exists(os.path.expanduser(source))  # noqa: PTH110, PTH111


def open_camera(
    settings: CameraSettings, period_seconds: Callable[[], float], *, paced: bool, repeats: bool = False
) -> Camera:
    """Return the camera for `settings.source`; nothing is opened before its first frame is asked for.

    Args:
        settings: the source and the size asked of a camera.
        period_seconds: asked before each frame; those that come sooner after the last are left out.
        paced: a file is played by its own clock, like a camera, and not as fast as it can be read.
        repeats: a file begins anew whenever it ends.

    Raises:
        SourceError: no such source.
    """
    source = settings.source
    if settings.needs_network:
        return StreamCamera(settings, period_seconds)
    if source == "picamera":
        return PiCamera(settings, period_seconds)
    if source == "auto" or source.startswith("/dev/"):
        return DeviceCamera(settings, period_seconds)
    path = os.path.expanduser(source)  # noqa: PTH111 - unlike Path's, it and isdir and isfile never raise
    file: VideoFile | PictureFolder
    if os.path.isdir(path):  # noqa: PTH112
        file = PictureFolder(Path(path), paced=paced)
    elif os.path.isfile(path):  # noqa: PTH113
        file = VideoFile(Path(path), period_seconds, paced=paced)
    else:
        raise _no_such(settings)
    return Repeated(file) if repeats else file


def _no_such(settings: CameraSettings) -> SourceError:
    return SourceError(
        f"There is no camera or file '{settings.shown_source}': give a device such as /dev/video0, 'picamera', a video "
        "file, a folder of pictures, or an http:// or rtsp:// address."
    )
