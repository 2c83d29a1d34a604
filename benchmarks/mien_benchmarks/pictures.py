"""Draws what was measured: a frame's cost as bars, and growth as lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.measurement import Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STAGE = "stage: "  # begins the name of what a part of a frame costs
WHOLE = "a frame, all of it looked at"
_MOST_STAGES = 1.1  # of the whole: each is measured by itself, on a machine that may have other work
_REST = "all else"
_GROWTH = re.compile(r"(?P<series>.+?),? at (?P<x>\d[\d.x ]*?)(?P<unit> [a-z]\w*)?")
_COLOURS = ("#5fa8d3", "#30638e", "#edae49", "#d1495b", "#66a182", "#8d6a9f")
_GREY = "#b5b5b5"

Points = list[tuple[float, float]]


def wholes(measurements: Sequence[Measurement]) -> dict[str, float]:
    """Return {subject: milliseconds of a frame}, the dearest first."""
    found = {one.subject: one.median for one in measurements if one.what == WHOLE}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def stages(measurements: Sequence[Measurement]) -> dict[str, dict[str, float]]:
    """Return {subject: {stage: milliseconds}} of those who have stages; what none accounts for is "all else".

    Raises:
        BenchmarkError: a subject's stages take more than its whole frame.
    """
    found: dict[str, dict[str, float]] = {}
    for one in sorted(measurements, key=lambda one: one.subject != "mien"):  # whose stages are the fullest
        if one.what.startswith(STAGE):
            found.setdefault(one.subject, {})[one.what.removeprefix(STAGE)] = one.median
    known = wholes(measurements)
    rests = {subject: known[subject] - sum(own.values()) for subject, own in found.items()}
    for subject, rest in rests.items():
        if -rest > (_MOST_STAGES - 1) * known[subject]:
            raise BenchmarkError(
                f"The stages of {subject} take {known[subject] - rest:.3g} ms, and its whole frame "
                f"{known[subject]:.3g}: measure `--only frame` again where less else runs."
            )
    return {subject: own | {_REST: max(0.0, rests[subject])} for subject, own in found.items()}


def growth(measurements: Sequence[Measurement]) -> dict[str, dict[tuple[str, str], Points]]:
    """Return {what grows: {(figure, subject): [(x, median), ...]}} of the figures whose name ends in "at X UNIT".

    X may be a product, such as 640x480.
    """
    panels: dict[str, dict[tuple[str, str], Points]] = {}
    for one in measurements:
        match = _GROWTH.fullmatch(one.what)
        if match is None:
            continue
        x = prod(float(side) for side in match["x"].replace(" ", "").split("x"))
        across = (match["unit"] or " ").strip().removesuffix("s") + "s"
        line = f"{match['series']}, {one.unit}", one.subject
        panels.setdefault(across, {}).setdefault(line, []).append((x, one.median))
    return {across: {line: sorted(points) for line, points in lines.items()} for across, lines in panels.items()}


def picture_of(part: str, measurements: Sequence[Measurement], folder: Path) -> Path:
    """Draw a part's figures to performance-PART.svg in the folder, and return the file."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    path = folder / f"performance-{part}.svg"
    with rc_context({"svg.hashsalt": part, "svg.fonttype": "none"}):  # the same figures give the same file
        drawn = Figure(layout="constrained")
        PICTURES[part](drawn, measurements)
        drawn.savefig(path, metadata={"Date": None})
    return path


def _draw_frame(drawn: Figure, measurements: Sequence[Measurement]) -> None:
    drawn.set_size_inches(10, 3)
    left, right = drawn.subplots(1, 2)
    known, parts = wholes(measurements), stages(measurements)
    _stack(left, {subject: {"": known[subject]} for subject in known}, {"": _COLOURS[1]}, known)
    names = list(dict.fromkeys(name for own in parts.values() for name in own if name != _REST))
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)} | {_REST: _GREY}
    _stack(right, {subject: parts[subject] for subject in known if subject in parts}, colours, known)
    right.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.05, 1))
    drawn.supxlabel(f"CPU milliseconds of {WHOLE}", fontsize="medium")


def _stack(
    axes: Axes, bars: Mapping[str, Mapping[str, float]], colours: Mapping[str, str], known: Mapping[str, float]
) -> None:
    begin = dict.fromkeys(bars, 0.0)
    for name, colour in colours.items():
        widths = {subject: own.get(name, 0.0) for subject, own in bars.items()}
        axes.barh(list(bars), list(widths.values()), left=list(begin.values()), color=colour, label=name)
        begin = {subject: begin[subject] + widths[subject] for subject in bars}
    for subject, end in begin.items():
        axes.annotate(f" {known[subject]:.3g}", (end, subject), va="center")
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_growth(drawn: Figure, measurements: Sequence[Measurement]) -> None:
    from matplotlib.ticker import LogFormatter

    panels = growth(measurements)
    drawn.set_size_inches(5 * max(1, len(panels)), 6)
    for column, (across, lines) in enumerate(panels.items(), start=1):
        axes = drawn.add_subplot(1, len(panels), column)
        figures = list(dict.fromkeys(figure for figure, _ in lines))
        for (figure, subject), points in lines.items():
            colour = _COLOURS[figures.index(figure) % len(_COLOURS)]
            name, dash = (figure, "-") if subject == "mien" else (f"{figure} ({subject})", ":")
            axes.loglog(*zip(*points, strict=True), marker="o", linestyle=dash, color=colour, label=name)
        axes.set_xlabel(across)
        axes.yaxis.set_major_formatter(LogFormatter())
        axes.yaxis.set_minor_formatter(LogFormatter(labelOnlyBase=False))
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(frameon=False, fontsize="x-small", loc="lower center", bbox_to_anchor=(0.5, 1.0))


PICTURES: dict[str, Callable[[Figure, Sequence[Measurement]], None]] = {"frame": _draw_frame, "scale": _draw_growth}
