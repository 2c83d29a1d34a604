"""What the valence-arousal model takes: a sound's description, its tags' log-odds, the tag network's last layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from mien.music.hearing.describe import describe
from mien.music.hearing.spectrum import Array
from mien.music.hearing.tag_network import Tags50

_LEAST_PROBABILITY = 1e-5


def feature_names(tags: Sequence[str], layer_size: int) -> tuple[str, ...]:
    """Return the names of the features, given the tag network's words and the size of its last layer."""
    return (
        *described_names(),
        *(f"tag {tag}" for tag in tags),
        *(f"layer {number}" for number in range(layer_size)),
    )


@cache
def described_names() -> tuple[str, ...]:
    """Return the names of the numbers of a description; they do not depend on the sound."""
    return tuple(describe(()))


def feature_vector(description: dict[str, float], heard: Tags50) -> Array:
    """Return the features of a sound, float32 [number of names], all finite."""
    probabilities = np.clip(heard.probabilities, _LEAST_PROBABILITY, 1.0 - _LEAST_PROBABILITY)
    odds = np.log(probabilities / (1.0 - probabilities))
    return np.concatenate([np.fromiter(description.values(), np.float32), odds, heard.features]).astype(np.float32)
