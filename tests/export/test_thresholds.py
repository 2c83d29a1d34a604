import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.eye.card import Certainty
from mien_export.thresholds import RIGHT_PERCENTS, certainty_figures, right_at
from mien_training.data import SIDE, VOTE_COLUMNS, VOTE_ORDER, FaceSet, true_labels


def sure_of(confidences: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities [N, 7] whose top (happy) has these confidences, and labels that it meets where `right`."""
    probabilities = np.repeat((1 - confidences[:, np.newaxis]) / 6, 7, axis=1).astype(np.float32)
    probabilities[:, 3] = confidences
    return probabilities, np.where(right, 3, 4)


def honest(seed: int, count: int, clearness: float = 2) -> tuple[np.ndarray, np.ndarray]:
    """Return answers that are right as often as they say; with a clearness over 1 most are sure."""
    rng = np.random.default_rng(seed)
    confidences = 1 - 0.7 * rng.random(count) ** clearness
    return sure_of(confidences, rng.random(count) < confidences)


def right_share(probabilities: np.ndarray, labels: np.ndarray, one: Certainty) -> float:
    kept = probabilities.max(axis=1) >= one.least_confidence
    return float((probabilities.argmax(axis=1) == labels)[kept].mean())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_promise_is_kept_where_it_was_made_and_each_asks_for_more(seed: int) -> None:
    probabilities, labels = honest(seed, 3000)
    found = right_at(probabilities, labels)
    assert [one.right_percent for one in found] == list(RIGHT_PERCENTS)[: len(found)]
    assert len(found) >= 2
    for one in found:
        kept = probabilities.max(axis=1) >= one.least_confidence
        assert one.share_kept == kept.mean()
        assert one.pictures == 3000
        assert right_share(probabilities, labels, one) >= one.right_percent / 100
    assert sorted(found, key=lambda one: one.least_confidence) == list(found)


def test_the_promise_is_kept_on_new_pictures_in_most_cases() -> None:
    new = honest(0, 100_000)
    chosen = [one for seed in range(1, 41) for one in right_at(*honest(seed, 2000))]
    for percent in (90, 95):
        kept = [right_share(*new, one) >= percent / 100 for one in chosen if one.right_percent == percent]
        assert len(kept) == 40
        assert np.mean(kept) > 0.8


def test_nearly_no_more_is_refused_than_must_be() -> None:
    probabilities, labels = honest(1, 50_000, clearness=1)  # right in 90 % of cases from 0.8 on, in 95 % from 0.9 on
    lowest = {one.right_percent: one.least_confidence for one in right_at(probabilities, labels)}
    assert lowest[90] == pytest.approx(0.8, abs=0.02)
    assert lowest[95] == pytest.approx(0.9, abs=0.02)


def test_a_lucky_run_of_a_few_pictures_is_no_reason_to_rely() -> None:
    confidences = np.linspace(0.4, 0.99, 1000)
    alternating = np.arange(1000) % 2 == 0
    lucky = alternating | (np.arange(1000) >= 980)  # the 20 most confident are right
    assert right_at(*sure_of(confidences, lucky)) == ()


def test_all_right_is_sure_from_the_beginning_and_all_wrong_never() -> None:
    confidences = np.full(2000, 0.5)
    everything = right_at(*sure_of(confidences, np.full(2000, True)))
    assert [(one.right_percent, one.least_confidence, one.share_kept) for one in everything] == [
        (80, 0, 1), (90, 0, 1), (95, 0, 1), (99, 0, 1)
    ]  # fmt: skip
    assert right_at(*sure_of(confidences, np.full(2000, False))) == ()
    assert right_at(*sure_of(confidences[:49], np.full(49, True))) == ()


def test_pictures_without_a_winner_count_nothing() -> None:
    probabilities, labels = honest(1, 2000)
    more = np.concatenate([probabilities, probabilities[:500]])
    assert right_at(more, np.concatenate([labels, np.full(500, -1)])) == right_at(probabilities, labels)


@pytest.mark.parametrize("with_votes", [True, False])
def test_what_the_test_pictures_make_of_it_is_told(with_votes: bool) -> None:
    labels = np.array([3, 3, 3, 4, 4])
    votes = np.zeros((5, len(VOTE_COLUMNS)), np.float32)
    votes[np.arange(5), np.array(VOTE_ORDER)[[4, 3, 3, 3, 3]]] = 10
    test = FaceSet(np.zeros((5, SIDE, SIDE), np.uint8), labels, votes if with_votes else None)
    assert true_labels(test).tolist() == ([4, 3, 3, 3, 3] if with_votes else [3, 3, 3, 4, 4])
    probabilities, _ = sure_of(np.array([0.9, 0.8, 0.7, 0.6, 0.5]), labels == 3)
    certainty = (Certainty(right_percent=90, least_confidence=0.65, share_kept=0.5, pictures=100),)
    figures = certainty_figures(certainty, probabilities, test)
    part = "public_test_votes" if with_votes else "public_test"
    assert list(figures) == [f"{part}/right_when_sure_90", f"{part}/kept_when_sure_90"]
    right, kept = figures.values()
    assert right.value == pytest.approx(2 / 3 if with_votes else 1)
    assert right.count == 3
    assert (kept.value, kept.count) == (0.6, 5)
    assert right.low < right.value <= right.high
    assert math.isclose(kept.low, 0.231, abs_tol=1e-3)


def test_a_figure_of_no_picture_knows_nothing(sets: dict[str, Any]) -> None:
    test = sets["PublicTest"]
    certainty = (Certainty(right_percent=99, least_confidence=1.0, share_kept=0.1, pictures=100),)
    right, kept = certainty_figures(certainty, np.full((70, 7), 1 / 7, np.float32), test).values()
    assert (right.low, right.high, right.count) == (0, 1, 0)
    assert kept.value == 0
