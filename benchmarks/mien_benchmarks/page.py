"""Writes what was measured into docs/performance.md: a table between the markers of each part, and its picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.pictures import PICTURES, picture_of

PAGE = "performance.md"
_FIRST_SUBJECTS = ("mien before", "mien")
_A_ROW_EACH = {"steps"}  # parts with more subjects than figures


def redraw(docs: Path, parts: Iterable[str], measurements: Sequence[Measurement], how: str) -> list[Path]:
    """Write parts anew between their markers in the folder's performance.md, and draw their pictures.

    Args:
        docs: the folder.
        parts: those that were measured.
        measurements: all that are known; a part's own ones are shown.
        how: a line on the machine and the command, without which a figure says nothing.

    Returns:
        What was written.

    Raises:
        BenchmarkError: the page is missing, or has no markers for a part.
    """
    page, text = docs / PAGE, page_text(docs)
    written = [page]
    for part in parts:
        own = [one for one in measurements if one.part == part]
        lines = [how, "", *table(own, a_row_each=part in _A_ROW_EACH)]
        if part in PICTURES:
            picture = picture_of(part, own, docs)
            lines += ["", f"![The same as a picture]({picture.name})"]
            written.append(picture)
        text = with_section(text, part, lines)
    page.write_text(text, encoding="utf-8")
    return written


def check_places(docs: Path, parts: Iterable[str]) -> None:
    """Make sure that the folder's page has a place for each part.

    Raises:
        BenchmarkError: the page is missing, or has no markers for a part.
    """
    text = page_text(docs)
    for part in parts:
        with_section(text, part, [])


def page_text(docs: Path) -> str:
    """Return the page in the folder.

    Raises:
        BenchmarkError: it cannot be read.
    """
    try:
        return (docs / PAGE).read_text(encoding="utf-8")
    except OSError as error:
        raise BenchmarkError(f"{docs / PAGE} cannot be read ({error.strerror}); give the folder it is in.") from error


def with_section(text: str, part: str, lines: Iterable[str]) -> str:
    """Return a page with other lines between the markers of a part.

    Raises:
        BenchmarkError: there are no such markers.
    """
    begin, end = f"<!-- measured: {part} -->\n", "<!-- end -->"
    changed, count = re.subn(
        f"{re.escape(begin)}.*?{end}", lambda _: begin + "\n".join(lines) + "\n" + end, text, count=1, flags=re.S
    )
    if not count:
        raise BenchmarkError(f"{PAGE} has no place for '{part}'; write {begin.strip()} and {end} where it goes.")
    return changed


def table(measurements: Sequence[Measurement], *, a_row_each: bool = False) -> list[str]:
    """Return a table: a row for each figure, a column for each subject, mien first; or a row for each as they come."""
    subjects = list(dict.fromkeys(one.subject for one in measurements))
    if not a_row_each:
        subjects.sort(key=_subject_order)
    cells = {(one.what, one.subject): cell(one) for one in measurements}
    rows = dict.fromkeys((one.what, one.unit) for one in sorted(measurements, key=lambda one: one.subject != "mien"))
    series = list(dict.fromkeys(_series(what) for what, _ in rows))
    lines = [["", *subjects]]
    for what, unit in sorted(rows, key=lambda row: series.index(_series(row[0]))):
        name = f"{what} ({unit})" if unit else what
        lines.append([name, *(cells.get((what, subject), "-") for subject in subjects)])
    head, *body = zip(*lines, strict=True) if a_row_each else lines
    return [_line(head), "|" + "---|" * len(head), *map(_line, body)]


def _line(cells: Sequence[str]) -> str:
    escaped = (one.replace("|", r"\|") for one in cells)
    return "".join(f"| {one} " if one else "| " for one in escaped) + "|"


def cell(measurement: Measurement) -> str:
    """Return "median (least to greatest)", or one figure where all are alike."""
    least, greatest = (figure(value) for value in measurement.range)
    middle = figure(measurement.median)
    return middle if least == greatest else f"{middle} ({least} to {greatest})"


def figure(value: float) -> str:
    """Return a number with about three digits that count: 0.0123, 4.57, 61.2, 1,234."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _series(what: str) -> str:
    """Return what is common to the names of a figure that grows: "choice at 1000 tracks"."""
    return what.partition(" at ")[0]


def _subject_order(subject: str) -> tuple[int, str]:
    known = _FIRST_SUBJECTS.index(subject) if subject in _FIRST_SUBJECTS else len(_FIRST_SUBJECTS)
    return known, subject
