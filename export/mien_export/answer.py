"""How the one answer that the device gets is made of those of the labels' and the votes' head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien_export.temperature import fit_temperature
from mien_training.data import FaceSet, true_labels
from mien_training.trained import softmax

STEPS = 21
LABELS_LOSS = 0.015


@dataclass(frozen=True, slots=True)
class Answer:
    """The mean of both heads' probabilities, `label_share` of it the labels' head's, sharpened by `temperature`."""

    label_share: float
    temperature: float

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return probabilities [N, 7] of logits [N, 2, 7]."""
        return softmax(log_mixture(logits, self.label_share) / np.float32(self.temperature))


def log_mixture(logits: NDArray[np.float32], label_share: float) -> NDArray[np.float32]:
    """Return the logarithms of the heads' mean probabilities [N, 7], of logits [N, 2, 7].

    Were the heads' probabilities true, the likeliest of their mean would be right most often by both kinds of labels,
    weighed so; the mean of logits has no such reason.
    """
    by_head = softmax(logits)
    mean = label_share * by_head[:, 0] + (1 - label_share) * by_head[:, 1]
    logarithms: NDArray[np.float32] = np.log(np.maximum(mean, np.float32(1e-30)))
    return logarithms


def fit_answer(logits: NDArray[np.float32], faces: FaceSet) -> Answer:
    """Choose how to answer, on faces that the network was not trained on.

    Where there are votes, the confidence is fitted to the FERPlus winners: to what most people see, not to one label.

    Args:
        logits: [N, 2, 7], the network's for `faces`.
        faces: the faces.
    """
    label_share = 1.0 if faces.votes is None else choose_label_share(logits, faces.labels)
    labels = true_labels(faces)
    known = labels >= 0
    return Answer(label_share, fit_temperature(log_mixture(logits, label_share)[known], labels[known]))


def choose_label_share(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the least share in [0, 1] whose accuracy on the original labels is within 1.5 points of the best share's.

    Labels and FERPlus winners differ on a third of the pictures, so no answer is best for both. FER2013 is judged by
    its labels; within what that allows, the votes count: they are what most of ten people see.

    Args:
        logits: [N, 2, 7], of pictures that the network was not trained on.
        labels: [N].
    """
    shares = np.linspace(0, 1, STEPS)
    accuracies = [float((log_mixture(logits, float(share)).argmax(axis=1) == labels).mean()) for share in shares]
    return next(
        float(share)
        for share, accuracy in zip(shares, accuracies, strict=True)
        if accuracy >= max(accuracies) - LABELS_LOSS
    )
