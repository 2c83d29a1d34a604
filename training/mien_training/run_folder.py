"""The folder of a run: its files, and how they are written and read.

It holds settings.json, metrics.csv (a row an epoch), weights.safetensors (averaged, of the last epoch: the cosine ends
where it is best, so no epoch is chosen and the validation part stays fresh) and, until the run is done, checkpoint.pt
to go on from after an interruption.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mien_training.errors import TrainingError
from mien_training.settings import TrainSettings

WEIGHTS, SETTINGS, METRICS, CHECKPOINT = "weights.safetensors", "settings.json", "metrics.csv", "checkpoint.pt"

Metrics = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class EpochMetrics:
    """One row of metrics.csv.

    Losses are cross-entropies, the heads' weighted as in the settings; accuracy is that of the labels' head on original
    labels, and that of the votes' head on the FERPlus winner (0 without votes).
    """

    epoch: int
    learning_rate: float
    train_loss: float
    validation_loss: float
    validation_accuracy: float
    validation_votes_accuracy: float

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"epoch {self.epoch}: train loss {self.train_loss:.3f}, validation loss {self.validation_loss:.3f}, "
            f"validation accuracy {self.validation_accuracy:.2%}, on votes {self.validation_votes_accuracy:.2%}"
        )


def prepare_folder(folder: Path, settings: TrainSettings) -> None:
    """Make a folder for a run, or see that the run in it has the same settings.

    Raises:
        TrainingError: the folder holds a run with other settings, or cannot be written.
    """
    path = folder / SETTINGS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if TrainSettings.load(path) != settings:
                raise TrainingError(
                    f"{folder} holds a run with other settings ({path}); give the same settings to resume it, or "
                    "another folder."
                )
        else:
            settings.save(path)
    except OSError as error:
        raise TrainingError(f"The run folder {folder} cannot be written: {error.strerror}.") from error


def read_metrics(folder: Path) -> Metrics:
    """Return the columns of the run's metrics.csv, a number an epoch.

    Raises:
        TrainingError: the file is missing or torn.
    """
    path = folder / METRICS
    try:
        with path.open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        return {name: [float(row[name]) for row in rows] for name in rows[0]}
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}; has an epoch been trained there?") from error
    except (IndexError, TypeError, ValueError) as error:
        raise TrainingError(f"{path} is torn ({error}); train the run again.") from error


def write_metrics(path: Path, metrics: list[EpochMetrics]) -> None:
    """Write a row an epoch."""
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(EpochMetrics)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in metrics)


def replace(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside `path`, then rename: an interruption leaves the old file whole.

    Raises:
        TrainingError: the disk is full or read-only.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        write(partial)
        partial.replace(path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
        partial.unlink(missing_ok=True)
        raise TrainingError(
            f"{path} cannot be written ({error}); free some space and start the same command."
        ) from error
