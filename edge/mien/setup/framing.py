"""How a face stands in the picture, in words and as boxes of text: never as pixels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from mien.config import Settings

Region = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of the picture."""

_SEAT_MARGIN = 0.75  # of the face's own width and height: a head turns, leans and sits up
_EDGE = 0.02
_LEAST_CELLS = 12


@dataclass(frozen=True, slots=True)
class SeenFace:
    """Where a face is, how many pixels wide, and whether its expression could be read."""

    region: Region
    pixels: float
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The faces of one picture, the largest first, and how tall the picture is beside its width."""

    faces: tuple[SeenFace, ...] = ()
    height_share: float = 0.75


def seen_from(line: str) -> Seen | None:
    """Read a line of `mien eye --json`; None for one that tells of no picture."""
    told = json.loads(line)
    width, height = told.get("width", 0), told.get("height", 0)
    if not (width and height):
        return None
    faces = tuple(_face(one["box"], width, height, one["probabilities"] is not None) for one in told["faces"])
    return Seen(faces, height / width)


def verdict(seen: Seen, settings: Settings) -> tuple[bool, str]:
    """Say whether the largest face is well in the picture, and if not, what to do."""
    if not seen.faces:
        return False, "Nobody is seen: sit where you will be, and turn the camera to your face."
    face = seen.faces[0]
    least = settings.eye.minimum_face_pixels
    if face.pixels < least:
        return False, f"Your face is too small ({face.pixels:.0f} of {least:.0f} pixels): come closer."
    if not face.is_clear:
        return False, "Your face is too dark, blurred or turned away: light it from the front, and look here."
    left, top, right, bottom = face.region
    if min(left, top) < _EDGE or max(right, bottom) > 1 - _EDGE:
        return False, "Your face is at the edge of the picture: turn the camera towards you."
    if face.pixels < 2 * least:
        return True, f"Your face can be read ({face.pixels:.0f} pixels); closer would be better."
    return True, f"Your face stands well ({face.pixels:.0f} pixels)."


def seat_around(faces: Sequence[SeenFace]) -> Region | None:
    """Return the seat in which these faces of one person were, with room around it; None without a face."""
    if not faces:
        return None
    left, top, right, bottom = (median(face.region[side] for face in faces) for side in range(4))
    beside, above = _SEAT_MARGIN * (right - left), _SEAT_MARGIN * (bottom - top)
    wide = (left - beside, top - above, right + beside, bottom + above)
    seat = tuple(round(min(1.0, max(0.0, edge)), 2) for edge in wide)
    return (seat[0], seat[1], seat[2], seat[3])


def text_picture(seen: Seen, seat: Region | None, most_columns: int, most_rows: int) -> list[str]:
    """Draw the picture's outline with the faces, and the seat dotted, as a mirror shows them.

    Args:
        seen: the faces.
        seat: where the seat is, if that is asked for.
        most_columns: cells from left to right that there is room for.
        most_rows: and from top to bottom.
    """
    # A cell of a terminal is about twice as tall as it is wide.
    columns = max(_LEAST_CELLS, min(most_columns, round(2 * most_rows / seen.height_share)))
    rows = max(_LEAST_CELLS // 2, min(most_rows, round(columns * seen.height_share / 2)))
    cells = [[" "] * columns for _ in range(rows)]
    _frame(cells, (0.0, 0.0, 1.0, 1.0), "┌─┐│└┘")
    if seat is not None:
        _frame(cells, seat, "······")
    for face in reversed(seen.faces):
        _frame(cells, face.region, "╔═╗║╚╝")
    return ["".join(row) for row in cells]


def _face(box: Sequence[float], width: int, height: int, is_clear: bool) -> SeenFace:
    left, top, right, bottom = box
    return SeenFace((left / width, top / height, right / width, bottom / height), right - left, is_clear)


def _frame(cells: list[list[str]], region: Region, signs: str) -> None:
    """Draw a rectangle, its left edge on the right as in a mirror."""
    top_left, across, top_right, down, bottom_left, bottom_right = tuple(signs)
    left, right = _cell(1 - region[2], len(cells[0])), _cell(1 - region[0], len(cells[0]))
    top, bottom = _cell(region[1], len(cells)), _cell(region[3], len(cells))
    for column in range(left, right + 1):
        cells[top][column] = cells[bottom][column] = across
    for row in range(top, bottom + 1):
        cells[row][left] = cells[row][right] = down
    cells[top][left], cells[top][right] = top_left, top_right
    cells[bottom][left], cells[bottom][right] = bottom_left, bottom_right


def _cell(share: float, count: int) -> int:
    return min(count - 1, max(0, int(share * count)))
