import itertools
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.errors import PictureError, SourceError
from mien.eye.pace import steady
from mien.eye.video_file import PictureFolder, Repeated, VideoFile


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
    frames = list(VideoFile(clip, steady(None), paced=False).frames())
    assert len(frames) == 48
    assert [frame.captured_at for frame in frames] == pytest.approx([number / 24 for number in range(48)], abs=0.002)
    assert frames[40].image.mean() > frames[10].image.mean()


@pytest.mark.parametrize(("rate", "count"), [(6, 12), (12, 24), (24, 48), (100, 48), (3, 6)])
def test_a_clip_is_thinned_to_a_rate(clip: Path, rate: float, count: int) -> None:
    times = [frame.captured_at for frame in VideoFile(clip, steady(rate), paced=False).frames()]
    assert len(times) == count
    assert times[0] == 0.0


def test_a_paced_clip_takes_its_time(clip: Path) -> None:
    camera = VideoFile(clip, steady(6), paced=True)
    started = time.monotonic()
    late = [time.monotonic() - started - frame.captured_at for frame in camera.frames()]
    assert camera.live
    assert min(late) >= 0


def test_a_repeated_clip_begins_anew_whenever_it_ends(clip: Path) -> None:
    camera = Repeated(VideoFile(clip, steady(6), paced=False))
    times = [frame.captured_at for frame in itertools.islice(camera.frames(), 30)]
    assert times == times[:12] * 2 + times[:6]
    assert not camera.live


def test_a_single_picture_is_not_read_again_without_a_pause(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((20, 30, 3), np.uint8))
    started = time.monotonic()
    assert len(list(itertools.islice(Repeated(PictureFolder(tmp_path, paced=True)).frames(), 2))) == 2
    assert time.monotonic() - started >= 1.0


def test_a_text_file_is_not_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("no video")
    with pytest.raises(SourceError, match=r"notes\.mp4 is not a video"):
        list(VideoFile(path, steady(None), paced=False).frames())


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
