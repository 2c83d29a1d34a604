"""Brings features to one scale, and cuts off what lies far outside the training clips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

LIMIT = 3.0
"""Standard deviations: an odd track counts as far out, never as further."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Means and deviations of features, [F] each."""

    mean: Matrix
    deviation: Matrix

    @classmethod
    def of(cls, features: NDArray[np.floating]) -> Scaling:
        """Measure features [N, F]; one that never changes gets the deviation 1."""
        values = np.asarray(features, np.float64)
        deviation = values.std(axis=0)
        return cls(values.mean(axis=0), np.where(deviation > 1e-9, deviation, 1.0))

    def apply(self, features: NDArray[np.floating]) -> Matrix:
        """Standardise features [N, F] and cut them off at the limit."""
        result: Matrix = np.clip((features - self.mean) / self.deviation, -LIMIT, LIMIT)
        return result
