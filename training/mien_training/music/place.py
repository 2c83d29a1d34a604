"""From deviations of the labels to the plane from -1 to 1, and how far a label lies from its place.

A label lies at tanh(x), x being normally distributed about what the model says: the plane has an edge, and labels crowd
near it on both sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien_training.evaluate import wilson
from mien_training.music.figures import Measured

Matrix = NDArray[np.float64]

NODES, SHARES = (-np.sqrt(3.0), 0.0, np.sqrt(3.0)), (1 / 6, 2 / 3, 1 / 6)
"""Three points and their weights that stand for a normal distribution (Gauss and Hermite's quadrature)."""


def plane(means: Matrix) -> Matrix:
    """Return the place on the plane: the middle of where the label may lie."""
    result: Matrix = np.tanh(means)
    return result


def spreads(means: Matrix, error: float) -> Matrix:
    """Return the root mean square distance of a label from its place, for means [N] that are so far wrong."""
    labels = (np.tanh(means + error * node) for node in NODES)
    squares = [share * np.square(label - plane(means)) for share, label in zip(SHARES, labels, strict=True)]
    result: Matrix = np.sqrt(np.sum(squares, axis=0))
    return result


def share_within(means: Matrix, targets: Matrix, error: float, times: float) -> Measured:
    """Return the share of labels [N] that lie within so many spreads of their place."""
    near = np.abs(plane(targets) - plane(means)) <= times * spreads(means, error)
    estimate = wilson(int(near.sum()), len(near))
    return Measured(estimate.value, estimate.low, estimate.high, estimate.count)
