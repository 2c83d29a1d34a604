"""What the network answers on its validation part, beside what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mien_training.evaluate import (
    CALIBRATION_BINS,
    COVERED_ACCURACY,
    Estimate,
    Labels,
    Probabilities,
    confusion,
    figures,
    precisions,
    recalls,
    reliability,
    wilson,
)
from mien_training.report.drawing import FIRST, NAMES, NEUTRAL, SECOND, SHARES, Plot, put_names

_CURVE_POINTS = 100
_WHOLE = (-0.02, 1.02)  # a dot at the end is whole
_LEAST_CURVE_PICTURES = 10  # of so few the share right says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Answers beside what they are judged by: probabilities [N, 7], labels [N], and the figures measured on them."""

    name: str
    probabilities: Probabilities
    labels: Labels
    figures: dict[str, Estimate]

    @classmethod
    def of(cls, name: str, probabilities: Probabilities, labels: Labels) -> Judged:
        """Measure the figures."""
        return cls(name, probabilities, labels, figures(probabilities, labels))


PaintPanel = Callable[[Axes, Judged], None]


def answer_plots(judged: Sequence[Judged]) -> list[Plot]:
    """Draw the confusions, precision and recall, reliability, and coverage; a panel for each way of judging."""
    return [
        Plot(
            "confusion",
            "What it takes for what",
            "A row is a label with its number of pictures, a column the network's answer, a number the share in per "
            "cent: the diagonal is right, and a strong colour off it is a pair that is mixed up.",
            lambda figure: _panels(figure, judged, _confusion),
            height_inches=4.8,
        ),
        Plot(
            "precision_and_recall",
            "Each emotion by itself",
            "Precision is the share right of the answers that named an emotion, recall the share found of its "
            "pictures; a bar is the 95 % interval: where two bars overlap, the difference may be chance.",
            lambda figure: _panels(figure, judged, _precision_and_recall),
        ),
        Plot(
            "reliability",
            "Whether its confidence can be believed",
            "A dot above the dashed line is an answer that was right more often than it was sure, one below was too "
            "sure; the grey columns say how many pictures stand behind each dot.",
            lambda figure: _panels(figure, judged, _reliability),
        ),
        Plot(
            "coverage",
            "What it gains by saying nothing",
            "Going left, only the surest answers are kept: the line is the share right among them with its 95 % "
            "interval, and where it crosses the dashed line stands the share of pictures that is answered 95 % right.",
            lambda figure: _panels(figure, judged, _coverage),
        ),
    ]


def coverage_curve(probabilities: Probabilities, labels: Labels) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return, of the 1, 2, ... N most confident pictures, their share of all [N] and how many are right [N]."""
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    hits = (probabilities.argmax(axis=1) == labels)[order]
    return np.arange(1, len(hits) + 1) / len(hits), np.cumsum(hits)


def _panels(figure: Figure, judged: Sequence[Judged], paint: PaintPanel) -> None:
    for axes, one in zip(figure.subplots(1, len(judged), squeeze=False)[0], judged, strict=True):
        paint(axes, one)
        axes.set_title(f"{one.name} ({len(one.labels):,} pictures)")
    handles, names = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, names, loc="outside lower center", ncols=len(handles))


def _confusion(axes: Axes, judged: Judged) -> None:
    counts = confusion(judged.probabilities, judged.labels)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=SHARES, vmin=0, vmax=1)
    for row, column in np.ndindex(shares.shape):
        text = axes.text(column, row, f"{100 * shares[row, column]:.0f}", ha="center", va="center", fontsize=9)
        if shares[row, column] > 0.5:
            text.set_color("white")
    put_names(axes, across=True)
    axes.set_yticks(range(len(NAMES)), [f"{name} {count}" for name, count in zip(NAMES, counts.sum(1), strict=True)])
    axes.set(xlabel="answer", ylabel="label, pictures")


def _precision_and_recall(axes: Axes, judged: Judged) -> None:
    for offset, name, colour, measure in ((-0.14, "precision", SECOND, precisions), (0.14, "recall", FIRST, recalls)):
        estimates = measure(judged.probabilities, judged.labels).values()
        known = [(row, one) for row, one in enumerate(estimates) if one.count]
        values = np.array([one.value for _, one in known])
        bars = np.abs(np.array([[one.low, one.high] for _, one in known]).reshape(-1, 2).T - values)
        places = [row + offset for row, _ in known]
        axes.errorbar(values, places, xerr=bars, fmt="o", color=colour, label=name, capsize=3)
    put_names(axes, down=True)
    axes.set(xlim=_WHOLE, xlabel="share")
    axes.grid(visible=True, axis="x")


def _reliability(axes: Axes, judged: Judged) -> None:
    share, confidence, accuracy = reliability(judged.probabilities, judged.labels)
    filled = share > 0
    edges = np.arange(CALIBRATION_BINS) / CALIBRATION_BINS
    axes.bar(edges, share, 1 / CALIBRATION_BINS, align="edge", color=NEUTRAL, alpha=0.4, label="share of the pictures")
    axes.plot([0, 1], [0, 1], color=NEUTRAL, linestyle="--", label="as sure as right")
    counts = np.rint(share * len(judged.labels)).astype(int)
    intervals = [wilson(round(a * n), n) for a, n in zip(accuracy[filled], counts[filled].tolist(), strict=True)]
    bars = np.abs(np.array([[one.low, one.high] for one in intervals]).T - accuracy[filled])
    axes.errorbar(confidence[filled], accuracy[filled], yerr=bars, fmt="o-", color=FIRST, capsize=3, label="measured")
    axes.set(xlabel="confidence", ylabel="share right", xlim=_WHOLE, ylim=_WHOLE)


def _coverage(axes: Axes, judged: Judged) -> None:
    shares, hits = coverage_curve(judged.probabilities, judged.labels)
    least = min(_LEAST_CURVE_PICTURES, len(hits))
    counts = np.unique(np.linspace(least, len(hits), _CURVE_POINTS).astype(int))
    estimates = [wilson(int(hits[count - 1]), int(count)) for count in counts]
    kept = shares[counts - 1]
    axes.fill_between(kept, [e.low for e in estimates], [e.high for e in estimates], color=FIRST, alpha=0.2, lw=0)
    axes.plot(kept, [estimate.value for estimate in estimates], color=FIRST)
    axes.axhline(COVERED_ACCURACY, color=NEUTRAL, linestyle="--")
    axes.set(xlabel="share of pictures answered", ylabel="share right", xlim=(0, 1))
    axes.set_ylim(top=1)
    axes.grid(visible=True)
