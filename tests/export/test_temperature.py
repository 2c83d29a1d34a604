import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien_export.temperature import fit_temperature, negative_log_likelihood
from mien_training.trained import softmax


@settings(max_examples=20, deadline=None)
@given(st.floats(0.2, 6))
def test_the_temperature_undoes_a_sharpening(sharpness: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (4000, 7)).astype(np.float32)
    labels = (rng.random((4000, 1)) > softmax(logits).cumsum(axis=1)).sum(axis=1).clip(0, 6)
    assert fit_temperature(logits * np.float32(sharpness), labels) == pytest.approx(sharpness, rel=0.06)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_no_other_temperature_is_more_likely(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(0, 3, (200, 7)).astype(np.float32), rng.integers(0, 7, 200)
    labels[:120] = logits[:120].argmax(axis=1)
    best = negative_log_likelihood(logits, labels, fit_temperature(logits, labels))
    assert all(best <= negative_log_likelihood(logits, labels, other) + 1e-5 for other in (0.1, 0.5, 1, 2, 5, 10))
