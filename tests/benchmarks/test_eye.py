import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from development_data import development_data

from mien_benchmarks import eye
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.clips import clips_of, fitted, noisy, read_picture, write_h264
from mien_benchmarks.eye_process import first_answer
from mien_benchmarks.source_reader import cpu_percents
from mien_benchmarks.tally import Tally

US = Path(sys.executable)
BRIEF = eye.Times(look=2.5, look_nobody=2.5, look_reading=1.0, settle=0.1, settle_still=0.1, settle_nobody=1.5)


def write_clips(work: Path, person: np.ndarray, room: np.ndarray) -> None:
    """Make short clips where the long ones would be."""
    clips = clips_of(work)
    for folder, picture in ((clips.present, person), (clips.still, person), (clips.nobody, room)):
        folder.mkdir(parents=True)
        for number, image in enumerate(noisy([picture] * 4)):
            cv2.imwrite(str(folder / f"{number}.jpg"), image)
    write_h264(clips.video, noisy([person] * 4), 15)


def test_values_are_gathered_by_subject_and_figure() -> None:
    tally = Tally("eye")
    for subject, value in (("mien", 1.0), ("fer", 9.0), ("mien", 2.0)):
        tally.add(subject, "CPU", "s", value)
    mien, fer = tally.measurements()
    assert (mien.subject, mien.values) == ("mien", (1.0, 2.0))
    assert (fer.part, fer.subject, fer.what, fer.unit, fer.values) == ("eye", "fer", "CPU", "s", (9.0,))


@pytest.mark.slow
def test_the_first_answer_is_the_first_face_that_was_read(tmp_path: Path) -> None:
    face = fitted(read_picture(development_data("photos", "skimage_astronaut.png")))
    room = np.full_like(face, 90)
    write_h264(tmp_path / "clip.mp4", [room, room, face, face], 4)
    start = first_answer(US, tmp_path / "clip.mp4", 5.0)
    assert start.seconds > 0.5  # that long nobody is shown
    assert 0.1 < start.cpu_seconds < start.seconds * 8


def test_an_eye_that_ends_without_an_answer_is_told_of(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(BenchmarkError, match=r"told of no face .*: no such module"):
        first_answer(broken, tmp_path / "clip.mp4", 5.0)


@pytest.mark.slow
def test_an_eye_is_measured_from_its_start_to_its_rest(tmp_path: Path) -> None:
    person = fitted(read_picture(development_data("photos", "skimage_astronaut.png")))
    write_clips(tmp_path, person, np.full_like(person, 90))
    found = {one.what: one for one in eye.measure(Bench(tmp_path, tmp_path, turns=2), BRIEF)}
    assert {one.subject for one in found.values()} == {"mien"}
    assert len(found["start to first answer"].values) == 2
    for rate in ("a frame a second", "5 frames a second", "10 frames a second"):
        for scene in ("a face present", "nobody"):
            assert len(found[f"CPU of a core, {rate}, {scene}"].values) == 1
    answers = [found[f"answers, {rate}, a face present"].median for rate in ("a frame a second", "5 frames a second")]
    assert 0.5 < answers[0] < 2 < answers[1]
    present, reading, seeing = (
        found[f"CPU of a core, {what}"].median
        for what in (
            "5 frames a second, a face present",
            "reading the source alone, a face present",
            "5 frames a second, a face present, less reading the source",
        )
    )
    assert 0 < reading < present
    assert seeing == pytest.approx(present - reading)
    assert 30 < found["memory (RSS), a face present"].median <= found["memory (RSS), at most"].median
    assert found["CPU of a core, camera off"].median < present


def test_a_source_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    write_clips(tmp_path, np.zeros((48, 64, 3), np.uint8), np.zeros((48, 64, 3), np.uint8))
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(BenchmarkError, match="cannot be read with OpenCV alone"):
        cpu_percents(broken, [clips_of(tmp_path).present], 0.1)


@pytest.mark.slow
def test_an_eye_that_sees_no_person_is_not_measured(tmp_path: Path) -> None:
    person = fitted(read_picture(development_data("photos", "skimage_astronaut.png")))
    write_clips(tmp_path, person, person)
    with pytest.raises(BenchmarkError, match="shown a room without one and saw that in 0 of"):
        list(eye.measure(Bench(tmp_path, tmp_path, turns=1), BRIEF))
