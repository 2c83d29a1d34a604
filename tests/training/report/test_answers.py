import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mien_training.evaluate import COVERED_ACCURACY, accuracy, coverage
from mien_training.report.answers import coverage_curve


@given(st.integers(1, 60), st.integers(0, 10_000))
def test_the_drawn_curve_agrees_with_the_figures(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(7, 0.3), count).astype(np.float32)
    labels = np.where(rng.random(count) < 0.8, probabilities.argmax(axis=1), rng.integers(0, 7, count))
    shares, hits = coverage_curve(probabilities, labels)
    right = hits / np.arange(1, count + 1)
    assert shares[-1] == 1
    assert right[-1] == accuracy(probabilities, labels).value
    good = shares[right >= COVERED_ACCURACY - 1e-9]
    assert good.max(initial=0.0) == coverage(probabilities, labels)
