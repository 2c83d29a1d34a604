"""How good probabilities are, against labels: plain numpy, no network.

Throughout, `probabilities` is float [N, 7] in the order of EMOTIONS and `labels` is int64 [N].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS, Emotion

Probabilities = NDArray[np.float32]
Labels = NDArray[np.int64]
Metric = Callable[[Probabilities, Labels], float]

NORMAL_95 = 1.959964  # a normal variable lies within so many standard deviations in 95 % of cases
BOOTSTRAP_DRAWS = 500
CALIBRATION_BINS = 15
COVERED_ACCURACY = 0.95
FIGURE_TITLES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "happy_against_sad": "happy against sad",
    "calibration_error": "expected calibration error",
    "coverage_at_95_percent": "share kept at 95 % accuracy",
}
"""For people: what `figures` measures of all emotions together."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured share, its 95 % interval, and the pictures it was measured on."""

    value: float
    low: float
    high: float
    count: int


def wilson(hits: int, count: int) -> Estimate:
    """Return hits / count with Wilson's score interval; nothing is known (0 to 1) of no cases."""
    if count == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    share, square = hits / count, NORMAL_95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return Estimate(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)), count)


def bootstrap(metric: Metric, probabilities: Probabilities, labels: Labels, seed: int = 1) -> Estimate:
    """Return the metric with an interval from resampled pictures.

    The interval is that of the draws' distances from their own mean: a calibration error of resampled pictures is
    larger on average than that of the pictures, which must not shift the interval.
    """
    value, count = metric(probabilities, labels), len(labels)
    rng = np.random.default_rng(seed)
    rows = (rng.integers(count, size=count) for _ in range(BOOTSTRAP_DRAWS))
    draws = np.array([metric(probabilities[chosen], labels[chosen]) for chosen in rows])
    low, high = np.percentile(draws - draws.mean(), (2.5, 97.5))
    return Estimate(value, max(0.0, value + min(0.0, float(low))), min(1.0, value + max(0.0, float(high))), count)


def confusion(probabilities: Probabilities, labels: Labels) -> NDArray[np.int64]:
    """Return counts [7, 7]: a row is a label, a column the most probable emotion."""
    size = len(EMOTIONS)
    pairs = labels * size + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def accuracy(probabilities: Probabilities, labels: Labels) -> Estimate:
    """Share of pictures whose most probable emotion is their label."""
    return wilson(int((probabilities.argmax(axis=1) == labels).sum()), len(labels))


def recalls(probabilities: Probabilities, labels: Labels) -> dict[Emotion, Estimate]:
    """Share found of each emotion's pictures."""
    counts = confusion(probabilities, labels)
    return {emotion: wilson(int(counts[row, row]), int(counts[row].sum())) for row, emotion in enumerate(EMOTIONS)}


def precisions(probabilities: Probabilities, labels: Labels) -> dict[Emotion, Estimate]:
    """Share right of the pictures for which each emotion was answered."""
    counts = confusion(probabilities, labels)
    return {emotion: wilson(int(counts[row, row]), int(counts[:, row].sum())) for row, emotion in enumerate(EMOTIONS)}


def macro_f1(probabilities: Probabilities, labels: Labels) -> float:
    """Mean over the emotions that occur (as label or answer) of the harmonic mean of precision and recall."""
    counts = confusion(probabilities, labels)
    occurrences = counts.sum(axis=0) + counts.sum(axis=1)
    occurring = occurrences > 0
    return float((2 * counts.diagonal()[occurring] / occurrences[occurring]).mean())


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Expected calibration error: mean distance of confidence and accuracy over 15 bins of confidence."""
    share, confidence, hit = reliability(probabilities, labels)
    return float((share * np.abs(confidence - hit)).sum())


def reliability(
    probabilities: Probabilities, labels: Labels
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each of 15 equal bins of confidence, its share of pictures, mean confidence and accuracy [15]."""
    confidences = probabilities.max(axis=1).astype(np.float64)
    hits = probabilities.argmax(axis=1) == labels
    bins = np.clip(np.ceil(confidences * CALIBRATION_BINS).astype(np.int64) - 1, 0, CALIBRATION_BINS - 1)
    sizes = np.bincount(bins, minlength=CALIBRATION_BINS)
    filled = np.maximum(sizes, 1)
    confidence = np.bincount(bins, weights=confidences, minlength=CALIBRATION_BINS) / filled
    accuracies = np.bincount(bins, weights=hits, minlength=CALIBRATION_BINS) / filled
    return sizes / len(labels), confidence, accuracies


def two_class_accuracy(probabilities: Probabilities, labels: Labels, first: Emotion, second: Emotion) -> Estimate:
    """Share told apart of the pictures labelled with one of two emotions, looking at those two outputs alone."""
    pair = [EMOTIONS.index(first), EMOTIONS.index(second)]
    chosen = np.isin(labels, pair)
    said = np.array(pair)[probabilities[chosen][:, pair].argmax(axis=1)]
    return wilson(int((said == labels[chosen]).sum()), int(chosen.sum()))


def coverage(probabilities: Probabilities, labels: Labels) -> float:
    """Largest share of pictures, the most confident first, that is at least 95 % right."""
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    hits = (probabilities.argmax(axis=1) == labels)[order]
    good_enough = np.cumsum(hits) >= COVERED_ACCURACY * np.arange(1, len(hits) + 1) - 1e-9
    return float(np.flatnonzero(good_enough).max(initial=-1) + 1) / len(hits)


def figures(probabilities: Probabilities, labels: Labels) -> dict[str, Estimate]:
    """Return every figure by name."""
    return {
        "accuracy": accuracy(probabilities, labels),
        "macro_f1": bootstrap(macro_f1, probabilities, labels),
        "happy_against_sad": two_class_accuracy(probabilities, labels, Emotion.HAPPY, Emotion.SAD),
        "calibration_error": bootstrap(calibration_error, probabilities, labels),
        "coverage_at_95_percent": bootstrap(coverage, probabilities, labels),
        **{f"recall_{emotion}": estimate for emotion, estimate in recalls(probabilities, labels).items()},
        **{f"precision_{emotion}": estimate for emotion, estimate in precisions(probabilities, labels).items()},
    }
