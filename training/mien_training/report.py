"""Draws a run: how it learned, what it takes for what, and whether its confidence can be believed. Never a face."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.types import EMOTIONS
from mien_training.errors import TrainingError
from mien_training.evaluate import CALIBRATION_BINS, Labels, Probabilities, confusion, reliability
from mien_training.train import METRICS

LEARNING_CURVES, CONFUSION, RELIABILITY = "learning_curves.png", "confusion.png", "reliability.png"


def write_report(folder: Path, probabilities: Probabilities, labels: Labels) -> list[Path]:
    """Draw the three plots of a run, on its validation part, into its folder; return their paths.

    Raises:
        TrainingError: the run's metrics.csv is missing or torn, or the folder cannot be written.
    """
    return [
        _draw(folder / LEARNING_CURVES, lambda figure: _learning_curves(figure, read_metrics(folder))),
        _draw(folder / CONFUSION, lambda figure: _confusion(figure.add_subplot(), probabilities, labels)),
        _draw(folder / RELIABILITY, lambda figure: _reliability(figure.add_subplot(), probabilities, labels)),
    ]


def read_metrics(folder: Path) -> dict[str, list[float]]:
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


def _draw(path: Path, paint: Callable[[Figure], None]) -> Path:
    figure = Figure(figsize=(7, 5), layout="constrained")  # without pyplot: drawn by Agg, no window, no global state
    paint(figure)
    try:
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise TrainingError(f"The plot {path} cannot be written: {error.strerror}.") from error
    return path


def _learning_curves(figure: Figure, metrics: dict[str, list[float]]) -> None:
    losses, accuracies = figure.subplots(2, 1, sharex=True)
    losses.plot(metrics["epoch"], metrics["train_loss"], label="training (augmented)")
    losses.plot(metrics["epoch"], metrics["validation_loss"], label="validation")
    losses.set_ylabel("cross-entropy")
    losses.legend()
    accuracies.plot(metrics["epoch"], metrics["validation_accuracy"], color="C1")
    accuracies.set(xlabel="epoch", ylabel="validation accuracy")


def _confusion(axes: Axes, probabilities: Probabilities, labels: Labels) -> None:
    counts = confusion(probabilities, labels)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(shares.shape):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, f"{shares[row, column]:.0%}", ha="center", va="center", color=colour)
    names = [emotion.value for emotion in EMOTIONS]
    axes.set_xticks(range(len(names)), names, rotation=45)
    axes.set_yticks(range(len(names)), [f"{name} ({count})" for name, count in zip(names, counts.sum(1), strict=True)])
    axes.set(xlabel="most probable emotion", ylabel="label (pictures)", title="Validation part")


def _reliability(axes: Axes, probabilities: Probabilities, labels: Labels) -> None:
    share, confidence, accuracy = reliability(probabilities, labels)
    filled = share > 0
    edges = np.arange(CALIBRATION_BINS) / CALIBRATION_BINS
    axes.bar(edges, share, width=1 / CALIBRATION_BINS, align="edge", color="lightgrey", label="share of pictures")
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="as sure as right")
    axes.plot(confidence[filled], accuracy[filled], marker="o", label="measured")
    axes.set(xlabel="confidence", ylabel="accuracy", title="Validation part", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
