"""A timeline as one SVG file that needs nothing else, for light and dark paper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from mien.timeline.chart import Band, Chart, Span, clock_text, lasting
from mien.timeline.palette import COLOURS, INK, LETTERS
from mien.types import EMOTIONS, Emotion, Presence

_WIDTH, _LEFT, _TOP = 970, 148, 40
_PANEL_HEIGHT, _BAND_HEIGHT, _GAP = 130, 26, 8
_COLUMNS, _COLUMN_WIDTH = 160, 5
_PLOT_WIDTH = _COLUMNS * _COLUMN_WIDTH
_LETTER_WIDTH = 7.5
_MOST_TICKS = 10
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
# From the unpleasant, at the bottom, to the pleasant.
_STACK = (
    Emotion.ANGRY,
    Emotion.DISGUST,
    Emotion.FEAR,
    Emotion.SAD,
    Emotion.NEUTRAL,
    Emotion.SURPRISE,
    Emotion.HAPPY,
)
_STYLE = f"""
svg {{ font: 13px system-ui, sans-serif; --paper: #ffffff; --ink: {INK}; --line: #c3c8d0; }}
@media (prefers-color-scheme: dark) {{ svg {{ --paper: #1b1e24; --ink: #e4e6ea; --line: #565c68; }} }}
.paper {{ fill: var(--paper); }} text {{ fill: var(--ink); }} .title {{ font-size: 15px; font-weight: 600; }}
.frame, .tick, .nobody {{ fill: none; stroke: var(--line); }} .nobody {{ stroke-dasharray: 3 3; }}
.unsure {{ fill: url(#hatched); stroke: var(--line); }} .hatch {{ stroke: var(--line); stroke-width: 2; }}
.tick {{ stroke-opacity: 0.6; }}
.middle {{ text-anchor: middle; }} .end {{ text-anchor: end; }} .dark {{ fill: {INK}; }}
""" + "".join(f".{name} {{ fill: {colour}; }}\n" for name, colour in COLOURS.items())
_HATCHED = (
    '<pattern id="hatched" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0V7"/></pattern>'
)


def svg(chart: Chart) -> str:
    """Draw a chart: the seven probabilities as areas that add up to 1, the bands below, and an axis of time."""
    bands_top = _TOP + _PANEL_HEIGHT + _GAP
    axis_top = bands_top + len(chart.bands) * (_BAND_HEIGHT + _GAP)
    height = axis_top + 58
    title = escape(chart.title)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{title}">',
        f"<style>{_STYLE}</style><defs>{_HATCHED}</defs>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        f'<text class="title" x="{_LEFT}" y="24">{title}</text>',
        _label("probabilities", _TOP + _PANEL_HEIGHT / 2),
        *_areas(chart),
        *_axis(chart, axis_top),
        *(
            part
            for number, band in enumerate(chart.bands)
            for part in _band(chart, band, bands_top + number * (_BAND_HEIGHT + _GAP))
        ),
        *_legend(axis_top + 44),
        f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{_PLOT_WIDTH}" height="{_PANEL_HEIGHT}"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _label(words: str, middle: float, room: int = 10) -> str:
    return f'<text class="end" x="{_LEFT - room}" y="{middle + 4.5:g}">{escape(words)}</text>'


def _place(chart: Chart, at: float) -> float:
    """Return where a time lies across."""
    return _LEFT + _PLOT_WIDTH * (at - chart.begin) / chart.seconds


def _areas(chart: Chart) -> Iterator[str]:
    """Yield an area for each emotion and each stretch of time without a gap; the ones behind reach up the highest."""
    columns = enumerate(_means(chart))
    for is_judged, run in groupby(columns, key=lambda pair: pair[1] is not None):
        if is_judged:
            stretch = [(number, mean) for number, mean in run if mean is not None]
            for count in range(len(_STACK), 0, -1):
                heights = [sum(mean[EMOTIONS.index(emotion)] for emotion in _STACK[:count]) for _, mean in stretch]
                yield f'<path class="{_STACK[count - 1]}" d="{_outline(stretch[0][0], heights)}"/>'


def _outline(first_column: int, heights: Sequence[float]) -> str:
    """Return the outline of an area over columns, each as high as its share of the panel."""
    bottom = _TOP + _PANEL_HEIGHT
    levels = [round(bottom - _PANEL_HEIGHT * min(1.0, height)) for height in heights]
    steps = [f"l{_COLUMN_WIDTH} {after - before}" for before, after in pairwise(levels)]
    # From the middle of a column to the next one's; the halves at both ends are level.
    half = _COLUMN_WIDTH / 2
    return f"M{_LEFT + first_column * _COLUMN_WIDTH} {bottom}V{levels[0]}h{half}{''.join(steps)}h{half}V{bottom}z"


def _means(chart: Chart) -> list[list[float] | None]:
    """Return the mean probabilities in each column; None where no face was judged."""
    width = chart.seconds / _COLUMNS
    sums = [[0.0] * len(EMOTIONS) for _ in range(_COLUMNS)]
    weights = [0.0] * _COLUMNS
    for look, until in lasting(chart.looks, chart.end):
        if look.expression is None or until <= chart.begin or look.at >= chart.end:
            continue
        first, last = (int((at - chart.begin) / width) for at in (look.at, until))
        for column in range(max(0, first), min(_COLUMNS - 1, last) + 1):
            begin = chart.begin + column * width
            overlap = min(until, begin + width) - max(look.at, begin)
            weights[column] += max(0.0, overlap)
            for place, probability in enumerate(look.expression.probabilities):
                sums[column][place] += max(0.0, overlap) * probability
    return [
        [one / weight for one in column] if weight > 0.0 else None for column, weight in zip(sums, weights, strict=True)
    ]


def _band(chart: Chart, band: Band, top: float) -> Iterator[str]:
    yield _label(band.label, top + _BAND_HEIGHT / 2)
    for span in band.spans:
        begin, end = (_place(chart, min(max(at, chart.begin), chart.end)) for at in (span.begin, span.end))
        times = " to ".join(f"{at - chart.begin:.1f}" for at in (span.begin, span.end))
        yield (
            f'<rect class="{span.name}" x="{begin:.1f}" y="{top}" width="{max(end - begin, 0.5):.1f}" '
            f'height="{_BAND_HEIGHT}"><title>{span.name}, {times} s</title></rect>'
        )
        if words := _words(span, end - begin):
            ink = " dark" if span.name in COLOURS else ""
            yield f'<text class="middle{ink}" x="{(begin + end) / 2:.1f}" y="{top + 17.5}">{words}</text>'


def _words(span: Span, width: float) -> str:
    """Return the mood's name, or its letter, or nothing: what there is room for."""
    if width > _LETTER_WIDTH * (len(span.name) + 1):
        return span.name
    return LETTERS[span.name] if width > 1.5 * _LETTER_WIDTH else ""


def _axis(chart: Chart, top: float) -> Iterator[str]:
    yield _label("h:min:s" if chart.seconds >= 3600 else "minutes:seconds", top + 11, room=26)
    hours = 3600 * math.ceil(chart.seconds / _MOST_TICKS / 3600)
    step = next((step for step in _TICK_SECONDS if chart.seconds / step <= _MOST_TICKS), hours)
    for number in range(int(chart.seconds / step) + 1):
        x = _place(chart, chart.begin + number * step)
        yield f'<path class="tick" d="M{x:.1f} {_TOP}V{top}"/>'
        yield f'<text class="middle" x="{x:.1f}" y="{top + 15}">{clock_text(number * step)}</text>'


def _legend(top: float) -> Iterator[str]:
    x = float(_LEFT)
    for name in (*reversed(_STACK), Presence.UNSURE, Presence.NOBODY):
        ink = " dark" if name in COLOURS else ""
        yield f'<rect class="{name}" x="{x:.1f}" y="{top - 13}" width="17" height="17"/>'
        yield f'<text class="middle{ink}" x="{x + 8.5:.1f}" y="{top}">{LETTERS[name]}</text>'
        yield f'<text x="{x + 22:.1f}" y="{top}">{name}</text>'
        x += 22 + _LETTER_WIDTH * (len(name) + 1.5)
