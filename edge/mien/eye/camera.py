"""Where frames come from: a camera device, a Pi camera, a video file, a folder of pictures, a stream.

`open_camera` picks by the source's text. Devices and streams are live: their frames carry the monotonic clock. A file's
frames carry its own time, so that the same clip gives the same decisions at any speed.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mien.config import CameraSettings
from mien.errors import SourceError
from mien.eye.photo import read_photo
from mien.ports import Camera
from mien.types import Frame

_STREAM_PREFIXES = ("http://", "https://", "rtsp://", "rtsps://")
_PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_FOLDER_PICTURES_PER_SECOND = 1.0
_STREAM_TIMEOUT_MILLISECONDS = 5000
_EARLY_SHARE = 0.9  # of the period: a camera's own frames come a little early or late


def is_stream(source: str) -> bool:
    """Say whether a source is a network address, for which the eye needs the network."""
    return source.startswith(_STREAM_PREFIXES)


def is_file(source: str) -> bool:
    """Say whether a source is a video file or a folder of pictures, which end."""
    return not source.startswith("/dev/") and os.path.exists(os.path.expanduser(source))  # noqa: PTH110, PTH111


def open_camera(settings: CameraSettings, frames_per_second: float | None, *, paced: bool) -> Camera:
    """Return the camera for `settings.source`; nothing is opened before its first frame is asked for.

    Args:
        settings: the source and the size asked of a camera.
        frames_per_second: frames beyond this rate are left out; None gives every frame.
        paced: a file is played by its own clock, like a camera, and not as fast as it can be read.

    Raises:
        SourceError: no such source.
    """
    source = settings.source
    if is_stream(source):
        return OpenCvCamera(source, settings, frames_per_second)
    if source == "picamera":
        return PiCamera(settings)
    if source == "auto" or source.startswith("/dev/"):
        return OpenCvCamera(source, settings, frames_per_second)
    path = os.path.expanduser(source)  # noqa: PTH111 - unlike Path's, it and isdir and isfile never raise
    if os.path.isdir(path):  # noqa: PTH112
        return PictureFolder(Path(path), paced=paced)
    if os.path.isfile(path):  # noqa: PTH113
        return VideoFile(Path(path), frames_per_second, paced=paced)
    raise SourceError(
        f"There is no camera or file '{source}': give a device such as /dev/video0, 'picamera', a video file, a folder "
        "of pictures, or an http:// or rtsp:// address."
    )


class VideoFile:
    """A video file. Frames carry the clip's own time, 0 at its first frame."""

    def __init__(self, path: Path, frames_per_second: float | None, *, paced: bool) -> None:
        self._path, self._rate = path, frames_per_second
        self._paced = paced

    @property
    def live(self) -> bool:
        """True when played by its own clock."""
        return self._paced

    def frames(self) -> Generator[Frame]:
        """Yield the frames, thinned and paced as asked; skipped ones are not unpacked.

        Raises:
            SourceError: the file is not a video that can be read.
        """
        import cv2

        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        try:
            yield from _paced(self._read(capture)) if self._paced else self._read(capture)
        finally:
            capture.release()

    def _read(self, capture: Any) -> Iterator[Frame]:  # noqa: ANN401 - cv2.VideoCapture
        import cv2

        due = 0.0
        count = 0
        nominal = capture.get(cv2.CAP_PROP_FPS) or 25.0
        started: float | None = None
        while capture.grab():
            position = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            started = position if started is None else started
            at = max(position - started, 0.0) if position > 0 or count == 0 else count / nominal
            count += 1
            # Half a frame early is nearer to the due time than the next frame.
            if self._rate is not None and at < due - 0.5 / nominal:
                continue
            got, image = capture.retrieve()
            if got:
                due = 0.0 if self._rate is None else max(due, at - 1 / self._rate) + 1 / self._rate
                yield Frame(np.asarray(image, np.uint8), at)
        if count == 0:
            raise SourceError(f"{self._path} is not a video that can be read; give a whole video file.")


class PictureFolder:
    """The pictures of a folder in the order of their names, one a second."""

    def __init__(self, folder: Path, *, paced: bool) -> None:
        self._folder, self._paced = folder, paced

    @property
    def live(self) -> bool:
        """True when shown by the clock."""
        return self._paced

    def frames(self) -> Generator[Frame]:
        """Yield the pictures.

        Raises:
            SourceError: the folder holds no pictures.
            PictureError: one of them cannot be read.
        """
        try:
            paths = sorted(
                path for path in self._folder.iterdir() if path.suffix.lower() in _PICTURE_SUFFIXES and path.is_file()
            )
        except OSError as error:
            raise SourceError(f"The folder {self._folder} cannot be read: {error.strerror}.") from error
        if not paths:
            raise SourceError(f"The folder {self._folder} holds no pictures (JPEG, PNG, WebP or BMP).")
        frames = (
            Frame(read_photo(path).image, index / _FOLDER_PICTURES_PER_SECOND) for index, path in enumerate(paths)
        )
        yield from _paced(frames) if self._paced else frames


