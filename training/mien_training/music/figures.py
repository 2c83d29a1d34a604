"""Figures with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval and how many clips it was measured on."""

    value: float
    low: float
    high: float
    count: int


def correlation(means: Matrix, targets: Matrix, groups: NDArray[np.int64], seed: int = 1) -> Measured:
    """Return Pearson's r of [N] and [N], and its interval from drawing artists with replacement."""
    random = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    draws = []
    for _ in range(_DRAWS):
        rows = np.concatenate([members[number] for number in random.integers(0, len(members), len(members))])
        draws.append(np.corrcoef(means[rows], targets[rows])[0, 1])
    low, high = np.quantile(draws, (0.025, 0.975))
    return Measured(float(np.corrcoef(means, targets)[0, 1]), float(low), float(high), len(means))


def mean_of(each: Sequence[Measured]) -> Measured:
    """Return the mean of a figure and of its interval's ends over several divisions into folds."""
    value, low, high = np.mean([(one.value, one.low, one.high) for one in each], axis=0).tolist()
    return Measured(value, low, high, each[0].count)
