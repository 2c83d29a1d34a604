from pathlib import Path

import pytest

from mien import config
from mien.errors import SourceError
from mien.eye.camera import is_file, open_camera
from mien.eye.device import DeviceCamera
from mien.eye.pace import steady
from mien.eye.pi_camera import PiCamera
from mien.eye.stream import StreamCamera
from mien.eye.video_file import PictureFolder, VideoFile
from mien.sections.seeing import CameraSettings
from mien.types import Fault


def camera_settings(source: str) -> CameraSettings:
    return config.load(changes={"camera": {"source": source}}).camera


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A file, which is opened only when its first frame is asked for."""
    path = tmp_path / "clip.mp4"
    path.touch()
    return path


def test_the_source_says_which_camera_it_is(clip: Path) -> None:
    kinds = {
        "auto": DeviceCamera,
        "/dev/video0": DeviceCamera,
        "/dev/v4l/by-id/usb-Webcam-video-index0": DeviceCamera,
        "picamera": PiCamera,
        "rtsp://camera/1": StreamCamera,
        "HTTPS://camera/1": StreamCamera,
        str(clip): VideoFile,
        str(clip.parent): PictureFolder,
    }
    opened = {source: type(open_camera(camera_settings(source), steady(None), paced=True)) for source in kinds}
    assert opened == kinds
    networked = {source for source in kinds if camera_settings(source).needs_network}
    assert networked == {source for source, kind in kinds.items() if kind is StreamCamera}


def test_a_source_that_is_nothing_is_named() -> None:
    with pytest.raises(SourceError, match="no camera or file 'webcam'"):
        open_camera(camera_settings("webcam"), steady(None), paced=True)


def test_a_missing_device_is_named() -> None:
    camera = open_camera(camera_settings("/dev/video99"), steady(None), paced=True)
    with pytest.raises(SourceError, match="/dev/video99") as missing:
        next(camera.frames())
    assert missing.value.fault is Fault.CAMERA_MISSING


@pytest.mark.skipif(bool(list(Path("/dev").glob("video[0-9]*"))), reason="this machine has a camera")
def test_no_camera_at_all_says_what_to_do() -> None:
    camera = open_camera(camera_settings("auto"), steady(None), paced=True)
    with pytest.raises(SourceError, match="--source"):
        next(camera.frames())


def test_a_name_that_no_file_can_have_is_named_too() -> None:
    source = "x" * 300
    assert not is_file(source)
    with pytest.raises(SourceError, match="no camera or file"):
        open_camera(camera_settings(source), steady(None), paced=True)


def test_files_are_told_from_devices(clip: Path) -> None:
    assert is_file(str(clip))
    assert is_file(str(clip.parent))
    assert not is_file("/dev/video0")
    assert not is_file("auto")
