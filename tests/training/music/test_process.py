import numpy as np
import pytest

from mien_training.music.process import Examples, Strengths, covariance, find_strengths, fit
from mien_training.music.process import _Parts as Parts
from mien_training.music.process import _surprise as surprise

BLOCKS = (slice(0, 3), slice(3, 5))
STRENGTHS = Strengths(0.5, (0.7, 0.2), (0.3, 0.1), (0.2, 0.4), 0.1)


def examples(count: int = 40, seed: int = 1) -> Examples:
    random = np.random.default_rng(seed)
    features = random.standard_normal((count, 5))
    targets = np.column_stack([np.sin(2 * features[:, 0]), features[:, 3]]) + 0.1 * random.standard_normal((count, 2))
    return Examples(features, targets, np.arange(count) // 2, np.arange(count) % 2)


def test_strengths_survive_the_way_through_logarithms() -> None:
    back = Strengths.from_logarithms(STRENGTHS.as_logarithms(), 2)
    np.testing.assert_allclose(back.as_logarithms(), STRENGTHS.as_logarithms())
    assert len(back.noise) == 2


def test_the_covariance_is_the_formula() -> None:
    features = examples(4).features
    found = covariance(features, features, BLOCKS, STRENGTHS)
    for row, one in enumerate(features):
        for column, other in enumerate(features):
            parts = [(one[block], other[block], block.stop - block.start) for block in BLOCKS]
            trend = sum(s * (a @ b) / n for s, (a, b, n) in zip(STRENGTHS.trend, parts, strict=True))
            apart = sum(s * ((a - b) ** 2).sum() / n for s, (a, b, n) in zip(STRENGTHS.nearness, parts, strict=True))
            assert found[row, column] == pytest.approx(trend + 0.5 * np.exp(-apart / 2))


def test_the_slope_of_the_surprise_is_its_difference_quotient() -> None:
    learned = examples()
    parts, row = Parts.of(learned, BLOCKS), STRENGTHS.as_logarithms()
    _, slope = surprise(parts, learned.targets, STRENGTHS)
    for number in range(len(row)):
        step = np.zeros_like(row)
        step[number] = 1e-5
        above, below = (
            surprise(parts, learned.targets, Strengths.from_logarithms(row + sign * step, 2))[0] for sign in (1, -1)
        )
        assert slope[number] == pytest.approx((above - below) / 2e-5, rel=1e-3, abs=1e-4)


def test_found_strengths_explain_the_targets_better() -> None:
    learned = examples(80)
    parts = Parts.of(learned, BLOCKS)
    found = find_strengths(learned, BLOCKS)
    beginning = Strengths.beginning(2, 2)
    assert surprise(parts, learned.targets, found)[0] < surprise(parts, learned.targets, beginning)[0] - 10


def test_what_was_learned_holds_for_others() -> None:
    learned, others = examples(120), examples(60, seed=2)
    means = fit(learned, BLOCKS, find_strengths(learned, BLOCKS)).predict(others.features)
    for axis in (0, 1):
        assert np.corrcoef(means[:, axis], others.targets[:, axis])[0, 1] > 0.85
