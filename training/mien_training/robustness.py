"""How far a network's answers can be trusted on worse pictures than it knows: accuracy by degradation."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.table import Table

from mien_training.data import FaceSet, plurality_labels
from mien_training.degrade import DEGRADATIONS, Degradation
from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate, Labels, wilson

PLOT = "robustness.png"
Judge = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

_COLUMNS = 3
_PANEL_INCHES = (4.0, 2.8)


@dataclass(frozen=True, slots=True)
class Point:
    """Accuracy at one level: of the labels' head on original labels, of the votes' head on FERPlus winners.

    `votes` is None without votes.
    """

    level: float
    labels: Estimate
    votes: Estimate | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Accuracy at each level of a degradation."""

    degradation: Degradation
    points: tuple[Point, ...]


def measure_robustness(
    judge: Judge, faces: FaceSet, degradations: Sequence[Degradation] = DEGRADATIONS
) -> Iterator[Curve]:
    """Yield a curve for each degradation, as soon as it is measured.

    Args:
        judge: a run's `logits`: faces uint8 [N, S, S] -> [N, 2, 7], a row for each head: labels, votes.
        faces: none of them learned from.
        degradations: what is done to the faces.
    """
    winners = None if faces.votes is None else plurality_labels(faces.votes)

    def point(images: NDArray[np.uint8], level: float) -> Point:
        by_labels, by_votes = judge(images).argmax(axis=2).T
        votes = None if winners is None else _share_right(by_votes, winners)
        return Point(level, _share_right(by_labels, faces.labels), votes)

    unchanged = point(faces.images, 0.0)
    for degradation in degradations:
        yield Curve(
            degradation,
            tuple(
                Point(level, unchanged.labels, unchanged.votes)
                if level == degradation.unchanged
                else point(degradation.apply(faces.images, level), level)
                for level in degradation.levels
            ),
        )


def curve_table(curve: Curve) -> Table:
    """Return a curve as a table, for the terminal; the level that changes nothing is marked."""
    name, unit = curve.degradation.name, curve.degradation.unit
    table = Table(f"{name}, {unit}", "original labels", "95 % interval", "FERPlus winners", "95 % interval")
    for point in curve.points:
        mark = " (as it is)" if point.level == curve.degradation.unchanged else ""
        table.add_row(f"{point.level:g}{mark}", *_cells(point.labels), *_cells(point.votes))
    return table


def _cells(estimate: Estimate | None) -> tuple[str, str]:
    if estimate is None:
        return "", ""
    return f"{estimate.value:.1%}", f"{estimate.low:.1%} to {estimate.high:.1%}"


def write_robustness(curves: Sequence[Curve], plot: Path) -> list[Path]:
    """Draw the curves as `plot`, and write their numbers beside it as CSV; return both paths.

    Raises:
        TrainingError: a file cannot be written.
    """
    rows = -(-len(curves) // _COLUMNS)
    figure = Figure(figsize=(_COLUMNS * _PANEL_INCHES[0], rows * _PANEL_INCHES[1]), layout="constrained")
    paint_robustness(figure, curves)
    numbers = plot.with_suffix(".csv")
    try:
        figure.savefig(plot, dpi=110)
        with numbers.open("w", newline="") as handle:
            csv.writer(handle).writerows(_rows(curves))
    except OSError as error:
        raise TrainingError(f"{error.filename} cannot be written: {error.strerror}.") from error
    return [plot, numbers]


def paint_robustness(figure: Figure, curves: Sequence[Curve]) -> None:
    """Draw a panel for each degradation, all with the same height of accuracy."""
    rows = -(-len(curves) // _COLUMNS)
    panels: list[Axes] = figure.subplots(rows, _COLUMNS, sharey=True, squeeze=False).ravel().tolist()
    for axes, curve in zip(panels, curves, strict=False):
        _paint_curve(axes, curve)
    for axes in panels[len(curves) :]:
        axes.set_axis_off()
    panels[0].legend()


def _paint_curve(axes: Axes, curve: Curve) -> None:
    levels = [point.level for point in curve.points]
    for name, estimates in (
        ("original labels", [point.labels for point in curve.points]),
        ("FERPlus winners", [point.votes for point in curve.points if point.votes]),
    ):
        if estimates:
            values = np.array([one.value for one in estimates])
            ends = np.array([[one.low, one.high] for one in estimates]).T
            axes.errorbar(range(len(values)), values, yerr=np.abs(ends - values), marker="o", capsize=3, label=name)
    axes.axvline(levels.index(curve.degradation.unchanged), color="grey", linestyle=":")
    axes.set_xticks(range(len(levels)), [f"{level:g}" for level in levels])
    axes.set(xlabel=curve.degradation.unit, ylabel="accuracy", title=curve.degradation.name)


def _rows(curves: Sequence[Curve]) -> Iterator[tuple[object, ...]]:
    yield ("degradation", "level", "judged by", "accuracy", "low", "high", "pictures")
    for curve in curves:
        for point in curve.points:
            for name, one in (("labels", point.labels), ("votes", point.votes)):
                if one is not None:
                    yield (curve.degradation.name, point.level, name, one.value, one.low, one.high, one.count)


def _share_right(said: Labels, labels: Labels) -> Estimate:
    known = labels >= 0
    return wilson(int((said == labels)[known].sum()), int(known.sum()))
