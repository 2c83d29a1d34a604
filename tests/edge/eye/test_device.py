"""The device camera over a fake /dev and captures that give pictures of it."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edge.eye.test_device_names import WEBCAM, FakeDevices

from mien import config
from mien.errors import SourceError
from mien.eye.camera_frames import Capture
from mien.eye.device import DeviceCamera
from mien.eye.pace import steady
from mien.sections.seeing import CameraSettings
from mien.types import Fault


class FakeCapture:
    """Gives so many pictures, as long as its device is there."""

    def __init__(self, node: Path, pictures: int) -> None:
        self._node, self._pictures = node, pictures
        self.released = False

    def grab(self) -> bool:
        self._pictures -= 1
        return self._pictures >= 0 and self._node.exists()

    def retrieve(self) -> tuple[bool, Any]:
        return True, np.zeros((4, 6, 3), np.uint8)

    def release(self) -> None:
        self.released = True


class FakeOpening:
    """Opens the devices that work, and notes which it was asked for."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.asked: list[str] = []
        self.opened: list[FakeCapture] = []

    def __call__(self, device: str, _settings: CameraSettings) -> Capture | None:
        node = Path(device).resolve()
        self.asked.append(node.name)
        if not node.exists() or node.name in self.broken:
            return None
        self.opened.append(FakeCapture(node, 5))
        return self.opened[-1]


@pytest.fixture
def devices(tmp_path: Path) -> FakeDevices:
    return FakeDevices(tmp_path.resolve())


def camera(devices: FakeDevices, source: str, opening: FakeOpening) -> DeviceCamera:
    settings = config.load(changes={"camera": {"source": source}}).camera
    return DeviceCamera(settings, steady(None), opening, devices.root)


def test_frames_come_until_the_device_fails_and_it_is_given_back(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "usb-1")
    opening = FakeOpening()
    frames = camera(devices, devices / "video0", opening).frames()
    assert len(list(islice(frames, 5))) == 5
    with pytest.raises(SourceError, match=r"video0 stopped giving pictures; is it unplugged\?") as lost:
        next(frames)
    assert lost.value.fault is Fault.CAMERA_LOST
    assert opening.opened[0].released


def test_closing_the_iterator_gives_the_device_back(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "usb-1")
    opening = FakeOpening()
    frames = camera(devices, devices / "video0", opening).frames()
    next(frames)
    frames.close()
    assert opening.opened[0].released


@pytest.mark.parametrize("name", ["video0", f"v4l/by-id/{WEBCAM}-index0", "v4l/by-path/usb-1-video-index0"])
def test_a_camera_that_comes_back_under_another_number_is_used_again(devices: FakeDevices, name: str) -> None:
    devices.plug(0, WEBCAM, "usb-1")
    opening = FakeOpening()
    webcam = camera(devices, devices / name, opening)
    frames = webcam.frames()
    next(frames)
    devices.unplug(0)
    with pytest.raises(SourceError, match="stopped giving pictures"):
        next(frames)
    with pytest.raises(SourceError, match="There is no camera") as missing:
        next(webcam.frames())
    assert missing.value.fault is Fault.CAMERA_MISSING
    devices.plug(2, WEBCAM, "usb-1")
    next(webcam.frames())
    assert opening.asked == ["video0", Path(devices / name).name if name != "video0" else "video0", "video2"]


def test_a_camera_keeps_being_found_after_a_second_move(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "usb-1")
    opening = FakeOpening()
    webcam = camera(devices, devices / "video0", opening)
    for number in (0, 2, 4):
        with pytest.raises(SourceError, match="stopped"):
            list(webcam.frames())
        devices.unplug(number)
        devices.plug(number + 2, WEBCAM, f"usb-{number}")
    assert opening.asked == ["video0", "video2", "video4"]


def test_auto_takes_the_first_that_gives_a_picture_and_looks_anew_each_time(devices: FakeDevices) -> None:
    devices.plug(0, None, "usb-1")
    devices.plug(2, WEBCAM, "usb-2")
    opening = FakeOpening("video1", "video3")
    webcam = camera(devices, "auto", opening)
    next(webcam.frames())
    devices.unplug(2)
    next(webcam.frames())
    assert opening.asked == ["video2", "video0"]


def test_auto_without_any_device_says_what_to_do(devices: FakeDevices) -> None:
    with pytest.raises(SourceError, match="--source") as missing:
        next(camera(devices, "auto", FakeOpening()).frames())
    assert missing.value.fault is Fault.CAMERA_MISSING


def test_auto_passes_over_what_is_no_camera(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "usb-1")  # plain files are none, as are metadata nodes and codecs
    with pytest.raises(SourceError, match="No camera was found") as missing:
        next(camera(devices, "auto", FakeOpening("video0", "video1")).frames())
    assert missing.value.fault is Fault.CAMERA_MISSING
