import json
import sys
from pathlib import Path

import numpy as np
import pytest
from development_data import development_data

import mien
from mien_benchmarks import scale_eye, scale_eye_probe
from mien_benchmarks.bench import Bench, BenchmarkError, output_of
from mien_benchmarks.clips import fitted, read_picture, shaken, write_h264
from mien_benchmarks.pictures import growth


def write_clip(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    person = fitted(read_picture(development_data("photos", "skimage_astronaut.png")), 320, 240)
    write_h264(path, shaken(person, 6), 15)


def test_a_collage_has_equal_cells_and_the_rest_is_grey() -> None:
    portraits = [np.full((640, 640, 3), level, np.uint8) for level in (10, 20, 30, 40, 50)]
    picture = scale_eye.collage(portraits)
    assert picture.shape == (960, 1280, 3)
    assert (picture[:240].reshape(240, 4, 320, 3) == np.array([10, 20, 30, 40]).reshape(1, 4, 1, 1)).all()
    assert (picture[240:480, :320] == 50).all()
    assert (picture[480:] == 128).all()


def test_missing_portraits_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"smiling holds too few portraits; give the development data folder"):
        list(scale_eye.measure(Bench(tmp_path / "work", tmp_path)))


def test_clips_that_are_there_are_kept(tmp_path: Path) -> None:
    clips = scale_eye.make_sources(made_work(tmp_path), tmp_path)
    assert {clip.read_bytes() for clip in clips.values()} == {b"made before"}


def made_work(folder: Path) -> Path:
    (folder / "scale").mkdir()
    for width, height in scale_eye.SOURCES:
        (folder / "scale" / f"{width}x{height}.mp4").write_bytes(b"made before")
    return folder


def test_a_clip_is_read_and_judged(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4")
    printed = json.loads(output_of([sys.executable, "-P", scale_eye_probe.__file__, "4", tmp_path / "clip.mp4"]))
    assert printed["mien"] == mien.__file__
    found = printed["clips"][str(tmp_path / "clip.mp4")]
    assert found["faces"] == 1
    assert found["judged"] > 0
    assert found["read"] > 0


@pytest.mark.slow
def test_growth_is_measured_and_can_be_drawn(tmp_path: Path) -> None:
    data = development_data()
    for number in scale_eye.CROWDS:
        write_clip(tmp_path / "scale" / f"{number}-faces.mp4")
    for width, height in scale_eye.SOURCES:
        write_clip(tmp_path / "scale" / f"{width}x{height}.mp4")
    found = list(scale_eye.measure(Bench(tmp_path, data, turns=1)))
    lines = {line: points for panel in growth(found).values() for line, points in panel.items()}
    assert len(lines) == 4
    assert [faces for faces, _ in lines["CPU to find all faces and read up to 16, ms", "mien"]] == [1, 2, 4, 8, 16]
    assert {one.what: one.values for one in found}["faces found of 16"] == (1,)
