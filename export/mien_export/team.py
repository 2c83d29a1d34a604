"""Trained runs that answer together, as one network would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien_export.errors import ExportError
from mien_training.data import FaceSet
from mien_training.trained import TrainedRun


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """Runs whose logits are averaged; when `mirrored`, those for a face and for its mirror image.

    Raises:
        ExportError: the runs kept different validation parts, or take faces equalised in different ways.
    """

    runs: tuple[TrainedRun, ...]
    mirrored: bool = False

    def __post_init__(self) -> None:
        first, *others = self.runs
        for other in others:
            ours, theirs = first.settings, other.settings
            if (ours.split, ours.equalisation) != (theirs.split, theirs.equalisation):
                raise ExportError(
                    f"{first.folder} and {other.folder} cannot answer together: they were split or equalised in "
                    "different ways; train both with the same of these settings."
                )

    @classmethod
    def load(cls, folders: Sequence[Path], *, mirrored: bool) -> Team:
        """Read run folders.

        Raises:
            TrainingError: a folder holds no run.
            ExportError: they do not fit together.
        """
        return cls(tuple(TrainedRun.load(folder) for folder in folders), mirrored)

    def split(self, faces: FaceSet) -> tuple[FaceSet, FaceSet]:
        """Split the Training set into (training, validation) as the runs did."""
        return self.runs[0].split(faces)

    def prepared(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return faces uint8 [N, S, S] as the ONNX file takes them."""
        return self.runs[0].prepared(images)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge faces, as they were read, uint8 [N, S, S] -> float32 [N, 2, 7], a row for each head: labels, votes."""
        views = (images, images[:, :, ::-1]) if self.mirrored else (images,)
        mean: NDArray[np.float32] = np.mean([run.logits(view) for run in self.runs for view in views], axis=0)
        return mean
