"""Learns valence and arousal from features of clips.

Mood words that a crowd gave scatter much more than the quadrant of the plane that people sorted the clip into, so a
clip is learned half as its own label says and half as the labels of its quadrant do on average. It is only ever judged
by its own label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien_training.music.clips import Clips
from mien_training.music.process import Blocks, Examples, FittedProcess, find_strengths, fit
from mien_training.music.scaling import Scaling

Matrix = NDArray[np.float64]

QUADRANT_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A scaling, and a process that learned on scaled features."""

    scaling: Scaling
    process: FittedProcess

    def predict(self, features: NDArray[np.floating]) -> Matrix:
        """Return valence and arousal [N, 2] of features [N, F], in deviations of the labels."""
        return self.process.predict(self.scaling.apply(features))


def learn(features: NDArray[np.floating], clips: Clips, rows: NDArray[np.bool_], blocks: Blocks) -> Model:
    """Learn from the chosen rows of features [N, F], and from nothing else."""
    scaling = Scaling.of(features[rows])
    sets = np.unique(clips.sets[rows], return_inverse=True)[1].astype(np.int64)
    targets = steadied(clips.targets[rows], clips.quadrants[rows])
    examples = Examples(scaling.apply(features[rows]), targets, clips.groups[rows], sets)
    return Model(scaling, fit(examples, blocks, find_strengths(examples, blocks)))


def steadied(targets: Matrix, quadrants: NDArray[np.str_]) -> Matrix:
    """Move targets [N, 2] of clips that have a quadrant towards the mean of their quadrant's."""
    result = targets.copy()
    for quadrant in set(quadrants.tolist()) - {""}:
        rows = quadrants == quadrant
        result[rows] += QUADRANT_SHARE * (targets[rows].mean(axis=0) - targets[rows])
    return result
