"""Where a face must be to count: the eye reads the faces that may count, and the mood follows the best of them."""

from __future__ import annotations

import math

from mien.sections.seeing import PeopleSettings
from mien.types import Box

_MIDDLE = 0.2  # of the picture's width: nearer to the middle than that, a little nearer is hardly better


def preference(people: PeopleSettings, box: Box, width: int, height: int) -> float:
    """Return how good a face is for its place in a picture of this size; 0 for one that never counts.

    It is the face's width in pixels. For the most central one it falls with the distance from the middle, as a share of
    the picture's width.
    """
    x, y = box.centre
    if people.follow == "central":
        return 1.0 / (_MIDDLE + math.hypot(x - width / 2, y - height / 2) / max(1, width))
    if people.follow == "seat":
        left, top, right, bottom = people.seat
        if not (left * width <= x <= right * width and top * height <= y <= bottom * height):
            return 0.0
    return box.width
