"""A Gaussian process from features to valence and arousal: a linear trend, and corrections by clips that sound alike.

The covariance of two clips is

    trend_b * x_b . y_b  (summed over blocks b)  +  likeness * exp(-1/2 sum_b nearness_b |x_b - y_b|^2)

with each block (a kind of features) divided by the root of its size. Clips of one artist share something that the
features do not hold, and each set of labels has its own noise. All of these are found by maximising the evidence
(Rasmussen and Williams 2006, section 5.4.1), so no figure on held-out clips is needed to choose them. Valence and
arousal share one covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Blocks = Sequence[slice]

_PRIOR = 0.05
"""How strongly the logarithms of the strengths are held to where they begin."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """The numbers of the covariance, all positive; `nearness` and `trend` have one a block, `noise` one a set."""

    likeness: float
    nearness: tuple[float, ...]
    trend: tuple[float, ...]
    noise: tuple[float, ...]
    artist: float

    @classmethod
    def beginning(cls, blocks: int, sets: int) -> Strengths:
        """Where the search begins: half of what can be explained by the trend, half by likeness."""
        share = tuple([1.0 / blocks] * blocks)
        return cls(0.4, share, tuple(0.15 * part for part in share), tuple([0.3] * sets), 0.25)

    def as_logarithms(self) -> Matrix:
        """All numbers' logarithms in one row."""
        return np.log([self.likeness, *self.nearness, *self.trend, *self.noise, self.artist])

    @classmethod
    def from_logarithms(cls, row: Matrix, blocks: int) -> Strengths:
        """The way back from `as_logarithms`."""
        values = np.exp(row).tolist()
        return cls(
            values[0], tuple(values[1 : 1 + blocks]), tuple(values[1 + blocks : 1 + 2 * blocks]),
            tuple(values[1 + 2 * blocks : -1]), values[-1],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What a process learns from: features [N, F], targets [N, 2], and ints [N] that number artists and sets."""

    features: Matrix
    targets: Matrix
    artists: NDArray[np.int64]
    sets: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FittedProcess:
    """A process that learned: `support` [N, F] are its examples' features, `weights` [N, 2]."""

    strengths: Strengths
    blocks: Blocks
    support: Matrix
    weights: Matrix

    def predict(self, features: Matrix) -> Matrix:
        """Return the means [M, 2] of what features [M, F] tell."""
        return covariance(features, self.support, self.blocks, self.strengths) @ self.weights


def fit(examples: Examples, blocks: Blocks, strengths: Strengths) -> FittedProcess:
    """Learn from examples with given strengths."""
    whole = _covariance_of(_Parts.of(examples, blocks), strengths)
    weights = np.linalg.solve(whole, examples.targets)
    return FittedProcess(strengths, blocks, examples.features, np.asarray(weights, np.float64))


def find_strengths(examples: Examples, blocks: Blocks, rounds: int = 30) -> Strengths:
    """Return the strengths under which the examples' targets are most probable."""
    from scipy.optimize import minimize

    parts = _Parts.of(examples, blocks)
    beginning = Strengths.beginning(len(blocks), int(examples.sets.max()) + 1).as_logarithms()

    def cost(row: Matrix) -> tuple[float, Matrix]:
        surprise, slope = _surprise(parts, examples.targets, Strengths.from_logarithms(row, len(blocks)))
        away = row - beginning
        return surprise + _PRIOR * float(away @ away), slope + 2.0 * _PRIOR * away

    found = minimize(cost, beginning, jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return Strengths.from_logarithms(found.x, len(blocks))


def covariance(some: Matrix, others: Matrix, blocks: Blocks, strengths: Strengths) -> Matrix:
    """Return how much clips [M, F] and [N, F] have in common by their features, [M, N]."""
    distance = np.zeros((len(some), len(others)))
    trend = np.zeros_like(distance)
    for block, nearness, strength in zip(blocks, strengths.nearness, strengths.trend, strict=True):
        products = _block(some, block) @ _block(others, block).T
        distance += nearness * _distance(some, others, block, products)
        trend += strength * products
    result: Matrix = trend + strengths.likeness * np.exp(-0.5 * distance)
    return result


def _block(features: Matrix, block: slice) -> Matrix:
    part = features[:, block]
    return np.asarray(part / np.sqrt(part.shape[1]), np.float64)


def _distance(some: Matrix, others: Matrix, block: slice, products: Matrix) -> Matrix:
    left, right = (np.square(_block(part, block)).sum(axis=1) for part in (some, others))
    result: Matrix = np.maximum(left[:, None] + right[None] - 2.0 * products, 0.0)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What the covariance of examples is made of, all but the strengths."""

    products: tuple[Matrix, ...]
    distances: tuple[Matrix, ...]
    same_artist: Matrix
    sets: NDArray[np.int64]

    @classmethod
    def of(cls, examples: Examples, blocks: Blocks) -> _Parts:
        features = examples.features
        products = tuple(_block(features, block) @ _block(features, block).T for block in blocks)
        distances = tuple(
            _distance(features, features, block, product) for block, product in zip(blocks, products, strict=True)
        )
        same = (examples.artists[:, None] == examples.artists[None]).astype(np.float64)
        return cls(products, distances, same, examples.sets)

    def likeness(self, strengths: Strengths) -> Matrix:
        weighted = sum(near * part for near, part in zip(strengths.nearness, self.distances, strict=True))
        result: Matrix = strengths.likeness * np.exp(-0.5 * np.asarray(weighted))
        return result


def _covariance_of(parts: _Parts, strengths: Strengths) -> Matrix:
    trend = sum(strength * part for strength, part in zip(strengths.trend, parts.products, strict=True))
    noise = np.diag(np.array(strengths.noise)[parts.sets])
    result: Matrix = trend + parts.likeness(strengths) + strengths.artist * parts.same_artist + noise
    return result


def _surprise(parts: _Parts, targets: Matrix, strengths: Strengths) -> tuple[float, Matrix]:
    """Return minus the logarithm of the evidence (but for a constant), and its slope by the strengths' logarithms."""
    whole = _covariance_of(parts, strengths)
    inverse = np.linalg.inv(whole)
    weights = inverse @ targets
    count = targets.shape[1]
    surprise = 0.5 * float((targets * weights).sum() + count * np.linalg.slogdet(whole)[1])
    pull = 0.5 * (count * inverse - weights @ weights.T)
    likeness = parts.likeness(strengths)
    pulled = pull * likeness
    slope = [
        float(pulled.sum()),
        *(-0.5 * near * _dot(pulled, part) for near, part in zip(strengths.nearness, parts.distances, strict=True)),
        *(strength * _dot(pull, part) for strength, part in zip(strengths.trend, parts.products, strict=True)),
        *(noise * float(np.diag(pull)[parts.sets == number].sum()) for number, noise in enumerate(strengths.noise)),
        strengths.artist * _dot(pull, parts.same_artist),
    ]
    return surprise, np.array(slope)


def _dot(some: Matrix, others: Matrix) -> float:
    return float(np.vdot(some, others))
