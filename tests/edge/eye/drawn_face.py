"""A drawn face that BlazeFace takes for one, so that its tests need no picture of a person."""

from __future__ import annotations

import cv2
import numpy as np

from mien.types import Frame, Point

_HAIR, _SKIN, _SHADE, _LIPS, _WHITE, _IRIS = (
    (40, 60, 90), (150, 180, 225), (120, 150, 205), (90, 90, 190), (245, 245, 245), (60, 40, 30),
)  # fmt: skip
# Each an ellipse: its middle and its half axes in shares of the face's width, from the middle of the eyes.
_PARTS = [
    ((0.0, 0.08), (0.56, 0.72), _HAIR),
    ((0.0, 0.2), (0.46, 0.62), _SKIN),
    *(((side, -0.12), (0.13, 0.025), _HAIR) for side in (-0.2, 0.2)),
    *(((side, 0.0), (0.1, 0.05), _WHITE) for side in (-0.2, 0.2)),
    *(((side, 0.0), (0.045, 0.045), _IRIS) for side in (-0.2, 0.2)),
    ((0.0, 0.22), (0.07, 0.05), _SHADE),
    ((0.0, 0.45), (0.18, 0.055), _LIPS),
]


def drawn_faces(*places: tuple[float, float, float], width: int = 640, height: int = 480) -> Frame:
    """Return a grey picture with faces, each given by the middle of its eyes and its width."""
    image = np.full((height, width, 3), (200, 190, 180), np.uint8)
    for x, y, size in places:
        for (across, down), axes, colour in _PARTS:
            middle = round(x + across * size), round(y + down * size)
            half = tuple(max(1, round(axis * size)) for axis in axes)
            cv2.ellipse(image, middle, half, 0, 0, 360, colour, -1, cv2.LINE_AA)
    return Frame(np.asarray(cv2.GaussianBlur(image, (0, 0), 1.5), np.uint8), 0.0)


def eyes(x: float, y: float, size: float) -> tuple[Point, Point]:
    """Return where the right and the left eye of a drawn face are."""
    return Point(x - 0.2 * size, y), Point(x + 0.2 * size, y)
