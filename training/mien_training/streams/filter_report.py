"""The comparison of filters for people: a page of tables, and the curve of delay against wrong changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate
from mien_training.streams.command import FIXED, SHIPPED, Comparison, Contender
from mien_training.streams.compare import MOST_MISSED, fewer_wrong
from mien_training.streams.families import MARKOV
from mien_training.streams.pool import Kind
from mien_training.streams.rates import FRAMES_PER_SECOND, Alike
from mien_training.streams.score import Score
from mien_training.tables import Row, markdown, write_markdown

PAGE, CURVE = "filters.md", "filters.svg"
_COLOURS = "#d9782d", "#b58900", "#a05fb5", "#2e9e6b", "#00a0b0", "#8a8f98", "#2f7fd0"
_MOST_DRAWN = 20.0  # wrong changes an hour; the last frame's emotion lies far above


def write_report(comparison: Comparison, out: Path) -> list[Path]:
    """Write the page and the curve into a folder; the same comparison gives the same bytes.

    Raises:
        TrainingError: a file cannot be written.
    """
    write_markdown(out / PAGE, rows_of(comparison, Kind.CLEAR), *_paragraphs(comparison))
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    with mpl.rc_context({"svg.hashsalt": "mien", "svg.fonttype": "none"}):
        paint_curve(figure, comparison)
        try:
            figure.savefig(out / CURVE, metadata={"Date": None})
        except OSError as error:
            raise TrainingError(f"{out / CURVE} cannot be written: {error.strerror}.") from error
    return [out / PAGE, out / CURVE]


def rows_of(comparison: Comparison, kind: Kind) -> list[Row]:
    """Return the table of one kind of pictures.

    It ends with how many wrong changes an hour fewer the filter makes as it ships, in the same hours.
    """
    measured = comparison.reported[kind].measured
    ships = measured[[contender.name for contender in comparison.contenders].index(SHIPPED)]
    rows = []
    for contender, one in zip(comparison.contenders, measured, strict=True):
        rows.append({
            "filter": contender.name,
            "delay at most": "" if contender.delay_limit is None else f"{contender.delay_limit:g} s",
            "wrong/h, shown": _figure(one.shown.wrong_per_hour),
            "wrong/h, legible": _figure(one.legible.wrong_per_hour),
            "median delay, s": _figure(one.legible.delay_median, 2),
            "90 %, s": _figure(one.legible.delay_90),
            "missed, shown": f"{one.shown.missed.value:.1%}",
            "missed, legible": f"{one.legible.missed.value:.1%}",
            "right quadrant": f"{one.shown.quadrant_share.value:.1%}",
            "unsure/h": f"{one.shown.unsure_per_hour.value:.1f}",
            "fewer by mien, shown": _figure(fewer_wrong(ships.shown_tallies, one.shown_tallies)),
            "fewer by mien, legible": _figure(fewer_wrong(ships.legible_tallies, one.legible_tallies)),
            "numbers": _numbers(contender),
        })  # fmt: skip
    return rows


def rate_rows(rates: Sequence[Alike]) -> list[Row]:
    """Return how the same streams are decided at fewer frames a second."""
    return [
        {
            "frames/s": str(one.frames_per_second),
            "same change within one frame interval": f"{one.share_within(1 / one.frames_per_second + 1e-9):.1%}",
            "within 1 s": f"{one.share_within(1.0):.1%}",
            "later, s: median": f"{np.median(one.differences):.3f}" if one.differences else "",
            "apart, s: 90 %": f"{np.quantile(np.abs(one.differences), 0.9):.3f}" if one.differences else "",
            "changes of one only": f"{one.alone} of {one.alone + len(one.differences)}",
        }
        for one in rates
    ]


def paint_curve(figure: Figure, comparison: Comparison) -> None:
    """Draw wrong changes an hour over the median delay, against what is shown and against what is legible."""
    reported = comparison.reported[Kind.CLEAR]
    left, right = figure.subplots(1, 2, sharey=True)
    _paint_lines(left, comparison.contenders, [one.shown for one in reported.measured])
    _paint_lines(right, comparison.contenders, [one.legible for one in reported.measured])
    left.axhline(
        reported.floor.wrong_per_hour.value, color="#1d2129", linestyle=":", label="model without filter error"
    )
    left.set(title="against what is shown", ylabel="wrong changes an hour", ylim=(0, _MOST_DRAWN))
    right.set(title="against what the model can read")
    left.legend(fontsize="x-small")


def _paint_lines(axes: Axes, contenders: Sequence[Contender], scores: Sequence[Score]) -> None:
    names = list(dict.fromkeys(contender.name for contender in contenders if contender.name not in FIXED))
    for name, colour in zip(names, _COLOURS, strict=False):
        points = sorted({_place(one) for of, one in zip(contenders, scores, strict=True) if of.name == name})
        axes.plot(*zip(*points, strict=True), color=colour, marker=".", linewidth=2.2 if name == MARKOV else 1.0,
                  label=name)  # fmt: skip
    for name, marker in zip(FIXED, "xs*", strict=True):
        (place,) = (_place(one) for of, one in zip(contenders, scores, strict=True) if of.name == name)
        if place[1] <= _MOST_DRAWN:
            axes.plot(*place, marker=marker, color="#1d2129", linestyle="", label=name)
    axes.set(xlabel="median delay, s", xlim=(0.8, 3.2))


def _place(one: Score) -> tuple[float, float]:
    return one.delay_median.value, one.wrong_per_hour.value


def _paragraphs(comparison: Comparison) -> list[str]:
    clear, whole = (comparison.reported[kind].floor.wrong_per_hour for kind in (Kind.CLEAR, Kind.ANY))
    hours, pictures = comparison.hours, comparison.pictures
    return [
        f"Filters compared on {hours:g} hours of streams at 6 frames a second, composed of the {pictures[Kind.CLEAR]} "
        "`clear` pictures of the reporting half of those that the model has not learned from. Each row is the setting "
        "that was wrong least often on as many hours of the other half, its median delay within the limit and at most "
        f"{MOST_MISSED:.0%} of the true changes missed. *Shown*: against what was shown. *Legible*: against what the "
        "model reads in those faces in the long run, as are the delays. *Fewer by mien*: how many wrong changes "
        "an hour fewer the filter makes in the same hours as it ships. Intervals (95 %) are bootstraps over hours. "
        "Made by `python -m mien_training streams POOL --out docs`.",
        f"![The curve of delay against wrong changes]({CURVE})",
        f"One who follows without delay or error what the model reads is wrong {_figure(clear)} times an hour against "
        f"what is shown: the model's part. With `any` pictures ({pictures[Kind.ANY]}) it is {_figure(whole)}. The same "
        "settings there:",
        markdown(rows_of(comparison, Kind.ANY)),
        f"The same streams at {FRAMES_PER_SECOND} frames a second and at fewer, as mien decides with its settings as "
        "they come; a change is the same where it leads to the same mood within a second:",
        markdown(rate_rows(comparison.rates)),
    ]


def _figure(estimate: Estimate, digits: int = 1) -> str:
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"


def _numbers(contender: Contender) -> str:
    numbers = [*_named(contender.setting.filter), *_named(contender.setting.thresholds)]
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in numbers)


def _named(of: object) -> list[tuple[str, float]]:
    """Return the numbers of a filter, also of one within it, or of thresholds."""
    found: list[tuple[str, float]] = []
    for field in dataclasses.fields(of):  # type: ignore[arg-type]
        value = getattr(of, field.name)
        if dataclasses.is_dataclass(value):
            found += _named(value)
        elif isinstance(value, float):
            found.append((field.name, value))
    return found