class OpenCvCamera:
    """A V4L2 device (by path, or the first that gives a picture) or a network stream, through OpenCV."""

    live = True

    def __init__(self, source: str, settings: CameraSettings, frames_per_second: float | None) -> None:
        self._source, self._settings = source, settings
        self._period_seconds = 0.0 if frames_per_second is None else 1.0 / frames_per_second

    def frames(self) -> Generator[Frame]:
        """Yield frames until the source fails; those beyond the rate are taken off the device but not unpacked.

        Raises:
            SourceError: the source cannot be opened, or gave no picture any more.
        """
        capture = self._open()
        try:
            due = -math.inf
            while True:
                if not capture.grab():
                    shown = self._settings.shown_source
                    raise SourceError(f"The camera {shown} stopped giving pictures; is it unplugged?")
                now = time.monotonic()
                if now < due:
                    continue
                got, image = capture.retrieve()
                if got:
                    due = now + _EARLY_SHARE * self._period_seconds
                    yield Frame(np.asarray(image, np.uint8), now)
        finally:
            capture.release()

    def _open(self) -> Any:  # noqa: ANN401 - cv2.VideoCapture
        if is_stream(self._source):
            return self._open_stream()
        for path in video_devices() if self._source == "auto" else [self._source]:
            if capture := self._open_device(path):
                return capture
        if self._source == "auto":
            raise SourceError(
                "No camera was found: plug one in, or name a source with --source or in the settings (camera.source)."
            )
        if not Path(self._source).exists():
            raise SourceError(f"There is no camera {self._source}; `mien doctor` lists those that are there.")
        raise SourceError(
            f"The camera {self._source} gives no picture: another program may use it, or your user may not (add it to "
            "the group 'video')."
        )

    def _open_stream(self) -> Any:  # noqa: ANN401
        import cv2

        timeouts = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _STREAM_TIMEOUT_MILLISECONDS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC, _STREAM_TIMEOUT_MILLISECONDS,
        ]  # fmt: skip
        capture = cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, timeouts)
        if not capture.isOpened():
            capture.release()
            raise SourceError(
                f"The stream {self._settings.shown_source} cannot be opened; check its address and that it is running."
            )
        return capture

    def _open_device(self, path: str) -> Any | None:  # noqa: ANN401
        """Return an open device that has given a picture, or None. An unplugged one opens but cannot be read."""
        import cv2

        capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._settings.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._settings.height)
        if capture.isOpened() and capture.read()[0]:
            return capture
        capture.release()
        return None


class PiCamera:
    """A Raspberry Pi camera through picamera2, which the system's packages bring."""

    live = True

    def __init__(self, settings: CameraSettings) -> None:
        self._settings = settings

    def frames(self) -> Generator[Frame]:
        """Yield frames until the camera fails.

        Raises:
            SourceError: picamera2 is not installed, or the camera cannot be opened.
        """
        try:
            from picamera2 import Picamera2
        except ImportError as error:
            raise SourceError(
                f"The Pi camera needs picamera2 ({error}); install the package python3-picamera2 and make the virtual "
                "environment with --system-site-packages."
            ) from error
        camera = None
        try:
            camera = Picamera2()
            size = (self._settings.width, self._settings.height)
            # libcamera's RGB888 lies in memory as blue, green, red: OpenCV's order.
            camera.configure(camera.create_video_configuration(main={"size": size, "format": "RGB888"}))
            camera.start()
            while True:
                yield Frame(np.asarray(camera.capture_array(), np.uint8), time.monotonic())
        except (IndexError, RuntimeError, OSError) as error:
            raise SourceError(
                f"The Pi camera cannot be used ({error}); is its cable in and no other program on it?"
            ) from error
        finally:
            if camera is not None:
                camera.close()


def video_devices() -> list[str]:
    """Return the paths of the V4L2 devices, those with a lasting name first."""
    by_id = sorted(str(path) for path in Path("/dev/v4l/by-id").glob("*-index0"))
    return by_id + sorted(str(path) for path in Path("/dev").glob("video[0-9]*"))


def _paced(frames: Iterator[Frame], clock: Callable[[], float] = time.monotonic) -> Generator[Frame]:
    """Hold each frame back until its time has come."""
    started = clock()
    for frame in frames:
        delay = frame.captured_at - (clock() - started)
        if delay > 0:
            time.sleep(delay)
        yield frame
