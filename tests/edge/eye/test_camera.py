import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien import config
from mien.config import CameraSettings
from mien.errors import PictureError, SourceError
from mien.eye.camera import PictureFolder, VideoFile, is_file, is_stream, open_camera


def camera_settings(source: str) -> CameraSettings:
    return config.load(changes={"camera": {"source": source}}).camera


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 24 frames a second, each frame brighter than the one before."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 24, (64, 48))
    for number in range(48):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    return path


def test_a_clip_gives_every_frame_with_its_own_time(clip: Path) -> None:
    frames = list(VideoFile(clip, None, paced=False).frames())
    assert len(frames) == 48
    assert [frame.captured_at for frame in frames] == pytest.approx([number / 24 for number in range(48)], abs=0.002)
    assert frames[40].image.mean() > frames[10].image.mean()


@pytest.mark.parametrize(("rate", "count"), [(6, 12), (12, 24), (24, 48), (100, 48), (3, 6)])
def test_a_clip_is_thinned_to_a_rate(clip: Path, rate: float, count: int) -> None:
    times = [frame.captured_at for frame in VideoFile(clip, rate, paced=False).frames()]
    assert len(times) == count
    assert times[0] == 0.0


def test_a_paced_clip_takes_its_time(clip: Path) -> None:
    import time

    camera = VideoFile(clip, 6, paced=True)
    started = time.monotonic()
    late = [time.monotonic() - started - frame.captured_at for frame in camera.frames()]
    assert camera.live
    assert min(late) >= 0


def test_a_text_file_is_not_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("no video")
    with pytest.raises(SourceError, match=r"notes\.mp4 is not a video"):
        list(VideoFile(path, None, paced=False).frames())


def test_a_folder_gives_its_pictures_in_order(tmp_path: Path) -> None:
    for number, name in enumerate(("b.png", "a.jpg", "c.webp")):
        cv2.imwrite(str(tmp_path / name), np.full((20, 30, 3), 40 * number, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    frames = list(PictureFolder(tmp_path, paced=False).frames())
    assert [round(float(frame.image.mean())) for frame in frames] == [40, 0, 80]
    assert [frame.captured_at for frame in frames] == [0.0, 1.0, 2.0]


def test_a_folder_without_pictures_or_with_a_torn_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        list(PictureFolder(tmp_path, paced=False).frames())
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    with pytest.raises(PictureError, match=r"torn\.jpg"):
        list(PictureFolder(tmp_path, paced=False).frames())


def test_a_source_that_is_nothing_is_named() -> None:
    with pytest.raises(SourceError, match="no camera or file 'webcam'"):
        open_camera(camera_settings("webcam"), None, paced=True)


def test_a_missing_device_is_named() -> None:
    camera = open_camera(camera_settings("/dev/video99"), None, paced=True)
    with pytest.raises(SourceError, match="/dev/video99"):
        next(iter(camera.frames()))


@pytest.mark.skipif(bool(list(Path("/dev").glob("video[0-9]*"))), reason="this machine has a camera")
def test_no_camera_at_all_says_what_to_do() -> None:
    camera = open_camera(camera_settings("auto"), None, paced=True)
    with pytest.raises(SourceError, match="--source"):
        next(iter(camera.frames()))


@pytest.mark.skipif(os.path.exists("/usr/lib/python3/dist-packages/picamera2"), reason="picamera2 is here")  # noqa: PTH110
def test_a_pi_camera_without_its_library_says_what_to_install() -> None:
    camera = open_camera(camera_settings("picamera"), None, paced=True)
    with pytest.raises(SourceError, match="python3-picamera2"):
        next(iter(camera.frames()))


def test_a_stream_that_does_not_answer_is_named() -> None:
    camera = open_camera(camera_settings("http://127.0.0.1:9/stream"), None, paced=True)
    with pytest.raises(SourceError, match="cannot be opened"):
        next(iter(camera.frames()))


def test_a_name_that_no_file_can_have_is_named_too() -> None:
    source = "x" * 300
    assert not is_file(source)
    with pytest.raises(SourceError, match="no camera or file"):
        open_camera(camera_settings(source), None, paced=True)


def test_a_password_is_not_shown() -> None:
    camera = open_camera(camera_settings("http://me:secret@127.0.0.1:9/stream"), None, paced=True)
    with pytest.raises(SourceError, match="cannot be opened") as refused:
        next(camera.frames())
    assert "secret" not in str(refused.value)


def test_sources_are_told_apart(clip: Path, tmp_path: Path) -> None:
    assert is_stream("rtsp://camera/1")
    assert not is_stream("/dev/video0")
    copy = tmp_path / "clip.mp4"
    shutil.copy(clip, copy)
    assert is_file(str(copy))
    assert is_file(str(tmp_path))
    assert not is_file("/dev/video0")
    assert not is_file("auto")
