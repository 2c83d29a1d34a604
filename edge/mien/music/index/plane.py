"""The mood plane as a picture: every track at its valence and arousal, for a terminal, as SVG or as PNG."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from mien.errors import OutputError
from mien.types import Affect, Track

_SIDE = 1000  # pixels of the picture; the plane's own square stands in the middle
_EDGE = 60
_LETTER = 6.2  # width of a label's letter, at the size below
_LABEL_HEIGHT = 13
_LONGEST_LABEL = 28
_COLOURS = {  # red, green, blue: who placed the track
    "tag": (33, 113, 181),
    "folder": (35, 139, 69),
    "playlist": (65, 171, 93),
    "title": (217, 120, 20),
    "audio": (106, 81, 163),
    "prior": (150, 150, 150),
}
_AXES = (
    (_SIDE / 2, 32.0, "lively"),
    (_SIDE / 2, _SIDE - 20.0, "gentle"),
    (6.0, 488.0, "dark"),
    (942.0, 488.0, "bright"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A track's dot, in pixels from the left and the top, and its label where there is room for one."""

    x: float
    y: float
    source: str
    title: str
    label: str | None


def terminal_plane(tracks: Sequence[Track], columns: int = 61, rows: int = 21) -> list[str]:
    """Draw the plane in letters, a line each: `.` is one track, `o` two to four, `O` more."""
    counts = Counter((_step(-track.affect.arousal, rows), _step(track.affect.valence, columns)) for track in tracks)
    middle = rows // 2
    lines = [f"     {'lively':^{columns}}".rstrip()]
    for row in range(rows):
        axis = "-" if row == middle else " "
        cells = [_letter(counts[row, column], "|" if column == columns // 2 else axis) for column in range(columns)]
        left, right = ("dark ", " bright") if row == middle else ("     ", "")
        lines.append(f"{left}{''.join(cells)}{right}".rstrip())
    return [*lines, f"     {'gentle':^{columns}}".rstrip()]


def write_plane(tracks: Sequence[Track], out: Path) -> None:
    """Write the plane as a picture of 1000 x 1000 pixels; the suffix, .svg or .png, picks the format.

    Raises:
        OutputError: the suffix is another one, or the file cannot be written.
    """
    if out.suffix.lower() not in (".svg", ".png"):
        raise OutputError(f"{out} cannot be written: give a name that ends in .svg or .png.")
    marks = lay_out(tracks)
    picture = _svg(marks).encode() if out.suffix.lower() == ".svg" else _png(marks)
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror}.") from error


def lay_out(tracks: Sequence[Track]) -> tuple[Mark, ...]:
    """Place a dot for each track, and labels where they cover no other label."""
    taken: set[tuple[int, int]] = set()
    return tuple(_mark(track, taken) for track in tracks)


def _mark(track: Track, taken: set[tuple[int, int]]) -> Mark:
    x, y = _pixels(track.affect)
    title = printable(track.title)
    label = title if len(title) <= _LONGEST_LABEL else f"{title[: _LONGEST_LABEL - 1]}…"
    cells = set(_cells(x, y, label))
    fits = x + 8 + _LETTER * len(label) < _SIDE and not cells & taken
    if fits:
        taken |= cells
    return Mark(x, y, track.affect_source, title, label if fits else None)


def _cells(x: float, y: float, label: str) -> Iterator[tuple[int, int]]:
    """Yield the squares of a coarse grid that a label covers."""
    side = _LABEL_HEIGHT
    for column in range(int(x // side), int((x + 8 + _LETTER * len(label)) // side) + 1):
        yield from ((column, int(y // side)), (column, int((y - 8) // side)))


def _pixels(affect: Affect) -> tuple[float, float]:
    half = _SIDE / 2 - _EDGE
    return round(_SIDE / 2 + half * affect.valence, 1), round(_SIDE / 2 - half * affect.arousal, 1)


def printable(text: str) -> str:
    """Return text that any encoding takes: the odd bytes of a file name become question marks."""
    return os.fsencode(text).decode("utf-8", "replace").replace("�", "?")


def _step(value: float, steps: int) -> int:
    return round((value + 1.0) / 2.0 * (steps - 1))


def _letter(count: int, empty: str) -> str:
    return empty if count == 0 else "." if count == 1 else "o" if count < 5 else "O"


def _svg(marks: Sequence[Mark]) -> str:
    far = _SIDE - _EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}"',
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="white"/>',
        f'<path d="M{_EDGE} 500H{far}M500 {_EDGE}V{far}" stroke="#bbb"/>',
    ]
    lines += [f'<text x="{x}" y="{y}" font-size="17" fill="#555">{word}</text>' for x, y, word in _AXES]
    for number, (source, colour) in enumerate(_COLOURS.items()):
        x = 70 + 90 * number
        lines.append(f'<circle cx="{x}" cy="14" r="5" fill="rgb{colour}"/><text x="{x + 9}" y="18">{source}</text>')
    for mark in marks:
        colour = _COLOURS[mark.source]
        title = f"<title>{escape(mark.title)}</title>"
        lines.append(f'<circle cx="{mark.x}" cy="{mark.y}" r="4" fill="rgb{colour}">{title}</circle>')
        if mark.label is not None:
            lines.append(f'<text x="{mark.x + 7}" y="{mark.y + 4}" fill="#333">{escape(mark.label)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _png(marks: Sequence[Mark]) -> bytes:
    import cv2
    import numpy as np

    canvas = np.full((_SIDE, _SIDE, 3), 255, np.uint8)

    def write(text: str, x: float, y: float, size: float = 0.38) -> None:
        plain = text.encode("ascii", "replace").decode()  # OpenCV's own letters are ASCII alone
        cv2.putText(canvas, plain, (round(x), round(y)), cv2.FONT_HERSHEY_SIMPLEX, size, (60, 60, 60), 1, cv2.LINE_AA)

    cv2.line(canvas, (_EDGE, 500), (_SIDE - _EDGE, 500), (190, 190, 190))
    cv2.line(canvas, (500, _EDGE), (500, _SIDE - _EDGE), (190, 190, 190))
    for x, y, word in _AXES:
        write(word, x, y, 0.55)
    for number, (source, colour) in enumerate(_COLOURS.items()):
        cv2.circle(canvas, (70 + 90 * number, 14), 5, colour[::-1], -1, cv2.LINE_AA)
        write(source, 79 + 90 * number, 18)
    for mark in marks:
        cv2.circle(canvas, (round(mark.x), round(mark.y)), 4, _COLOURS[mark.source][::-1], -1, cv2.LINE_AA)
        if mark.label is not None:
            write(mark.label, mark.x + 7, mark.y + 4)
    return cv2.imencode(".png", canvas)[1].tobytes()
