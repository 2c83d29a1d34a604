"""What the shipped model says of pictures that it has not learned from, each seen in many ways: what streams are of."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mien.types import Expression
from mien_training.data import FaceSet, plurality_labels
from mien_training.errors import TrainingError
from mien_training.run_folder import replace
from mien_training.split import copy_groups, split_by_group
from mien_training.streams.variants import WAYS, Condition, vary

POOL = "pool.npz"
CLEAR_SHARE = 0.7
_HALVES_SEED = 2
_UNREADABLE = (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile, zlib.error)  # what NumPy says of it


class Half(StrEnum):
    """Everything is chosen on the tuning half of the pictures and reported on the other."""

    TUNING = "tuning"
    REPORTING = "reporting"


class Kind(StrEnum):
    """Which pictures count.

    `clear`: at least CLEAR_SHARE of FERPlus's ten votes name one emotion, and the original label is the same: what a
    person can be expected to recognise. `any`: all pictures, by their original label.
    """

    CLEAR = "clear"
    ANY = "any"


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """N pictures, each in V variants.

    `probabilities` float [N, V, 7] and `qualities` float [N, V] are what the device would say of each, `labels` int [N]
    are emotions by number, `clear` bool [N] marks those of `Kind.CLEAR`, `reporting` bool [N] the reporting half.
    """

    probabilities: NDArray[np.float32]
    qualities: NDArray[np.float32]
    labels: NDArray[np.int64]
    clear: NDArray[np.bool_]
    reporting: NDArray[np.bool_]

    def half(self, half: Half) -> Pool:
        """Return the pictures of one half."""
        return self.take(self.reporting == (half is Half.REPORTING))

    def take(self, rows: NDArray[np.bool_]) -> Pool:
        """Return the chosen pictures."""
        return Pool(
            self.probabilities[rows], self.qualities[rows], self.labels[rows], self.clear[rows], self.reporting[rows]
        )

    def expressions(self) -> list[list[Expression]]:
        """Return each picture's variants as values that flow: checked here, once, and not in each frame."""
        return [[_expression(row) for row in variants] for variants in self.probabilities.astype(float).tolist()]


def columns(condition: Condition) -> range:
    """Return which of a picture's variants stand for a condition."""
    start = 0
    for each, way in WAYS.items():
        if each is condition:
            return range(start, start + way.variants)
        start += way.variants
    raise ValueError(f"no variants are made for {condition}")


def write_pool(validation: FaceSet, folder: Path) -> Path:
    """Judge pictures with the shipped model, as the device does, and write them to `folder`; a minute of one core.

    Args:
        validation: with votes; none of them learned from by the shipped model.
        folder: is made.

    Raises:
        TrainingError: there are no votes, or the file cannot be written.
    """
    if validation.votes is None:
        raise TrainingError("Streams need FERPlus votes, which tell clear pictures from doubtful ones; give --votes.")
    probabilities, qualities = _judged(validation.images)
    most = validation.votes.max(axis=1) / validation.votes.sum(axis=1)
    clear = (plurality_labels(validation.votes) == validation.labels) & (most >= CLEAR_SHARE)
    reporting = np.zeros(len(validation), np.bool_)
    reporting[split_by_group(copy_groups(validation.images), 0.5, _HALVES_SEED)[1]] = True
    path = folder / POOL
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{path} cannot be written: {error.strerror}.") from error
    replace(path, lambda partial: _save(Pool(probabilities, qualities, validation.labels, clear, reporting), partial))
    return path


def read_pool(folder: Path, half: Half) -> Pool:
    """Read one half of what `write_pool` wrote.

    Raises:
        TrainingError: it is not there, is torn, or is of other variants than these.
    """
    path = folder / POOL
    if not path.is_file():
        raise TrainingError(f"{path} is not there; make it with `python -m mien_training streams`.")
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            pool = Pool(**{name: arrays[name] for name in Pool.__dataclass_fields__})
    except _UNREADABLE as error:
        raise TrainingError(f"{path} is torn, or no pool of answers; delete it and make it again.") from error
    if pool.probabilities.shape[1] != sum(way.variants for way in WAYS.values()):
        raise TrainingError(f"{path} holds other variants than are made now; delete it and make it again.")
    return pool.half(half)


def _save(pool: Pool, path: Path) -> None:
    with path.open("wb") as file:  # for a name, NumPy would add .npz to it
        np.savez_compressed(file, **{name: getattr(pool, name) for name in Pool.__dataclass_fields__})


def _judged(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the probabilities [N, V, 7] and qualities [N, V] of all variants of pictures [N, S, S]."""
    from mien.eye.classifier import OnnxClassifier, shipped_model
    from mien.eye.quality import look_at

    classifier = OnnxClassifier(shipped_model(), threads=1)
    probabilities, qualities, seed = [], [], 0
    for way in WAYS.values():
        changed = way.change(images)
        for _ in range(way.variants):
            seed += 1
            seen = vary(changed, seed)
            probabilities.append([classifier.classify(face).probabilities for face in seen])
            qualities.append([look_at(face).quality for face in seen])
    return np.array(probabilities, np.float32).swapaxes(0, 1), np.array(qualities, np.float32).T


def _expression(probabilities: list[float]) -> Expression:
    total = sum(probabilities)
    return Expression(tuple(share / total for share in probabilities))
