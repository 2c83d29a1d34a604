"""Run folders: what is trained already, and training what is not."""

from __future__ import annotations

from pathlib import Path

from mien_training.data import FaceSet
from mien_training.run_folder import CHECKPOINT, METRICS, SETTINGS, EpochMetrics, read_metrics
from mien_training.settings import TrainSettings
from mien_training.teachers import Teachers
from mien_training.train import Run
from mien_training.workers import ALONE, Workers


def is_finished(folder: Path, settings: TrainSettings) -> bool:
    """True when all epochs were trained with these settings: training again would overwrite them.

    Raises:
        TrainingError: the folder's files are torn.
    """
    if (folder / CHECKPOINT).exists() or not (folder / METRICS).exists():
        return False
    same = TrainSettings.load(folder / SETTINGS) == settings
    return same and len(read_metrics(folder)["epoch"]) == settings.epochs


def train_run(folder: Path, faces: FaceSet, settings: TrainSettings, worker: Workers = ALONE) -> EpochMetrics:
    """Train a run, fresh or resumed, with its teachers if it has any; return the last epoch's metrics.

    Raises:
        TrainingError: the folder holds a run with other settings or cannot be written, or a teacher cannot teach.
    """
    teacher = Teachers([Path(name) for name in settings.teachers], settings) if settings.teachers else None
    return Run(folder, faces, settings, worker=worker, teacher=teacher).train()
