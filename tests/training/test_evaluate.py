import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.types import EMOTIONS, Emotion
from mien_training.evaluate import (
    FIGURE_TITLES,
    Labels,
    Probabilities,
    accuracy,
    bootstrap,
    calibration_error,
    confusion,
    coverage,
    figures,
    macro_f1,
    precisions,
    recalls,
    reliability,
    two_class_accuracy,
    wilson,
)

ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL = range(7)


def judged(*answers: tuple[int, int, float]) -> tuple[Probabilities, Labels]:
    """Return probabilities and labels from (label, answer, confidence); the rest is shared out evenly."""
    probabilities = np.array([[(1 - sure) / 6] * answer + [sure] + [(1 - sure) / 6] * (6 - answer)
                              for _, answer, sure in answers], np.float32)  # fmt: skip
    return probabilities, np.array([label for label, _, _ in answers], np.int64)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_wilsons_interval_holds_the_share_and_stays_in_range(count: int, share: float) -> None:
    estimate = wilson(round(share * count), count)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962)]
)
def test_wilsons_interval_is_that_of_the_tables(hits: int, count: int, low: float, high: float) -> None:
    estimate = wilson(hits, count)
    assert (estimate.value, estimate.count) == (hits / count, count)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_of_no_cases() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


SIX = judged(
    (HAPPY, HAPPY, 0.9), (HAPPY, HAPPY, 0.8), (HAPPY, SAD, 0.5),
    (SAD, SAD, 0.7), (NEUTRAL, SAD, 0.6), (FEAR, FEAR, 0.95)
)  # fmt: skip


def test_counts_by_hand() -> None:
    counts = confusion(*SIX)
    assert counts.sum() == 6
    assert (counts[HAPPY, HAPPY], counts[HAPPY, SAD], counts[NEUTRAL, SAD], counts[SAD, SAD]) == (2, 1, 1, 1)
    assert accuracy(*SIX).value == pytest.approx(4 / 6)
    found = recalls(*SIX)
    assert found[Emotion.HAPPY].value == pytest.approx(2 / 3)
    assert (found[Emotion.SAD].value, found[Emotion.NEUTRAL].value) == (1, 0)
    assert found[Emotion.DISGUST].count == 0


def test_precision_is_of_the_answers() -> None:
    right = precisions(*SIX)
    assert (right[Emotion.HAPPY].value, right[Emotion.HAPPY].count) == (1, 2)
    assert (right[Emotion.SAD].value, right[Emotion.SAD].count) == (1 / 3, 3)
    assert right[Emotion.NEUTRAL].count == 0


def test_macro_f1_by_hand() -> None:
    # happy 2*2/(3+2), sad 2*1/(1+3), neutral 0, fear 1; the three that never occur do not count
    assert macro_f1(*SIX) == pytest.approx((0.8 + 0.5 + 0 + 1) / 4)


def test_calibration_error_by_hand() -> None:
    # two bins: .9 and .92 (one right of two), .5 and .48 (both right)
    faces = judged((HAPPY, HAPPY, 0.9), (SAD, HAPPY, 0.92), (SAD, SAD, 0.5), (SAD, SAD, 0.48))
    assert calibration_error(*faces) == pytest.approx((2 * abs(0.91 - 0.5) + 2 * abs(0.49 - 1)) / 4, abs=1e-6)
    share, confidence, right = reliability(*faces)
    assert share.sum() == pytest.approx(1)
    assert confidence[13] == pytest.approx(0.91)
    assert (right[13], right[7]) == (0.5, 1)


def test_happy_against_sad_looks_at_those_two_outputs_alone() -> None:
    probabilities, labels = judged((HAPPY, NEUTRAL, 0.6), (SAD, NEUTRAL, 0.6), (NEUTRAL, NEUTRAL, 0.9))
    probabilities[0, HAPPY], probabilities[1, HAPPY] = 0.2, 0.2
    estimate = two_class_accuracy(probabilities, labels, Emotion.HAPPY, Emotion.SAD)
    assert (estimate.value, estimate.count) == (0.5, 2)


def test_coverage_is_the_largest_share_that_is_right_enough() -> None:
    right = [(HAPPY, HAPPY, 0.99 - 0.001 * step) for step in range(19)]
    wrong = [(HAPPY, SAD, 0.9), (HAPPY, SAD, 0.5)]
    assert coverage(*judged(*right, *wrong)) == pytest.approx(20 / 21)  # 19 of 20 is 95 %
    assert coverage(*judged(*wrong)) == 0
    assert coverage(*judged(*right)) == 1


def test_the_bootstrap_agrees_with_wilson_and_repeats() -> None:
    rng = np.random.default_rng(1)
    probabilities = rng.dirichlet(np.ones(7), 800).astype(np.float32)
    labels = np.where(rng.random(800) < 0.7, probabilities.argmax(axis=1), rng.integers(0, 7, 800))
    drawn = bootstrap(lambda *judged: accuracy(*judged).value, probabilities, labels)
    expected = accuracy(probabilities, labels)
    assert drawn.value == expected.value
    assert (drawn.low, drawn.high) == pytest.approx((expected.low, expected.high), abs=0.01)
    assert drawn == bootstrap(lambda *judged: accuracy(*judged).value, probabilities, labels)


def test_every_figure_has_an_interval_that_holds_it() -> None:
    estimates = figures(*SIX)
    assert {f"{measure}_{emotion}" for emotion in EMOTIONS for measure in ("recall", "precision")} < set(estimates)
    assert set(FIGURE_TITLES) < set(estimates)
    assert all(0 <= estimate.low <= estimate.value <= estimate.high <= 1 for estimate in estimates.values())
