"""Ways to make up for the rare emotions (FER2013 has 16 happy faces for each one of disgust).

All of them are for the training part alone, after the split: a face that is made of two others, or a second copy of
one, must never be judged beside those that it was made of. `leakage` shows what comes of it otherwise.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS
from mien_training.data import SIDE, VOTE_COLUMNS, FaceSet
from mien_training.errors import TrainingError

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


class Balance(StrEnum):
    """What is done about rare emotions."""

    NONE = "none"
    CLASS_WEIGHTS = "class_weights"  # a face counts in the loss as its emotion is rare
    OVERSAMPLE = "oversample"  # copies of faces, until all emotions are as many as the most frequent
    UNDERSAMPLE = "undersample"  # faces left out, until all emotions are as few as the rarest
    SMOTE = "smote"  # blends of a face and one of the five most alike of its emotion (arXiv 1106.1813)
    BORDERLINE_SMOTE = "borderline_smote"  # the same, of faces whose neighbours are mostly of other emotions
    ADASYN = "adasyn"  # the same, the more of a face the more of its neighbours are of other emotions
    SMOTE_FEATURES = "smote_features"  # SMOTE of what the trained network sees; the labels' head is then fitted again


def balanced(faces: FaceSet, how: Balance, seed: int) -> FaceSet:
    """Return the faces of a training part, balanced; the same seed gives the same faces.

    The given faces stand first, unchanged (but for those that undersampling leaves out, in their order), then the
    copies, with their votes, or the blends, with no votes: a blend's original label stands in for them.

    All of FER2013's Training part: blends take about 1.5 GB of memory; SMOTE 15 seconds of one core, borderline SMOTE
    and ADASYN, which look for neighbours among all faces, 80.

    Raises:
        TrainingError: an emotion has too few faces to make others of.
    """
    match how:
        case Balance.OVERSAMPLE | Balance.UNDERSAMPLE:
            return faces.take(_chosen_rows(faces.labels, how, seed))
        case Balance.SMOTE | Balance.BORDERLINE_SMOTE | Balance.ADASYN:
            vectors = faces.images.reshape(len(faces), SIDE * SIDE).astype(np.float32)
            blends, labels = synthetic(vectors, faces.labels, how, seed)
            return _joined(faces, blends, labels)
        case _:
            return faces


def synthetic(vectors: Vectors, labels: Labels, how: Balance, seed: int) -> tuple[Vectors, Labels]:
    """Return the blends [M, D], with their labels [M], that bring all emotions near the most frequent one's count.

    Args:
        vectors: pixels or features, float32 [N, D].
        labels: int64 [N].
        how: a kind of SMOTE.
        seed: the same one gives the same blends.

    Raises:
        TrainingError: an emotion has too few faces to make others of.
    """
    from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE

    kinds = {Balance.BORDERLINE_SMOTE: BorderlineSMOTE, Balance.ADASYN: ADASYN}
    try:
        everything, all_labels = kinds.get(how, SMOTE)(random_state=seed).fit_resample(vectors, labels)
    except (ValueError, RuntimeError) as error:  # imbalanced-learn has no errors of its own
        counts = ", ".join(f"{EMOTIONS[label]} {count}" for label, count in enumerate(np.bincount(labels)) if count)
        reason = " ".join(str(error).split())
        raise TrainingError(f"balance={how} cannot make more of these faces ({counts}): {reason}") from error
    return everything[len(vectors) :], all_labels[len(vectors) :]


def class_weights(labels: Labels) -> NDArray[np.float32]:
    """Return how much a face of each emotion counts [7]: inversely to its frequency, 1 in the mean over all faces."""
    counts = np.bincount(labels, minlength=len(EMOTIONS))
    occurring = np.count_nonzero(counts)
    return np.where(counts > 0, len(labels) / (occurring * np.maximum(counts, 1)), 0).astype(np.float32)


def _chosen_rows(labels: Labels, how: Balance, seed: int) -> Labels:
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.under_sampling import RandomUnderSampler

    rows = np.arange(len(labels))
    if how is Balance.OVERSAMPLE:
        chosen, _ = RandomOverSampler(random_state=seed).fit_resample(rows[:, np.newaxis], labels)
    else:
        chosen, _ = RandomUnderSampler(random_state=seed).fit_resample(rows[:, np.newaxis], labels)
        chosen = np.sort(chosen, axis=0)
    return np.asarray(chosen[:, 0], np.int64)


def _joined(faces: FaceSet, blends: Vectors, labels: Labels) -> FaceSet:
    images = np.rint(blends).clip(0, 255).astype(np.uint8).reshape(-1, SIDE, SIDE)
    votes = faces.votes
    if votes is not None:
        votes = np.concatenate([votes, np.zeros((len(blends), len(VOTE_COLUMNS)), np.float32)])
    return FaceSet(np.concatenate([faces.images, images]), np.concatenate([faces.labels, labels]), votes)
