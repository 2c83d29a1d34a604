import itertools
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.clips import fitted, make_clips, noisy, read_picture, read_video, shaken, write_h264
from mien_benchmarks.mjpeg_server import network_camera


def grey(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def test_a_picture_is_fitted_without_a_black_edge() -> None:
    picture = grey(90, 40, 40)
    picture[:, 0] = 200
    wide = fitted(picture, 60, 40)
    assert wide.shape == (40, 60, 3)
    assert (wide[:, :11] == 200).all()
    assert (wide[:, 11:] == 90).all()
    assert fitted(grey(5, 200, 30), 64, 48).shape == (48, 64, 3)


def test_noise_is_another_one_in_each_picture_and_the_same_in_each_run() -> None:
    first, second = noisy([grey(128)] * 2)
    assert 1.8 < np.std(first.astype(float)) < 2.2
    assert not np.array_equal(first, second)
    for one, again in zip((first, second), noisy([grey(128)] * 2), strict=True):
        np.testing.assert_array_equal(one, again)


def test_a_shaken_picture_moves_a_little_each_time() -> None:
    picture = grey(0, 640, 480)
    picture[200:280, 280:360] = 255
    places = [np.argwhere(one[..., 0] > 128).mean(axis=0) for one in shaken(picture, 20)]
    steps = [np.linalg.norm(after - before) for before, after in itertools.pairwise(places)]
    assert min(steps) > 0.3
    assert max(steps) < 8


def test_a_video_holds_the_pictures_and_is_thinned_to_a_rate(tmp_path: Path) -> None:
    levels = [30, 60, 90, 120, 150, 180]
    write_h264(tmp_path / "clip.mp4", map(grey, levels), 30)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
    for rate, kept in ((30, levels), (15, levels[::2]), (10, levels[::3])):
        seen = [round(float(picture.mean())) for picture in read_video(tmp_path / "clip.mp4", rate)]
        assert seen == pytest.approx(kept, abs=3)


def test_missing_data_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"room\.png is no picture that can be read"):
        read_picture(tmp_path / "room.png")
    with pytest.raises(BenchmarkError, match=r"lp_d9\.mp4 is no video that can be read"):
        make_clips(tmp_path / "work", tmp_path / "data")
    assert not (tmp_path / "work").exists()


def test_a_network_camera_plays_to_and_fro_at_its_rate_and_changes_its_folder(tmp_path: Path) -> None:
    for folder, levels in (("person", [40, 120, 200]), ("room", [240])):
        (tmp_path / folder).mkdir()
        for number, level in enumerate(levels):
            cv2.imwrite(str(tmp_path / folder / f"{number}.jpg"), grey(level))
    with network_camera(tmp_path / "person", 100) as camera:
        capture = cv2.VideoCapture(camera.address)
        began = time.monotonic()
        seen = [read_level(capture) for _ in range(40)]
        assert time.monotonic() - began > 0.3  # 40 pictures, of which OpenCV may have some already
        start = seen.index(40)
        assert seen[start : start + 9] == [40, 120, 200, 120, 40, 120, 200, 120, 40]
        camera.show(tmp_path / "room")
        assert 240 in (read_level(capture) for _ in range(200))
        capture.release()


def read_level(capture: cv2.VideoCapture) -> int:
    """Return a picture's grey level, to the nearest ten."""
    got, image = capture.read()
    assert got
    return 10 * round(float(image.mean()) / 10)
