"""A timeline for a terminal, as wide as that is: letters on colours, so that it reads without colour too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from mien.timeline.chart import Band, Chart, Span, clock_text, seen_spans
from mien.timeline.palette import COLOURS, INK, LETTERS

_LEAST_COLUMNS = 10
_TICK_COLUMNS = 10


class TerminalChart:
    """Draws a chart where rich prints it. A column shows the mood that fills the most of its time."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the picture's lines."""
        chart = self._chart
        rows = (Band("seen", seen_spans(chart.looks, chart.end)), *chart.bands)
        margin = max(len(row.label) for row in rows) + 2
        columns = max(_LEAST_COLUMNS, options.max_width - margin)
        yield _line(" " * margin, _axis(chart, columns))
        for row in rows:
            cells = Text(row.label.ljust(margin))
            for name in _columns(row.spans, chart, columns):
                cells.append(LETTERS.get(name, " "), f"{INK} on {COLOURS[name]}" if name in COLOURS else "")
            yield _line(cells)
        for line in _legend(margin, options.max_width):
            yield Text(line, "dim", no_wrap=True, overflow="crop")


def _legend(margin: int, width: int) -> Iterator[str]:
    """Yield lines of whole entries, below the picture where there is room for that."""
    entries = [f"{letter}={name}" for name, letter in LETTERS.items()]
    indent = " " * (margin if margin + max(map(len, entries)) <= width else 0)
    line = indent + entries[0]
    for entry in entries[1:]:
        if len(line) + 2 + len(entry) > width:
            yield line
            line = indent + entry
        else:
            line += f"  {entry}"
    yield line


def _line(*parts: str | Text) -> Text:
    return Text.assemble(*parts, no_wrap=True, overflow="crop")


def _axis(chart: Chart, columns: int) -> str:
    """Return the times along the top, from the beginning on."""
    marks = range(0, columns - len(clock_text(chart.seconds)), _TICK_COLUMNS)
    return "".join(f"{clock_text(mark * chart.seconds / columns):{_TICK_COLUMNS}}" for mark in marks).rstrip()


def _columns(spans: Sequence[Span], chart: Chart, columns: int) -> Iterator[str]:
    """Yield for each column the mood that fills the most of it; "" where there is none."""
    width = chart.seconds / columns
    place = 0
    for column in range(columns):
        begin, end = chart.begin + column * width, chart.begin + (column + 1) * width
        while place < len(spans) and spans[place].end <= begin:
            place += 1
        shares: dict[str, float] = {}
        for span in _overlapping(spans, place, end):
            shares[span.name] = shares.get(span.name, 0.0) + min(span.end, end) - max(span.begin, begin)
        yield max(shares, key=lambda name: shares[name], default="")


def _overlapping(spans: Sequence[Span], place: int, end: float) -> Iterator[Span]:
    while place < len(spans) and spans[place].begin < end:
        yield spans[place]
        place += 1
