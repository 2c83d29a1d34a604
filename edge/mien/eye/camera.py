"""Where frames come from: a camera device, a Pi camera, a video file, a folder of pictures, a stream.

`open_camera` picks by the source's text. Devices and streams are live: their frames carry the monotonic clock. A file's
frames carry its own time, so that the same clip gives the same decisions at any speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mien.config import CameraSettings
from mien.errors import PictureError, SourceError
from mien.eye.photo import decode_photo
from mien.ports import Camera
from mien.types import Frame

_STREAM_PREFIXES = ("http://", "https://", "rtsp://", "rtsps://")
_PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_FOLDER_PICTURES_PER_SECOND = 1.0
_STREAM_TIMEOUT_MILLISECONDS = 5000


def is_stream(source: str) -> bool:
    """Say whether a source is a network address, for which the eye needs the network."""
    return source.startswith(_STREAM_PREFIXES)


def is_file(source: str) -> bool:
    """Say whether a source is a video file or a folder of pictures, which end."""
    return not source.startswith("/dev/") and Path(source).expanduser().exists()


def open_camera(settings: CameraSettings, frames_per_second: float | None, *, paced: bool) -> Camera:
    """Return the camera for `settings.source`; nothing is opened before its first frame is asked for.

    Args:
        settings: the source and the size asked of a camera.
        frames_per_second: a file's frames are thinned to this rate; None gives every frame.
        paced: a file is played by its own clock, like a camera, and not as fast as it can be read.

    Raises:
        SourceError: no such source.
    """
    source = settings.source
    if is_stream(source):
        return OpenCvCamera(source, settings)
    if source == "picamera":
        return PiCamera(settings)
    if source == "auto" or source.startswith("/dev/"):
        return OpenCvCamera(source, settings)
    path = Path(source).expanduser()
    if path.is_dir():
        return PictureFolder(path, paced=paced)
    if path.is_file():
        return VideoFile(path, frames_per_second, paced=paced)
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

    def frames(self) -> Iterator[Frame]:
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

    def close(self) -> None:
        """Do nothing: the file is given back when its frames end."""


class PictureFolder:
    """The pictures of a folder in the order of their names, one a second."""

    def __init__(self, folder: Path, *, paced: bool) -> None:
        self._folder, self._paced = folder, paced

    @property
    def live(self) -> bool:
        """True when shown by the clock."""
        return self._paced

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures.

        Raises:
            SourceError: the folder holds no pictures.
            PictureError: one of them cannot be read.
        """
        paths = sorted(
            path for path in self._folder.iterdir() if path.suffix.lower() in _PICTURE_SUFFIXES and path.is_file()
        )
        if not paths:
            raise SourceError(f"The folder {self._folder} holds no pictures (JPEG, PNG, WebP or BMP).")
        frames = (
            Frame(decode_photo(_read(path), str(path)).image, index / _FOLDER_PICTURES_PER_SECOND)
            for index, path in enumerate(paths)
        )
        yield from _paced(frames) if self._paced else frames

    def close(self) -> None:
        """Do nothing: no file stays open."""


class OpenCvCamera:
    """A V4L2 device (by path, or the first that gives a picture) or a network stream, through OpenCV."""

    live = True

    def __init__(self, source: str, settings: CameraSettings) -> None:
        self._source, self._settings = source, settings
        self._capture: Any = None

    def frames(self) -> Iterator[Frame]:
        """Yield frames until the source fails.

        Raises:
            SourceError: the source cannot be opened, or gave no picture any more.
        """
        self._capture = self._open()
        while True:
            got, image = self._capture.read()
            if not got:
                raise SourceError(f"The camera {self._source} stopped giving pictures; is it unplugged?")
            yield Frame(np.asarray(image, np.uint8), time.monotonic())

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
            raise SourceError(f"The stream {self._source} cannot be opened; check its address and that it is running.")
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

    def close(self) -> None:
        """Give the device back; a second call does nothing."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()


class PiCamera:
    """A Raspberry Pi camera through picamera2, which the system's packages bring."""

    live = True

    def __init__(self, settings: CameraSettings) -> None:
        self._settings = settings
        self._camera: Any = None

    def frames(self) -> Iterator[Frame]:
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
        try:
            self._camera = Picamera2()
            size = (self._settings.width, self._settings.height)
            # libcamera's RGB888 lies in memory as blue, green, red: OpenCV's order.
            self._camera.configure(self._camera.create_video_configuration(main={"size": size, "format": "RGB888"}))
            self._camera.start()
            while True:
                image = self._camera.capture_array()
                yield Frame(np.asarray(image, np.uint8), time.monotonic())
        except (IndexError, RuntimeError, OSError) as error:
            raise SourceError(
                f"The Pi camera cannot be used ({error}); is its cable in and no other program on it?"
            ) from error

    def close(self) -> None:
        """Give the camera back; a second call does nothing."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


def _read(picture: Path) -> bytes:
    try:
        return picture.read_bytes()
    except OSError as error:
        raise PictureError(f"The picture {picture} cannot be read: {error.strerror}.") from error


def video_devices() -> list[str]:
    """Return the paths of the V4L2 devices, those with a lasting name first."""
    by_id = sorted(str(path) for path in Path("/dev/v4l/by-id").glob("*-index0"))
    return by_id + sorted(str(path) for path in Path("/dev").glob("video[0-9]*"))


def _paced(frames: Iterator[Frame], clock: Callable[[], float] = time.monotonic) -> Iterator[Frame]:
    """Hold each frame back until its time has come."""
    started = clock()
    for frame in frames:
        delay = frame.captured_at - (clock() - started)
        if delay > 0:
            time.sleep(delay)
        yield frame
