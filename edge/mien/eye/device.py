"""Cameras that Linux knows as V4L2 devices: USB webcams and capture cards."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

from mien.errors import SourceError
from mien.eye.camera_frames import Capture, live_frames
from mien.eye.device_names import DEVICES, lasting_names, present_name, video_devices
from mien.eye.device_probe import explain
from mien.sections.seeing import CameraSettings
from mien.types import Fault, Frame

Open = Callable[[str, CameraSettings], Capture | None]
# Of several devices without a picture, the one to tell about.
_MOST_TELLING = (Fault.CAMERA_BUSY, Fault.CAMERA_LOST)


def open_capture(device: str, settings: CameraSettings) -> Capture | None:
    """Return an open device that has given a picture, or None. An unplugged one opens but cannot be read."""
    import cv2

    capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
    if capture.isOpened() and capture.read()[0]:
        return capture
    capture.release()
    return None


class DeviceCamera:
    """A V4L2 device by its path, or with "auto" the first that gives a picture.

    Each opening looks anew where it is: a camera that was given another number while it was away is found by the
    lasting names it had.

    Args:
        settings: the source, and the size asked of it.
        period_seconds: asked before each frame; those that come sooner after the last are left out.
        open_capture: opens a path.
        root: the folder of the devices.
    """

    live = True

    def __init__(
        self,
        settings: CameraSettings,
        period_seconds: Callable[[], float],
        open_capture: Open = open_capture,
        root: Path = DEVICES,
    ) -> None:
        self._settings, self._period_seconds = settings, period_seconds
        self._open_capture, self._root = open_capture, root
        self._names: tuple[str, ...] = ()

    def frames(self) -> Generator[Frame]:
        """Yield frames until the device fails.

        Raises:
            SourceError: it cannot be opened, or gave no picture any more.
        """
        lost = f"The camera {self._settings.source} stopped giving pictures; is it unplugged?"
        yield from live_frames(self._open(), self._period_seconds, lost)

    def _open(self) -> Capture:
        if self._settings.source == "auto":
            return self._open_any()
        device = present_name(self._settings.source, self._names)
        capture = self._open_capture(device, self._settings)
        if capture is None:
            raise explain(device)
        self._names = lasting_names(device, self._root)
        return capture

    def _open_any(self) -> Capture:
        failed = []
        for device in video_devices(self._root):
            if capture := self._open_capture(device, self._settings):
                return capture
            failed.append(device)
        reasons = {reason.fault: reason for reason in reversed([explain(device) for device in failed])}
        for fault in _MOST_TELLING:
            if fault in reasons:
                raise reasons[fault]
        raise SourceError(
            "No camera was found: plug one in, or name a source with --source or in the settings (camera.source)."
        )
