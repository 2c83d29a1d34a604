"""How a run learned, epoch by epoch."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure

from mien_training.errors import TrainingError
from mien_training.report.drawing import FIRST, SECOND, Plot
from mien_training.train import METRICS

Metrics = dict[str, list[float]]


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


def learning_curves(metrics: Metrics) -> Plot:
    """Draw losses and accuracies."""

    def paint(figure: Figure) -> None:
        losses, accuracies = figure.subplots(1, 2)
        epochs = metrics["epoch"]
        losses.plot(epochs, metrics["train_loss"], color=SECOND, label="training (changed faces)")
        losses.plot(epochs, metrics["validation_loss"], color=FIRST, label="validation")
        losses.set(xlabel="epoch", ylabel="cross-entropy", title="Loss")
        accuracies.plot(epochs, metrics["validation_accuracy"], color=FIRST, label="original labels")
        if any(metrics["validation_votes_accuracy"]):
            accuracies.plot(epochs, metrics["validation_votes_accuracy"], color=SECOND, label="FERPlus winners")
        accuracies.set(xlabel="epoch", ylabel="share right", title="Accuracy on the validation part")
        for axes in (losses, accuracies):
            axes.grid(visible=True)
            axes.legend()

    return Plot(
        "learning_curves",
        "How it learned",
        "Left, lower is better, and training stands above validation because its faces are mixed and changed; right, "
        "higher is better; a validation curve that turns back while training goes on would mean learning by heart.",
        paint,
    )
