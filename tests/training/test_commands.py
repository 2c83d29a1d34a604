import os
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
from mien_training.settings import TrainSettings
from mien_training.train import Run
from mien_training.trained import TrainedRun


def words(faces: Path, votes: Path, run: Path) -> list[str]:
    sets = [word for setting in [*TINY, "epochs=2"] for word in ("--set", setting)]
    return ["train", "--faces", str(faces), "--votes", str(votes), "--run", str(run), *sets]


def test_train_then_evaluate_measures_and_draws(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(140), PublicTest=make_faces(7, seed=2))
    run = tmp_path / "run"
    command = words(faces, votes, run)
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "validation accuracy" in result.stdout
    assert "recall_surprise" in result.stdout
    assert "Where it looks" in (run / PAGE).read_text(encoding="utf-8")

    weights = (run / WEIGHTS).read_bytes()
    assert "is trained already" in CliRunner().invoke(app, command, catch_exceptions=False).stdout
    assert (run / WEIGHTS).read_bytes() == weights

    (run / PAGE).unlink()
    asked = ["evaluate", str(run), "--faces", str(faces), "--votes", str(votes)]
    assert CliRunner().invoke(app, asked, catch_exceptions=False).exit_code == 0
    assert (run / PAGE).exists()


def test_two_processes_train_one_network(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(280))
    run = tmp_path / "run"
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*torchrun, "-m", "--", "mien_training", *words(faces, votes, run), "--set", "validation_share=0.3"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("trained 2 epochs") == 1
    assert TrainedRun.load(run).logits(make_faces(3).images).shape == (3, 2, 7)


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


def test_a_folder_without_a_run_and_torn_files_are_named(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(140))
    run = tmp_path / "run"
    settings = TrainSettings.with_changes([*TINY, "epochs=2"])
    Run(run, make_faces(140), settings).train()
    with pytest.raises(TrainingError, match="holds no trained network"):
        TrainedRun.load(tmp_path)
    (run / WEIGHTS).write_bytes((run / WEIGHTS).read_bytes()[:100])
    with pytest.raises(TrainingError, match="does not hold the network"):
        TrainedRun.load(run)
    (run / METRICS).write_text("epoch,learning_rate\n1")
    with pytest.raises(TrainingError, match="is torn"):
        CliRunner().invoke(app, words(faces, votes, run), catch_exceptions=False)
