"""The card's figures: PublicTest through the file that ships, whole and without copies of Training pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import Figure
from mien_training.data import FaceSet, plurality_labels
from mien_training.evaluate import Probabilities, figures
from mien_training.split import near_copies

PART = "FER2013 PublicTest"


def public_test_figures(probabilities: Probabilities, test: FaceSet, training: FaceSet) -> dict[str, Figure]:
    """Return every figure as `part/name`.

    Parts: `public_test` (original labels, every picture, as papers count), `public_test_without_copies`, and with votes
    `public_test_votes` (the FERPlus winner as label, where there is one).

    Args:
        probabilities: [N, 7] of the test pictures.
        test: all of PublicTest, pictures that FERPlus does not know included.
        training: all of Training.
    """
    original = ~has_copy(test, training)
    everything = np.full(len(test), True)
    result = {
        **_part("public_test", f"{PART}, original labels", probabilities, test.labels, everything),
        **_part(
            "public_test_without_copies",
            f"{PART} without copies of Training pictures, original labels",
            probabilities,
            test.labels,
            original,
        ),
    }
    if test.votes is not None:
        labels = plurality_labels(test.votes)
        result |= _part("public_test_votes", f"{PART}, FERPlus winner", probabilities, labels, labels >= 0)
    return result


def has_copy(test: FaceSet, training: FaceSet) -> NDArray[np.bool_]:
    """True [N] for test pictures that are, or nearly are, a Training picture or its mirror image."""
    return np.isin(np.arange(len(test)), near_copies(test.images, training.images)[:, 0])


def _part(
    part: str, data: str, probabilities: Probabilities, labels: NDArray[np.int64], rows: NDArray[np.bool_]
) -> dict[str, Figure]:
    measured = figures(probabilities[rows], labels[rows])
    return {
        f"{part}/{name}": Figure(
            value=estimate.value, low=estimate.low, high=estimate.high, count=estimate.count, data=data
        )
        for name, estimate in measured.items()
    }
