"""Finished runs as teachers: a smaller network learns from what they answer (Hinton et al. 2015, arXiv 1503.02531)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien_training.errors import TrainingError
from mien_training.settings import TrainSettings
from mien_training.trained import TrainedRun, softmax


class Teachers:
    """Networks that answer together, each of a face and its mirror image.

    Args:
        folders: their run folders.
        settings: the learner's; its teachers must have been kept from the same validation part.

    Raises:
        TrainingError: a folder holds no finished run, or one that was split in another way.
    """

    def __init__(self, folders: Sequence[Path], settings: TrainSettings) -> None:
        self._runs = [TrainedRun.load(folder) for folder in folders]
        for run in self._runs:
            if run.settings.split != settings.split:
                raise TrainingError(
                    f"The teacher {run.folder} was split with {run.settings.split}, this run with {settings.split}: it "
                    "may have learned from this run's validation part; give both the same."
                )

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the teachers' mean probabilities for faces uint8 [N, S, S] -> float32 [N, 2, 7], a row a head."""
        views = (images, images[:, :, ::-1])
        answers = [softmax(run.logits(view)) for run in self._runs for view in views]
        mean: NDArray[np.float32] = np.mean(answers, axis=0, dtype=np.float32)
        return mean
