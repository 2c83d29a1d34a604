"""Network cameras: HTTP and RTSP through OpenCV's FFmpeg."""

from __future__ import annotations

from collections.abc import Callable, Generator

from mien.errors import SourceError
from mien.eye.camera_frames import Capture, live_frames
from mien.sections.seeing import CameraSettings
from mien.types import Frame

_TIMEOUT_MILLISECONDS = 5000


class StreamCamera:
    """A network camera. What is said of it names its host alone: an address may hold a password."""

    live = True

    def __init__(self, settings: CameraSettings, period_seconds: Callable[[], float]) -> None:
        self._settings, self._period_seconds = settings, period_seconds

    def frames(self) -> Generator[Frame]:
        """Yield frames until the stream fails.

        Raises:
            SourceError: the stream cannot be opened, or stopped.
        """
        lost = f"The stream {self._settings.shown_source} stopped giving pictures; check the camera and the network."
        yield from live_frames(self._open(), self._period_seconds, lost)

    def _open(self) -> Capture:
        import cv2

        options = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MILLISECONDS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MILLISECONDS,
            cv2.CAP_PROP_N_THREADS, 1,  # each more would hold one more frame back
        ]  # fmt: skip
        capture = cv2.VideoCapture(self._settings.source, cv2.CAP_FFMPEG, options)
        if not capture.isOpened():
            capture.release()
            raise SourceError(
                f"The stream {self._settings.shown_source} cannot be opened; check its address and that it is running."
            )
        return capture
