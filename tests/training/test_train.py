import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from development_data import development_data
from safetensors.torch import load_file
from synthetic_faces import TINY, make_faces

from mien_training.balance import Balance, balanced
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.run_folder import CHECKPOINT, METRICS, WEIGHTS, read_metrics
from mien_training.settings import TrainSettings
from mien_training.split import near_copies, split_faces
from mien_training.train import Run
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


def with_a_frequent_emotion() -> FaceSet:
    """Return 40 happy faces, 13 of disgust and 20 of the others, so noisy that they overlap: all ways balance them."""
    every = np.choose(FACES.labels, [2, 3, 2, 1, 2, 2, 2])
    faces = FACES.take(np.arange(len(FACES)) // 7 % every == 0)
    noise = np.random.default_rng(1).integers(0, 180, faces.images.shape, dtype=np.uint8)
    return FaceSet(faces.images // 4 + noise, faces.labels, faces.votes)


@pytest.mark.parametrize("how", Balance)
def test_a_run_balances_its_training_part_and_nothing_else(tmp_path: Path, how: Balance) -> None:
    faces = with_a_frequent_emotion()
    settings = TrainSettings.with_changes([*TINY, "epochs=1", "validation_share=0.3", f'balance="{how}"'])
    run = Run(tmp_path, faces, settings)
    training, validation = split_faces(faces, **settings.split)
    assert np.array_equal(run.validation_faces[:, 0].cpu().numpy(), validation.images)
    assert np.array_equal(run.train_faces[:, 0].cpu().numpy(), balanced(training, how, settings.seed).images)
    assert len(run.train_faces) == len(run.train_targets)
    assert not len(near_copies(run.train_faces[:, 0].cpu().numpy(), validation.images))
    weights = run.emotion_weights.cpu()
    assert (weights[1] > 1.2) == (how is Balance.CLASS_WEIGHTS)
    assert np.isfinite(run.train().train_loss)


def test_the_loss_counts_a_face_as_its_emotion(tmp_path: Path) -> None:
    words = [*TINY, "label_weight=0.3", "label_smoothing=0"]
    plain = Run(tmp_path / "plain", FACES, TrainSettings.with_changes(words))
    weighted = Run(tmp_path / "weighted", FACES, TrainSettings.with_changes([*words, 'balance="class_weights"']))
    weighted.emotion_weights = torch.arange(7.0, device=weighted.device)
    logits = torch.randn(7, 2, 7, device=plain.device)
    targets = torch.eye(7, device=plain.device).unsqueeze(1).repeat(1, 2, 1)
    by_face = torch.stack([plain._loss(logits[row : row + 1], targets[row : row + 1]) for row in range(7)])
    by_labels, by_votes = (torch.nn.functional.cross_entropy(logits[:, head], targets[:, head]) for head in range(2))
    assert torch.allclose(plain._loss(logits, targets), 0.3 * by_labels + 0.7 * by_votes)
    assert torch.allclose(weighted._loss(logits, targets), (weighted.emotion_weights * by_face).mean())


def test_after_balancing_features_only_the_labels_head_differs(tmp_path: Path) -> None:
    faces, words = with_a_frequent_emotion(), [*TINY, "epochs=2", "validation_share=0.3"]
    for how in ("none", "smote_features"):
        Run(tmp_path / how, faces, TrainSettings.with_changes([*words, f'balance="{how}"'])).train()
    plain, refitted = (load_file(tmp_path / how / WEIGHTS) for how in ("none", "smote_features"))
    differing = {name for name in plain if not torch.equal(plain[name], refitted[name])}
    assert differing == {"head.weight", "head.bias"}
    assert torch.equal(plain["head.weight"][7:], refitted["head.weight"][7:])
    assert not (tmp_path / "smote_features" / CHECKPOINT).exists()


def test_no_photograph_of_fer2013_stands_on_both_sides(tmp_path: Path) -> None:
    from fer2013_pictures import read_pictures

    faces = read_pictures(development_data("fer2013"), "Training")
    thumbnails = [image[::8, ::8].tobytes() for image in faces.images]
    often = np.array([count > 1 for count in map(Counter(thumbnails).__getitem__, thumbnails)])
    faces = faces.take(np.sort(np.concatenate([np.flatnonzero(often)[:1200], np.flatnonzero(~often)[:800]])))
    assert len(near_copies(faces.images, faces.images)) > len(faces) + 500  # there is something to tear apart
    run = Run(tmp_path, faces, TrainSettings.with_changes([*TINY, "validation_share=0.3"]))
    training, validation = (part[:, 0].cpu().numpy() for part in (run.train_faces, run.validation_faces))
    assert len(training) + len(validation) == len(faces)
    assert not {image.tobytes() for image in training} & {image.tobytes() for image in validation}
    assert not len(near_copies(training, validation))


def test_settings_come_from_a_file_and_words_change_them(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"epochs": 7, "balance": "smote", "width": 8}')
    settings = TrainSettings.with_changes(["width=16"], file)
    assert (settings.epochs, settings.balance, settings.width) == (7, "smote", 16)
    settings.save(file)
    assert TrainSettings.with_changes([], file) == settings


@pytest.mark.parametrize(
    ("text", "complaint"), [("{", "cannot be read as JSON"), ("[1]", "is not a JSON object"), ('{"epoch": 3}', "epoch")]
)
def test_a_wrong_settings_file_is_named_in_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text)
    with pytest.raises(TrainingError, match=complaint) as caught:
        TrainSettings.with_changes([], file)
    assert "\n" not in str(caught.value)
