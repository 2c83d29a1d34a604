"""A pool of made-up answers: what is read is known."""

import numpy as np

from mien.types import EMOTIONS, Emotion
from mien_training.streams.pool import Pool
from mien_training.streams.variants import WAYS

PICTURES = 12  # of each emotion; every fourth one is not clear


def small_pool(sure: float = 0.9, misread: dict[Emotion, Emotion] | None = None) -> Pool:
    """Return pictures that are read as their label, or as `misread` says, with the probability `sure`."""
    labels = np.repeat(np.arange(len(EMOTIONS)), PICTURES)
    read = [EMOTIONS.index((misread or {}).get(EMOTIONS[label], EMOTIONS[label])) for label in labels.tolist()]
    variants = sum(way.variants for way in WAYS.values())
    probabilities = np.full((len(labels), variants, len(EMOTIONS)), (1 - sure) / (len(EMOTIONS) - 1), np.float32)
    probabilities[np.arange(len(labels)), :, read] = sure
    return Pool(
        probabilities,
        np.ones((len(labels), variants), np.float32),
        labels,
        np.arange(len(labels)) % 4 != 3,
        np.full(len(labels), False),
    )
