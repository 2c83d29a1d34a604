import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import make_faces, write_fer2013
from typer.testing import CliRunner

from mien_training.__main__ import app
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.leakage import (
    PAIR,
    WAYS,
    Budget,
    Parts,
    Score,
    copies_before_split,
    demonstrate,
    smote_after_split,
    smote_before_split,
)
from mien_training.split import near_copies

TINY = Budget(epochs=2, blocks=(1,), width=8, batch_size=32, learning_rate=0.02)


def happy_and_sad(count: int = 700) -> FaceSet:
    """Return faces of the two, half as many of them sad."""
    faces = make_faces(count)
    return faces.take((faces.labels == PAIR[0]) | ((faces.labels == PAIR[1]) & (np.arange(count) % 2 == 0)))


def shared(parts: Parts) -> int:
    """Return how many test pictures have a copy in training."""
    return len(np.unique(near_copies(parts.test.images, parts.training.images)[:, 0]))


@pytest.mark.parametrize("divide", [pytest.param(smote_before_split, marks=pytest.mark.slow), copies_before_split])
def test_leaky_ways_judge_pictures_beside_their_copies(divide) -> None:  # type: ignore[no-untyped-def]
    faces = happy_and_sad()
    parts = divide(faces, 1)
    assert len(parts.training) + len(parts.test) == 200
    assert shared(parts) > 0.05 * len(parts.test)


def test_the_honest_way_does_not_and_judges_pictures_as_they_were_taken() -> None:
    faces = happy_and_sad()
    parts = smote_after_split(faces, 1)
    originals = {image.tobytes() for image in faces.images}
    assert shared(parts) == 0
    assert all(image.tobytes() in originals for image in parts.test.images)
    assert np.bincount(parts.training.labels)[list(PAIR)].tolist() == [np.sum(parts.training.labels == PAIR[0])] * 2


@pytest.mark.parametrize("divide", [smote_before_split, copies_before_split, smote_after_split])
def test_the_seed_decides_how_pictures_are_divided(divide) -> None:  # type: ignore[no-untyped-def]
    one, same, other = (divide(happy_and_sad(), seed).test.images for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other[: len(one)])


def test_every_way_is_scored_on_the_same_unseen_photographs_and_tells_at_once() -> None:
    told: list[Score] = []
    scores = demonstrate(happy_and_sad(), TINY, told.append)
    assert scores == told
    assert [score.way for score in scores] == [way.name for way in WAYS]
    assert {score.true.count for score in scores} == {37}
    assert [score.copied.value > 0 for score in scores] == [True, True, False, False]
    by_choice, last = scores[2:]
    assert by_choice.claimed.value >= last.claimed.value


def test_fewer_pictures_leave_the_unseen_ones_as_they_were() -> None:
    scores = demonstrate(happy_and_sad(), replace(TINY, pictures=80), lambda _: None)
    assert {score.true.count for score in scores} == {37}
    assert scores[-1].claimed.count == 16


def test_pictures_of_neither_are_named() -> None:
    with pytest.raises(TrainingError, match="20 happy and as many sad faces are needed; there are 0 and 0"):
        demonstrate(make_faces(3), TINY, lambda _: None)


def test_the_command_prints_and_writes_the_table(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(350))
    out = tmp_path / "out"
    words = ["leakage", "--faces", str(faces), "--votes", str(votes), "--out", str(out), "--epochs", "1"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.stdout.count("points") == len(WAYS)
    rows = list(csv.DictReader((out / "leakage.csv").read_text().splitlines()))
    assert [row["way"] for row in rows] == [way.name for way in WAYS]
    assert (out / "leakage.md").read_text().count("\n| ") == 1 + len(WAYS)
