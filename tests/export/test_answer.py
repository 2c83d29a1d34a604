import numpy as np
import pytest

from mien_export.answer import Answer, choose_label_share, fit_answer
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


def test_the_votes_may_cost_a_point_on_the_labels_and_no_more() -> None:
    one_wrong, many_wrong = LABELS.copy(), LABELS.copy()
    one_wrong[:3] = (one_wrong[:3] + 1) % 7  # 3 of 400
    many_wrong[:5] = (many_wrong[:5] + 1) % 7
    assert choose_label_share(heads(LABELS, one_wrong), LABELS) == 0
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


def test_probabilities_are_the_blend_softened() -> None:
    logits = np.zeros((1, 2, 7), np.float32)
    logits[0, 0, 3], logits[0, 1, 3] = 2, 4
    (row,) = Answer(0.25, 2.0).probabilities(logits)
    assert row[3] == pytest.approx(np.exp(1.75) / (np.exp(1.75) + 6))
