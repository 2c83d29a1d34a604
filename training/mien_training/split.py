"""Splits without leaking: copies of one photograph, mirrored and near ones included, never stand on both sides."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mien_training.data import FaceSet
from mien_training.errors import TrainingError

NEAR_COPY_CORRELATION = 0.95
_BLOCK_ROWS = 2048


def copy_groups(images: NDArray[np.uint8], threshold: float = NEAR_COPY_CORRELATION) -> NDArray[np.int64]:
    """Give copies of one photograph the same group number.

    Two pictures are copies when they, or one and the other's mirror image, correlate at `threshold` or above after
    shrinking to half the side; chains of copies are one group.

    Args:
        images: uint8 [N, S, S] with even S.
        threshold: Pearson correlation in (0, 1].

    Returns:
        int64 [N]; equal numbers mark copies.
    """
    parents = np.arange(len(images))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = int(parents[index])
        return index

    for first, second in near_copies(images, images, threshold):
        if first < second:
            parents[root(second)] = root(first)
    return np.array([root(index) for index in range(len(images))], np.int64)


def near_copies(
    left: NDArray[np.uint8], right: NDArray[np.uint8], threshold: float = NEAR_COPY_CORRELATION
) -> NDArray[np.int64]:
    """Return the pairs [M, 2] of row numbers (left, right) that are copies of one photograph."""
    vectors = _vectors(right)
    pairs = [np.empty((0, 2), np.int64)]
    for mirrored in (False, True):
        probes = _vectors(left[:, :, ::-1] if mirrored else left)
        for start in range(0, len(probes), _BLOCK_ROWS):
            rows, columns = np.nonzero(probes[start : start + _BLOCK_ROWS] @ vectors.T >= threshold)
            pairs.append(np.stack([rows + start, columns], axis=1))
    return np.concatenate(pairs)


def _vectors(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Half-size pictures as centred unit vectors, float32 [N, (S / 2) ** 2]: their products are correlations."""
    count, height, width = images.shape
    small = images.reshape(count, height // 2, 2, width // 2, 2).mean(axis=(2, 4), dtype=np.float32)
    flat = small.reshape(count, (height // 2) * (width // 2))
    flat -= flat.mean(axis=1, keepdims=True)
    norms: NDArray[np.float32] = np.linalg.norm(flat, axis=1, keepdims=True)
    # All blank pictures get the one vector that no pattern resembles: they are copies of each other.
    unit: NDArray[np.float32] = np.where(
        norms > 1e-3, flat / np.maximum(norms, 1e-3), np.float32(flat.shape[1] ** -0.5)
    )
    return unit


def split_faces(faces: FaceSet, validation_share: float, split_seed: int) -> tuple[FaceSet, FaceSet]:
    """Split faces by photograph into those that a run learns from and those of its validation part.

    Raises:
        TrainingError: there are too few photographs for both sides.
    """
    training, validation = split_by_group(_groups_of(faces), validation_share, split_seed)
    return faces.take(training), faces.take(validation)


@lru_cache(maxsize=1)
def _groups_of(faces: FaceSet) -> NDArray[np.int64]:
    """Keep the groups: those of FER2013 take a minute of one core, and an ablation splits it again and again."""
    return copy_groups(faces.images)


def split_by_group(groups: NDArray[np.int64], share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split row numbers into (training, validation), each group whole on one side.

    Args:
        groups: int64 [N] from `copy_groups`.
        share: wanted share of rows in validation, in (0, 1).
        seed: the same seed gives the same split.

    Raises:
        TrainingError: there are too few photographs for both sides.
    """
    order = np.random.default_rng(seed).permutation(np.unique(groups))
    sizes = np.bincount(groups, minlength=int(groups.max()) + 1)[order]
    chosen = order[np.cumsum(sizes) <= share * len(groups)]
    if not 0 < len(chosen) < len(order):
        raise TrainingError(f"{len(order)} different photographs cannot be split at {share}; give more pictures.")
    in_validation = np.isin(groups, chosen)
    rows = np.arange(len(groups))
    return rows[~in_validation], rows[in_validation]
