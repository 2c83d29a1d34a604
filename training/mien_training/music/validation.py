"""Cross-validation: each clip is judged by a model that heard no clip of its artist.

Everything is learned inside the training part of a fold: scaling, strengths of the covariance, weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mien_training.music.clips import Clips
from mien_training.music.folds import FOLDS, folds
from mien_training.music.learning import learn
from mien_training.music.process import Blocks

Matrix = NDArray[np.float64]


def cross_validate(
    features: NDArray[np.floating], clips: Clips, blocks: Blocks, seed: int, progress: Callable[[], None]
) -> Matrix:
    """Judge every clip by the model of the folds it is not in: [N, 2] in deviations of the labels."""
    part = folds(clips, seed)
    means = np.empty((len(clips), 2))
    for number in range(FOLDS):
        held_out = part == number
        means[held_out] = learn(features, clips, ~held_out, blocks).predict(features[held_out])
        progress()
    return means
