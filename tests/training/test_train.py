import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from synthetic_faces import TINY, make_faces

from mien_training.errors import TrainingError
from mien_training.report import read_metrics
from mien_training.settings import TrainSettings
from mien_training.train import CHECKPOINT, METRICS, WEIGHTS, Run
from mien_training.trained import TrainedRun

FACES = make_faces(280)


@contextmanager
def interrupted_once_there(path: Path) -> Iterator[None]:
    """Press Ctrl-C, as a person would, as soon as a file appears."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.001):
            if path.exists():
                os.kill(os.getpid(), signal.SIGINT)
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def test_a_run_learns_and_leaves_what_it_promises(tmp_path: Path) -> None:
    last = Run(tmp_path, FACES, TrainSettings.with_changes([*TINY, "epochs=8", "validation_share=0.3"])).train()
    metrics = read_metrics(tmp_path)
    assert metrics["epoch"] == list(range(1, 9))
    assert metrics["train_loss"][-1] < metrics["train_loss"][0]
    assert last.validation_accuracy == metrics["validation_accuracy"][-1]
    assert last.validation_accuracy > 0.5  # chance is a seventh
    assert {path.name for path in tmp_path.iterdir()} == {METRICS, WEIGHTS, "settings.json"}


def test_the_weights_that_are_kept_are_the_last_epochs(tmp_path: Path) -> None:
    run = Run(
        tmp_path, FACES, TrainSettings.with_changes([*TINY, "epochs=3", "validation_share=0.3", "progressive_sides=[]"])
    )
    last = run.train()
    trained = TrainedRun.load(tmp_path)
    _, validation = trained.split(FACES)
    assert np.array_equal(validation.images, run.validation_faces[:, 0].cpu().numpy())
    by_labels, by_votes = (trained.logits(validation.images).argmax(axis=2) == validation.labels[:, None]).mean(axis=0)
    assert by_labels == pytest.approx(last.validation_accuracy, abs=0.03)  # the run may judge in bfloat16
    assert by_votes == pytest.approx(last.validation_votes_accuracy, abs=0.03)  # the votes agree with the labels


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_an_interrupted_run_goes_on_to_the_same_end(tmp_path: Path, dropout: float) -> None:
    settings = TrainSettings.with_changes([*TINY, "epochs=6", f"dropout={dropout}"])
    Run(tmp_path / "whole", FACES, settings).train()
    with interrupted_once_there(tmp_path / "torn" / CHECKPOINT), pytest.raises(KeyboardInterrupt):
        Run(tmp_path / "torn", FACES, settings).train()
    assert len(read_metrics(tmp_path / "torn")["epoch"]) < 6
    torch.rand(3)  # whatever else drew numbers in between does not matter
    Run(tmp_path / "torn", FACES, settings).train()
    assert (tmp_path / "torn" / METRICS).read_text() == (tmp_path / "whole" / METRICS).read_text()
    whole, torn = (load_file(tmp_path / name / WEIGHTS) for name in ("whole", "torn"))
    assert all(torch.equal(whole[name], torn[name]) for name in whole)


def test_faces_are_small_at_first() -> None:
    settings = TrainSettings(epochs=10, progressive_sides=((0.4, 32), (0.7, 40)))
    assert [settings.side_of(epoch, 48) for epoch in range(10)] == [32] * 4 + [40] * 3 + [48] * 3
    assert TrainSettings(epochs=2, progressive_sides=()).side_of(0, 48) == 48


def test_a_run_is_not_resumed_with_other_settings(tmp_path: Path) -> None:
    Run(tmp_path, FACES, TrainSettings.with_changes([*TINY, "epochs=1"])).train()
    with pytest.raises(TrainingError, match="holds a run with other settings"):
        Run(tmp_path, FACES, TrainSettings.with_changes([*TINY, "epochs=2"]))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="cannot be written"):
        Run(tmp_path / "file", FACES, TrainSettings.with_changes(TINY))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [("epoch=3", "epoch"), ("epochs", "write name=value"), ("epochs=many", "not JSON"), ("epochs=0", "greater than 0")],
)
def test_a_wrong_setting_is_named_in_one_sentence(change: str, complaint: str) -> None:
    with pytest.raises(TrainingError, match=complaint) as caught:
        TrainSettings.with_changes([change])
    assert "\n" not in str(caught.value)
