"""In a fake /dev: files for devices, and links as udev makes them."""

from pathlib import Path

import pytest

from mien.eye.device_names import lasting_names, present_name, video_devices

WEBCAM = "usb-Maker_Webcam_4711-video"


class FakeDevices:
    """A folder like /dev, in which cameras come and go."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def plug(self, number: int, by_id: str | None, by_path: str) -> None:
        """Add a webcam as the kernel does: a node for pictures, and after it one for its metadata."""
        for index in (0, 1):
            node = self.root / f"video{number + index}"
            node.touch()
            if by_id is not None:
                self._link(f"v4l/by-id/{by_id}-index{index}", node)
            self._link(f"v4l/by-path/{by_path}-video-index{index}", node)

    def unplug(self, number: int) -> None:
        """Remove a webcam's nodes and all links to them."""
        for node in (self.root / f"video{number}", self.root / f"video{number + 1}"):
            for link in self.root.glob("v4l/*/*"):
                if link.resolve() == node:
                    link.unlink()
            node.unlink()

    def _link(self, name: str, node: Path) -> None:
        link = self.root / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../../{node.name}")

    def __truediv__(self, name: str) -> str:
        return str(self.root / name)


@pytest.fixture
def devices(tmp_path: Path) -> FakeDevices:
    return FakeDevices(tmp_path.resolve())


def test_no_devices(devices: FakeDevices) -> None:
    assert video_devices(devices.root) == []


def test_each_device_is_listed_once_by_its_lasting_name_first(devices: FakeDevices) -> None:
    devices.plug(10, None, "platform-codec")
    devices.plug(2, WEBCAM, "pci-usb-0:1")
    lasting = devices / f"v4l/by-id/{WEBCAM}-index0"
    rest = [devices / f"video{number}" for number in (3, 10, 11)]
    assert video_devices(devices.root) == [lasting, *rest]


def test_a_link_that_leads_nowhere_is_no_device(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "pci-usb-0:1")
    (devices.root / "video0").unlink()
    assert video_devices(devices.root) == [devices / "video1"]


def test_the_lasting_names_of_a_device_are_its_own(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "pci-usb-0:1")
    devices.plug(2, None, "pci-usb-0:2")
    by_id, by_path = devices / f"v4l/by-id/{WEBCAM}-index0", devices / "v4l/by-path/pci-usb-0:1-video-index0"
    assert lasting_names(devices / "video0", devices.root) == (by_id, by_path)
    assert lasting_names(by_id, devices.root) == (by_id, by_path)
    assert lasting_names(devices / "video2", devices.root) == (devices / "v4l/by-path/pci-usb-0:2-video-index0",)
    assert lasting_names(devices / "video9", devices.root) == ()


def test_a_camera_that_got_another_number_is_found_again(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "pci-usb-0:1")
    source = devices / "video0"
    names = lasting_names(source, devices.root)
    assert present_name(source, names) == source
    devices.unplug(0)
    assert present_name(source, names) == source  # so that it is named as missing
    devices.plug(4, WEBCAM, "pci-usb-0:7")
    found = present_name(source, names)
    assert Path(found).resolve() == devices.root / "video4"


def test_a_camera_without_a_serial_number_is_found_in_its_socket(devices: FakeDevices) -> None:
    devices.plug(0, None, "pci-usb-0:1")
    source = devices / "video0"
    names = lasting_names(source, devices.root)
    devices.unplug(0)
    devices.plug(2, None, "pci-usb-0:1")
    assert Path(present_name(source, names)).resolve() == devices.root / "video2"


def test_another_camera_is_not_taken_for_the_one_that_is_gone(devices: FakeDevices) -> None:
    devices.plug(0, WEBCAM, "pci-usb-0:1")
    source = devices / "video0"
    names = lasting_names(source, devices.root)
    devices.unplug(0)
    devices.plug(2, "usb-Other_Webcam-video", "pci-usb-0:2")
    assert present_name(source, names) == source
