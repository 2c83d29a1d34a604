import os
import sys
from pathlib import Path

import pytest

from mien import config
from mien.errors import SourceError
from mien.eye.pace import steady
from mien.eye.pi_camera import PiCamera
from mien.types import Fault


@pytest.fixture
def camera() -> PiCamera:
    return PiCamera(config.load(changes={"camera": {"source": "picamera"}}).camera, steady(100))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.syspath_prepend(Path(__file__).with_name("fake_picamera2"))
    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    return monkeypatch


@pytest.mark.skipif(os.path.exists("/usr/lib/python3/dist-packages/picamera2"), reason="picamera2 is here")  # noqa: PTH110
def test_without_its_library_it_says_what_to_install(camera: PiCamera) -> None:
    with pytest.raises(SourceError, match="python3-picamera2"):
        next(camera.frames())


@pytest.mark.parametrize(
    ("how", "fault", "cure"),
    [
        ("missing", Fault.CAMERA_MISSING, "ribbon cable"),
        ("busy", Fault.CAMERA_BUSY, "end other programs"),
        ("taken", Fault.CAMERA_BUSY, "Device or resource busy"),
    ],
)
def test_each_failure_has_its_fault_and_its_cure(
    camera: PiCamera, fake: pytest.MonkeyPatch, how: str, fault: Fault, cure: str
) -> None:
    fake.setenv("FAKE_PICAMERA2", how)
    with pytest.raises(SourceError, match=cure) as refused:
        next(camera.frames())
    assert refused.value.fault is fault


def test_it_gives_pictures_of_the_size_asked_for_until_it_is_lost(camera: PiCamera, fake: pytest.MonkeyPatch) -> None:
    fake.delenv("FAKE_PICAMERA2", raising=False)
    frames = camera.frames()
    assert [next(frames).image.shape for _ in range(3)] == [(480, 640, 3)] * 3
    with pytest.raises(SourceError, match="timed out") as lost:
        next(frames)
    assert lost.value.fault is Fault.CAMERA_LOST


def test_it_is_given_back_however_it_ends(camera: PiCamera, fake: pytest.MonkeyPatch) -> None:
    frames = camera.frames()
    next(frames)
    module = sys.modules["picamera2"]
    frames.close()
    assert module.Picamera2.closed == 1
    fake.setenv("FAKE_PICAMERA2", "taken")
    with pytest.raises(SourceError):
        next(camera.frames())
    assert module.Picamera2.closed == 2
