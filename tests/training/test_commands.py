import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from synthetic_faces import TINY, make_faces, write_fer2013
from typer.testing import CliRunner

from mien_training.__main__ import app
from mien_training.errors import TrainingError
from mien_training.report import PAGE
from mien_training.run_folder import METRICS, WEIGHTS
from mien_training.trained import TrainedRun


def words(faces: Path, votes: Path, run: Path) -> list[str]:
    sets = [word for setting in [*TINY, "epochs=2", "validation_share=0.3"] for word in ("--set", setting)]
    return ["train", "--faces", str(faces), "--votes", str(votes), "--run", str(run), *sets]


@pytest.fixture(scope="module")
def fer2013(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_fer2013(tmp_path_factory.mktemp("fer2013"), Training=make_faces(280))


@pytest.fixture(scope="module")
def trained(fer2013: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A trained run, and what was said meanwhile."""
    run = tmp_path_factory.mktemp("trained") / "run"
    return run, CliRunner().invoke(app, words(*fer2013, run), catch_exceptions=False).stdout


def check_trained(run: Path, said: str) -> None:
    assert said.count("trained 2 epochs: validation accuracy") == said.count("drawn: ") == 1
    assert TrainedRun.load(run).logits(make_faces(3).images).shape == (3, 2, 7)
    assert "Where it looks" in (run / PAGE).read_text(encoding="utf-8")


def test_a_network_is_trained_and_drawn(trained: tuple[Path, str]) -> None:
    check_trained(*trained)


@pytest.mark.slow
def test_two_processes_train_one_network_and_draw_it_once(fer2013: tuple[Path, Path], tmp_path: Path) -> None:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, "-m", "--", "mien_training", *words(*fer2013, tmp_path / "run")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    check_trained(tmp_path / "run", done.stdout)


def test_a_trained_run_is_left_as_it_is_and_measured_again(
    trained: tuple[Path, str], fer2013: tuple[Path, Path]
) -> None:
    run, _ = trained
    weights = (run / WEIGHTS).read_bytes()
    assert "is trained already" in CliRunner().invoke(app, words(*fer2013, run), catch_exceptions=False).stdout
    assert (run / WEIGHTS).read_bytes() == weights

    (run / PAGE).unlink()
    faces, _ = fer2013
    result = CliRunner().invoke(app, ["evaluate", str(run), "--faces", str(faces)], catch_exceptions=False)
    assert "recall_surprise" in result.stdout
    page = (run / PAGE).read_text(encoding="utf-8")
    assert "learned from them as they come" in page
    assert "FERPlus winners" not in page  # nobody's votes were given


def test_a_problem_is_one_sentence_on_standard_error(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mien_training",
        "train",
        "--faces",
        str(tmp_path / "no.csv"),
        "--run",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no.csv is not there" in done.stderr


def test_a_folder_without_a_run_and_torn_files_are_named(
    trained: tuple[Path, str], fer2013: tuple[Path, Path], tmp_path: Path
) -> None:
    run = shutil.copytree(trained[0], tmp_path / "run")
    with pytest.raises(TrainingError, match="holds no trained network"):
        TrainedRun.load(tmp_path)
    (run / WEIGHTS).write_bytes((run / WEIGHTS).read_bytes()[:100])
    with pytest.raises(TrainingError, match="does not hold the network"):
        TrainedRun.load(run)
    (run / METRICS).write_text("epoch,learning_rate\n1")
    with pytest.raises(TrainingError, match="is torn"):
        CliRunner().invoke(app, words(*fer2013, run), catch_exceptions=False)
