import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray
from synthetic_faces import TINY, make_faces, write_fer2013
from typer.testing import CliRunner

from mien_training.__main__ import app
from mien_training.data import FaceSet
from mien_training.degrade import DEGRADATIONS, Degradation, expose
from mien_training.errors import TrainingError
from mien_training.robustness import PLOT, measure_robustness, paint_robustness, write_robustness
from mien_training.settings import TrainSettings
from mien_training.train import Run

DARKER = Degradation("exposure", "factor", (0.1, 0.5, 1.0), 1.0, expose)


def faces_of_light(votes: bool = True) -> FaceSet:
    """Fourteen grey pictures whose label is how bright they are."""
    faces = make_faces(14)
    faces.images[:] = 30 * (1 + faces.labels[:, None, None])
    if faces.votes is not None:
        faces.votes[7:] = np.nan
    return faces if votes else FaceSet(faces.images, faces.labels, None)


def judge_light(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """By labels: how bright; by votes: always the brightest."""
    logits = np.zeros((len(images), 2, 7), np.float32)
    said = np.clip(images.mean(axis=(1, 2)) // 30 - 1, 0, 6).astype(int)
    logits[np.arange(len(images)), 0, said] = 1
    logits[:, 1, 6] = 1
    return logits


def test_accuracy_is_measured_at_each_level_by_each_head() -> None:
    (curve,) = measure_robustness(judge_light, faces_of_light(), [DARKER])
    assert [point.level for point in curve.points] == [0.1, 0.5, 1.0]
    assert [point.labels.value for point in curve.points] == pytest.approx([1 / 7, 1 / 7, 1])  # the darkest stay so
    unchanged = curve.points[-1]
    assert (unchanged.labels.count, unchanged.labels.high) == (14, 1)
    assert unchanged.votes is not None
    assert unchanged.votes.value == pytest.approx(1 / 7)
    assert unchanged.votes.count == 7  # the winners of the other seven are unknown


def test_without_votes_the_votes_are_left_out(tmp_path: Path) -> None:
    curves = list(measure_robustness(judge_light, faces_of_light(votes=False), [DARKER]))
    assert all(point.votes is None for point in curves[0].points)
    _, numbers = write_robustness(curves, tmp_path / "plot.png")
    assert "votes" not in numbers.read_text().partition("\n")[2]


def test_every_panel_is_drawn() -> None:
    curves = list(measure_robustness(judge_light, faces_of_light(), [DARKER] * 4))
    figure = Figure()
    paint_robustness(figure, curves)
    drawn = [axes for axes in figure.axes if axes.get_title() == "exposure"]
    assert len(drawn) == 4
    for axes in drawn:
        (labels, votes) = axes.containers
        assert labels[0].get_ydata() == pytest.approx([point.labels.value for point in curves[0].points])
        assert votes[0].get_ydata() == pytest.approx([1 / 7] * 3)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    curves = list(measure_robustness(judge_light, faces_of_light(), [DARKER]))
    with pytest.raises(TrainingError, match=r"nowhere/plot\.png cannot be written: No such file"):
        write_robustness(curves, tmp_path / "nowhere" / "plot.png")


def test_the_command_prints_and_writes_every_degradation(tmp_path: Path) -> None:
    faces = make_faces(140)
    faces_path, votes_path = write_fer2013(tmp_path, Training=faces)
    run = tmp_path / "run"
    Run(run, faces, TrainSettings.with_changes([*TINY, "epochs=1", "validation_share=0.3"])).train()
    command = ["robustness", str(run), "--faces", str(faces_path), "--votes", str(votes_path), "--count", "20"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "(as it is)" in result.stdout
    assert (run / PLOT).read_bytes().startswith(b"\x89PNG")
    with (run / PLOT).with_suffix(".csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["degradation"] for row in rows} == {one.name for one in DEGRADATIONS}
    assert len(rows) == 2 * sum(len(one.levels) for one in DEGRADATIONS)
    assert {row["pictures"] for row in rows} == {"20"}
