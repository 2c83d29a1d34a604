"""From which confidence on an answer can be relied upon: chosen on validation data, checked on PublicTest."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import Certainty, Figure
from mien_training.data import FaceSet, true_labels
from mien_training.evaluate import Probabilities, accuracy, wilson

RIGHT_PERCENTS = (80, 90, 95, 99)
LEAST_PICTURES = 50  # fewer say nothing of such shares
NORMAL_90 = 1.281552  # a normal variable lies below so many standard deviations in 90 % of cases
_THRESHOLDS = np.arange(1000) / 1000


def right_at(probabilities: Probabilities, labels: NDArray[np.int64]) -> tuple[Certainty, ...]:
    """Find the least confidence from which on the answers are right in 80, 90, 95 and 99 % of cases.

    It is the lowest one for which the share right among the pictures at or above it is still as high at the low end of
    its interval (Wilson's, one-sided, 90 %). The share itself would break its promise on every second set of new
    pictures; and where few pictures are left, a lucky run of them is no reason to rely upon the next.

    Args:
        probabilities: [N, 7], of pictures that the network was not trained on, through the file that ships.
        labels: [N], -1 where there is none.

    Returns:
        One for each of the shares that is reached with 50 pictures or more.
    """
    labels, probabilities = labels[labels >= 0], probabilities[labels >= 0]
    right = probabilities.argmax(axis=1) == labels
    kept = probabilities.max(axis=1) >= _THRESHOLDS[:, np.newaxis]  # [thresholds, pictures]
    counts, hits = kept.sum(axis=1), (kept & right).sum(axis=1)
    low_ends = np.where(counts >= LEAST_PICTURES, _low_ends(hits, np.maximum(counts, 1)), 0.0)
    return tuple(
        Certainty(
            right_percent=percent,
            least_confidence=float(_THRESHOLDS[first]),
            share_kept=float(counts[first] / len(labels)),
            pictures=len(labels),
        )
        for percent in RIGHT_PERCENTS
        for first in np.flatnonzero(low_ends >= percent / 100)[:1]
    )


def certainty_figures(
    certainty: tuple[Certainty, ...], probabilities: Probabilities, test: FaceSet
) -> dict[str, Figure]:
    """Return, of the test pictures, the share kept at each threshold and the share right among the kept.

    Args:
        certainty: what was found on other pictures.
        probabilities: [N, 7] of the test pictures.
        test: all of PublicTest.
    """
    labels = true_labels(test)
    probabilities, labels = probabilities[labels >= 0], labels[labels >= 0]
    part, kind = ("public_test", "original labels") if test.votes is None else ("public_test_votes", "FERPlus winner")
    figures: dict[str, Figure] = {}
    for one in certainty:
        kept = probabilities.max(axis=1) >= one.least_confidence
        measures = {"right": accuracy(probabilities[kept], labels[kept]), "kept": wilson(int(kept.sum()), len(kept))}
        figures |= {
            f"{part}/{name}_when_sure_{one.right_percent}": Figure(
                **asdict(estimate), data=f"FER2013 PublicTest, {kind}, confidence of {one.least_confidence} or more"
            )
            for name, estimate in measures.items()
        }
    return figures


def _low_ends(hits: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the low ends of Wilson's one-sided 90 % intervals of hits / counts."""
    shares, square = hits / counts, NORMAL_90**2
    middles = shares + square / (2 * counts)
    halves = NORMAL_90 * np.sqrt(shares * (1 - shares) / counts + square / (4 * counts**2))
    low_ends: NDArray[np.float64] = (middles - halves) / (1 + square / counts)
    return low_ends
