import numpy as np
import pytest

from mien_export.answer import Answer, choose_label_share, fit_answer, log_mixture
from mien_training.data import SIDE, VOTE_COLUMNS, VOTE_ORDER, FaceSet


def heads(by_labels: np.ndarray, by_votes: np.ndarray) -> np.ndarray:
    """Return logits [N, 2, 7] of heads that are sure of these answers."""
    logits: np.ndarray = 4 * np.eye(7, dtype=np.float32)[np.stack([by_labels, by_votes], axis=1)]
    return logits


RNG = np.random.default_rng(1)
LABELS, WINNERS, NOISE = RNG.integers(0, 7, (3, 400))


def test_the_labels_head_counts_when_it_alone_knows_the_labels() -> None:
    assert 0.5 < choose_label_share(heads(LABELS, NOISE), LABELS) <= 1


def test_where_the_labels_lose_nothing_the_votes_count() -> None:
    assert choose_label_share(heads(LABELS, LABELS), LABELS) == 0


def test_the_votes_may_cost_a_point_and_a_half_on_the_labels_and_no_more() -> None:
    few_wrong, many_wrong = LABELS.copy(), LABELS.copy()
    few_wrong[:5] = (few_wrong[:5] + 1) % 7  # 5 of 400
    many_wrong[:7] = (many_wrong[:7] + 1) % 7
    assert choose_label_share(heads(LABELS, few_wrong), LABELS) == 0
    assert choose_label_share(heads(LABELS, many_wrong), LABELS) >= 0.5


def test_without_votes_the_labels_answer() -> None:
    faces = FaceSet(np.zeros((400, SIDE, SIDE), np.uint8), LABELS, None)
    logits = heads(np.where(np.arange(400) < 300, LABELS, NOISE), NOISE)
    answer = fit_answer(logits, faces)
    assert answer.label_share == 1
    assert answer.probabilities(logits).max(axis=1).mean() == pytest.approx(0.78, abs=0.03)  # 300 and a seventh of 100


def test_the_confidence_is_that_of_the_winners() -> None:
    votes = np.zeros((400, len(VOTE_COLUMNS)), np.float32)
    votes[np.arange(400), np.array(VOTE_ORDER)[WINNERS]] = 10
    faces = FaceSet(np.zeros((400, SIDE, SIDE), np.uint8), LABELS, votes)
    says = np.where(np.arange(400) < 300, WINNERS, NOISE)
    logits = heads(says, says)
    answer = fit_answer(logits, faces)
    assert answer.probabilities(logits).max(axis=1).mean() == pytest.approx(0.78, abs=0.03)


def test_probabilities_are_the_heads_mean_sharpened() -> None:
    logits = np.log(np.array([[[0.7, 0.1, 0.1, 0.1, 0, 0, 0], [0.1, 0.1, 0.1, 0.7, 0, 0, 0]]], np.float32) + 1e-9)
    (row,) = Answer(0.75, 0.5).probabilities(logits)
    squares = np.array([0.55, 0.1, 0.1, 0.25, 0, 0, 0]) ** 2
    assert row == pytest.approx(squares / squares.sum(), abs=1e-5)


def test_the_mean_asks_how_sure_each_head_is_and_is_finite_where_both_exclude() -> None:
    logits = np.zeros((1, 2, 7), np.float32)
    logits[0, :, 6] = -1000
    logits[0, 0, 3], logits[0, 1, 4] = 1, 8
    (row,) = log_mixture(logits, 0.5)
    assert row.argmax() == 4
    assert np.isfinite(row).all()
