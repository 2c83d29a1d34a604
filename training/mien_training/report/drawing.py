"""What a plot of the report is, and how it becomes a PNG: Agg without pyplot, so no window and no global figures."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from mien.types import EMOTIONS

FIRST, SECOND, THIRD = "#2f7fd0", "#d9782d", "#2e9e6b"  # told apart on light and dark paper, and by the colour-blind
NEUTRAL = "#8a8f98"
SHARES = LinearSegmentedColormap.from_list("shares", [(0.18, 0.5, 0.82, 0.0), (0.18, 0.5, 0.82, 1.0)])
NAMES = [emotion.value for emotion in EMOTIONS]
_DOTS_PER_INCH = 110


@dataclass(frozen=True, slots=True)
class Paper:
    """The colours that a plot is drawn with."""

    ground: str
    ink: str
    line: str


LIGHT = Paper(ground="#ffffff", ink="#1d2129", line="#c9cdd4")
DARK = Paper(ground="#1b1e24", ink="#e4e6ea", line="#464b55")


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A picture of the report.

    `name` is its file's, without suffix; `reading` is one sentence that says how to read it; `paint` draws it and may
    be called several times.
    """

    name: str
    title: str
    reading: str
    paint: Callable[[Figure], None]
    height_inches: float = 4.2


def png(plot: Plot, paper: Paper) -> bytes:
    """Draw a plot, nine inches wide."""
    with _drawn_on(paper):
        figure = Figure(figsize=(9, plot.height_inches), layout="constrained")
        plot.paint(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH)
    return buffer.getvalue()


def put_names(axes: Axes, *, across: bool = False, down: bool = False) -> None:
    """Write the emotions along an axis."""
    if across:
        axes.set_xticks(range(len(NAMES)), NAMES, rotation=35, ha="right", rotation_mode="anchor")
    if down:
        axes.set_yticks(range(len(NAMES)), NAMES)
        axes.invert_yaxis()


def say_too_few(axes: Axes, count: int) -> None:
    """Fill a place where no average is shown, since it would come near a single face."""
    axes.set_box_aspect(1)
    axes.text(0.5, 0.5, f"{count} pictures:\ntoo few", ha="center", va="center", transform=axes.transAxes)


def _drawn_on(paper: Paper) -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "figure.facecolor": paper.ground,
            "axes.facecolor": paper.ground,
            "axes.edgecolor": paper.line,
            "axes.labelcolor": paper.ink,
            "axes.titlesize": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "grid.color": paper.line,
            "grid.alpha": 0.6,
            "legend.frameon": False,
            "text.color": paper.ink,
            "xtick.color": paper.ink,
            "ytick.color": paper.ink,
        }
    )
