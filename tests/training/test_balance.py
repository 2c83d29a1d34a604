from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from synthetic_faces import make_faces

from mien.types import EMOTIONS
from mien_training.balance import Balance, balanced, class_weights, synthetic
from mien_training.data import FaceSet, label_targets, vote_targets
from mien_training.errors import TrainingError

KEPT = (40, 9, 15, 30, 20, 12, 25)  # faces of each emotion
GROWING = (Balance.OVERSAMPLE, Balance.SMOTE, Balance.BORDERLINE_SMOTE, Balance.ADASYN)


def imbalanced(noise: float = 0.7) -> FaceSet:
    """Return faces that overlap enough for the kinds of SMOTE that look for doubtful ones."""
    faces = make_faces(7 * max(KEPT))
    chosen = np.sort(
        np.concatenate([np.flatnonzero(faces.labels == label)[:count] for label, count in enumerate(KEPT)])
    )
    blurred = np.random.default_rng(1).integers(0, 256, (len(chosen), 48, 48))
    images = ((1 - noise) * faces.images[chosen] + noise * blurred).astype(np.uint8)
    return FaceSet(images, faces.labels[chosen], None if faces.votes is None else faces.votes[chosen])


def distance_from_a_blend(image: NDArray[np.uint8], one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the largest difference in grey values from the nearest blend of the two."""
    share = np.clip((image - one) @ (other - one) / ((other - one) @ (other - one)), 0, 1)
    return float(np.abs(image - one - share * (other - one)).max())


def counts(faces: FaceSet) -> NDArray[np.int64]:
    return np.bincount(faces.labels, minlength=7)


@pytest.mark.parametrize("how", GROWING)
def test_rare_emotions_grow_and_the_given_faces_stand_first_as_they_were(how: Balance) -> None:
    faces = imbalanced()
    more = balanced(faces, how, seed=1)
    first = more.take(np.arange(len(faces)))
    assert faces.votes is not None
    assert first.votes is not None
    assert np.array_equal(first.images, faces.images)
    assert np.array_equal(first.labels, faces.labels)
    assert np.array_equal(first.votes, faces.votes)
    assert np.ptp(counts(more)) < np.ptp(KEPT) / 2
    if how in {Balance.OVERSAMPLE, Balance.SMOTE}:
        assert counts(more).tolist() == [max(KEPT)] * 7


def test_copies_are_of_given_faces_with_their_votes() -> None:
    faces = imbalanced()
    more = balanced(faces, Balance.OVERSAMPLE, seed=1)
    rows = {image.tobytes(): row for row, image in enumerate(faces.images)}
    of = [rows[image.tobytes()] for image in more.images]
    assert more.votes is not None
    assert faces.votes is not None
    assert np.array_equal(more.labels, faces.labels[of])
    assert np.array_equal(more.votes, faces.votes[of])


def test_blends_lie_between_two_given_faces_of_their_emotion() -> None:
    faces = imbalanced()
    more = balanced(faces, Balance.SMOTE, seed=1)
    for row in range(len(faces), len(more), 10):
        alike = faces.images[faces.labels == more.labels[row]].reshape(-1, 48 * 48).astype(np.float64)
        assert min(distance_from_a_blend(more.images[row].ravel(), *pair) for pair in combinations(alike, 2)) < 1


@pytest.mark.parametrize("give_votes", [True, False])
def test_for_a_blend_its_label_stands_in_for_votes(give_votes: bool) -> None:
    faces = imbalanced()
    if not give_votes:
        faces = FaceSet(faces.images, faces.labels, None)
    more = balanced(faces, Balance.SMOTE, seed=1)
    blends = np.arange(len(faces), len(more))
    assert (more.votes is not None) == give_votes
    assert np.array_equal(vote_targets(more)[blends], label_targets(more)[blends])
    assert more.known.all()


def test_undersampling_keeps_as_many_of_each_in_their_order() -> None:
    faces = imbalanced()
    fewer = balanced(faces, Balance.UNDERSAMPLE, seed=1)
    assert counts(fewer).tolist() == [min(KEPT)] * 7
    rows = {image.tobytes(): row for row, image in enumerate(faces.images)}
    kept = [rows[image.tobytes()] for image in fewer.images]
    assert kept == sorted(kept)
    assert np.array_equal(fewer.labels, faces.labels[kept])


@pytest.mark.parametrize("how", [Balance.NONE, Balance.CLASS_WEIGHTS, Balance.SMOTE_FEATURES])
def test_the_others_leave_the_faces_as_they_are(how: Balance) -> None:
    faces = imbalanced()
    assert balanced(faces, how, seed=1) is faces


@pytest.mark.parametrize("how", Balance)
def test_the_seed_alone_decides(how: Balance) -> None:
    faces = imbalanced()
    one, other, another = (balanced(faces, how, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.images, other.images)
    assert np.array_equal(one.labels, other.labels)
    if how in {*GROWING, Balance.UNDERSAMPLE}:
        assert not np.array_equal(one.images[: len(another)], another.images[: len(one)])


def test_features_are_blended_too() -> None:
    features = np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32)
    blends, labels = synthetic(features, np.repeat([3, 4], [20, 10]), Balance.SMOTE_FEATURES, seed=1)
    assert blends.shape == (10, 5)
    assert set(labels) == {4}


def test_too_few_faces_of_an_emotion_are_named() -> None:
    with pytest.raises(TrainingError, match=r"balance=smote .*disgust 3") as caught:
        balanced(make_faces(21).take(np.arange(20)), Balance.SMOTE, seed=1)
    assert "\n" not in str(caught.value)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200))
def test_every_emotion_counts_the_same_and_a_face_one_in_the_mean(labels: list[int]) -> None:
    weights = class_weights(np.array(labels, np.int64))
    assert weights.shape == (len(EMOTIONS),)
    assert weights[labels].mean() == pytest.approx(1, abs=1e-5)
    shares = [weights[label] * labels.count(label) for label in set(labels)]
    assert shares == pytest.approx([len(labels) / len(shares)] * len(shares), rel=1e-5)
