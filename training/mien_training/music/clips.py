"""The labelled clips: a folder with `labels.csv` and the sound files in `clips/`.

Columns: `file`, `set` (where its label comes from), `group` (clips of one artist share it), `quadrant` (of the plane,
as people sorted it; empty where nobody did), `valence`, `arousal`; others are not read. The labels of two sets are not
on one scale, so they are standardised within each set.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien_training.errors import TrainingError

LABELS = "labels.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """Labelled clips.

    `files` [N]; `sets` [N] the name of each one's set; `groups` int [N], the same number for one artist of one set;
    `quadrants` [N], empty where there is none; `targets` float64 [N, 2], valence and arousal, each of mean 0 and
    deviation 1 within a set.
    """

    files: tuple[Path, ...]
    sets: NDArray[np.str_]
    groups: NDArray[np.int64]
    quadrants: NDArray[np.str_]
    targets: NDArray[np.float64]

    def __len__(self) -> int:
        """How many clips there are."""
        return len(self.files)

    @property
    def set_names(self) -> tuple[str, ...]:
        """The names of the sets, sorted."""
        return tuple(sorted(set(self.sets.tolist())))


def read_clips(folder: Path) -> Clips:
    """Read the labels of a folder of clips; the sound is not yet opened.

    Raises:
        TrainingError: the labels are missing, lack a column, or name a number that is none.
    """
    path = folder / LABELS
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        labels = np.array([[float(row["valence"]), float(row["arousal"])] for row in rows])
        sets = np.array([row["set"] for row in rows])
        quadrants = np.array([row["quadrant"] for row in rows])
        names = [f"{row['set']}/{row['group']}" for row in rows]
        files = tuple(folder / "clips" / row["file"] for row in rows)
    except OSError as error:
        raise TrainingError(
            f"{path} cannot be read ({error.strerror}); give the folder of the labelled clips."
        ) from error
    except (KeyError, ValueError) as error:
        raise TrainingError(
            f"{path} is not a table of labelled clips ({error!r}); see mien_training/music/clips.py."
        ) from error
    if not rows:
        raise TrainingError(f"{path} names no clip; give the folder of the labelled clips.")
    groups = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return Clips(files, sets, groups, quadrants, _standardised(labels, sets))


def _standardised(labels: NDArray[np.float64], sets: NDArray[np.str_]) -> NDArray[np.float64]:
    result = np.empty_like(labels)
    for name in np.unique(sets):
        rows = sets == name
        result[rows] = (labels[rows] - labels[rows].mean(axis=0)) / np.maximum(labels[rows].std(axis=0), 1e-9)
    return result
