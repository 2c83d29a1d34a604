"""Draws what was measured: the stages of a frame as bars, and growth as lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from mien_benchmarks.measurement import Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGE = "stage: "  # begins the name of what a part of a frame costs
WHOLE = "a frame"
_REST = "all else"
_GROWTH = re.compile(r"(?P<series>.+) at (?P<x>[\d.x ]+?)(?P<unit> [a-z]\w*)?")
_COLOURS = ("#30638e", "#5fa8d3", "#edae49", "#d1495b", "#66a182", "#8d6a9f")


def stacks(measurements: Sequence[Measurement]) -> dict[str, dict[str, float]]:
    """Return {subject: {stage: milliseconds}}, cheapest subject first; what no stage accounts for is "all else"."""
    found: dict[str, dict[str, float]] = {}
    for whole in sorted((one for one in measurements if one.what == WHOLE), key=lambda one: -one.median):
        own = {
            one.what.removeprefix(STAGE): one.median
            for one in measurements
            if one.subject == whole.subject and one.what.startswith(STAGE)
        }
        found[whole.subject] = own | {_REST: max(0.0, whole.median - sum(own.values()))}
    return found


def growth(measurements: Sequence[Measurement]) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Return {(series, unit): [(x, median), ...]} of figures whose name ends in "at X"; of "640x480" the product."""
    lines: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in measurements:
        match = _GROWTH.fullmatch(one.what)
        if match is not None:
            sides = (float(side) for side in match["x"].replace(" ", "").split("x"))
            unit = (match["unit"] or "").strip() or ("pixels" if "x" in match["x"] else "")
            lines.setdefault((f"{match['series']}, {one.unit}", unit), []).append((prod(sides), one.median))
    return {name: sorted(points) for name, points in lines.items()}


def picture_of(part: str, measurements: Sequence[Measurement], folder: Path) -> Path:
    """Draw a part's figures to performance-PART.svg in the folder, and return the file."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    path = folder / f"performance-{part}.svg"
    with rc_context({"svg.hashsalt": part, "svg.fonttype": "none"}):  # the same figures give the same file
        drawn = Figure(figsize=(9, 3 if part == "frame" else 5), layout="constrained")
        PICTURES[part](drawn.subplots(), measurements)
        drawn.savefig(path, metadata={"Date": None})
    return path


def _draw_stacks(axes: Axes, measurements: Sequence[Measurement]) -> None:
    bars = stacks(measurements)
    names = list(dict.fromkeys(stage for stages in bars.values() for stage in stages))
    left = dict.fromkeys(bars, 0.0)
    for index, name in enumerate(names):
        widths = [stages.get(name, 0.0) for stages in bars.values()]
        axes.barh(list(bars), widths, left=list(left.values()), label=name, color=_COLOURS[index % len(_COLOURS)])
        left = {subject: left[subject] + width for subject, width in zip(bars, widths, strict=True)}
    for subject, whole in left.items():
        axes.annotate(f" {whole:.3g}", (whole, subject), va="center")
    axes.set_xlabel("CPU milliseconds of a frame")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def _draw_growth(axes: Axes, measurements: Sequence[Measurement]) -> None:
    for (series, unit), points in growth(measurements).items():
        places, values = zip(*points, strict=True)
        axes.loglog(places, values, marker="o", label=f"{series} over {unit}" if unit else series)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False, fontsize="small")


PICTURES: dict[str, Callable[[Axes, Sequence[Measurement]], None]] = {"frame": _draw_stacks, "scale": _draw_growth}
