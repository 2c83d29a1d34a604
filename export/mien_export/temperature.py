"""Temperature scaling (Guo et al. 2017, arXiv 1706.04599): one number that makes the confidence believable."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mien_training.trained import softmax

LOWEST, HIGHEST = 0.05, 20.0
_GOLDEN = (math.sqrt(5) - 1) / 2


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature with the least negative log-likelihood of the labels.

    The likelihood is unimodal in the temperature, so a golden-section search on its logarithm finds it.

    Args:
        logits: [N, 7], of pictures that the network was not trained on.
        labels: [N].
    """
    low, high = math.log(LOWEST), math.log(HIGHEST)
    while high - low > 1e-4:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if negative_log_likelihood(logits, labels, math.exp(left)) < negative_log_likelihood(
            logits, labels, math.exp(right)
        ):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def negative_log_likelihood(logits: NDArray[np.float32], labels: NDArray[np.int64], temperature: float) -> float:
    """Return the mean over the pictures of -log(probability of the label)."""
    probabilities = softmax(logits.astype(np.float32) / np.float32(temperature))
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-30)).mean())
