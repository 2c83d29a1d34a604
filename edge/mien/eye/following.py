"""Follows a face from one frame to the next by its eyes.

B. Lucas and T. Kanade, An iterative image registration technique, 1981, in J.-Y. Bouguet's pyramids. On ten clips at 6
frames a second the eyes came to lie 3 % of their distance (median) from where a search finds them, which moves the
model's answers about as much as shifting the picture by one pixel does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.types import Box, Face, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACE_PIXELS = 64  # a face is made so wide to be followed
_MARGIN_WIDTHS = 0.5
_WINDOW, _LEVELS, _STEPS = (15, 15), 2, 10
_SAME_POINT_PIXELS = 1.0  # followed back, an eye must come to lie so near to where it was
_MOST_TURN, _MOST_GROWTH, _MOST_SHIFT_WIDTHS = 0.25, 1.2, 0.4


@dataclass(frozen=True, slots=True)
class Patch:
    """A face's surroundings in a frame: of each square of `stride` pixels from (left, top) on one pixel's green."""

    face: Face
    left: int
    top: int
    right: int
    bottom: int
    stride: int
    pixels: NDArray[np.uint8]

    @classmethod
    def around(cls, face: Face, image: NDArray[np.uint8]) -> Patch:
        """Cut a face and half its width on each side out of a picture, uint8 [height, width, 3]."""
        height, width = image.shape[:2]
        margin = _MARGIN_WIDTHS * face.box.width
        left, top = (max(0, int(side - margin)) for side in (face.box.left, face.box.top))
        right = max(left, min(width, int(face.box.right + margin)))
        bottom = max(top, min(height, int(face.box.bottom + margin)))
        stride = max(1, round(face.box.width / _FACE_PIXELS))
        return cls(face, left, top, right, bottom, stride, _green(image, left, top, right, bottom, stride))


def followed(patch: Patch, image: NDArray[np.uint8]) -> Face | None:
    """Return where a face has gone in the next picture, of the same size; None where that is not sure."""
    if min(patch.pixels.shape) < 2 * _WINDOW[0]:
        return None
    corner = np.array([patch.left, patch.top])
    eyes = [patch.face.right_eye, patch.face.left_eye]
    before = ((np.array([[eye.x, eye.y] for eye in eyes]) - corner) / patch.stride).astype(np.float32)
    pixels = _green(image, patch.left, patch.top, patch.right, patch.bottom, patch.stride)
    after = _flow(patch.pixels, pixels, before)
    back = None if after is None else _flow(pixels, patch.pixels, after)
    if after is None or back is None or np.abs(back - before).max() > _SAME_POINT_PIXELS:
        return None
    return _moved(patch.face, (after * patch.stride + corner).tolist())


def _green(image: NDArray[np.uint8], left: int, top: int, right: int, bottom: int, stride: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(image[top:bottom:stride, left:right:stride, 1])


def _flow(old: NDArray[np.uint8], new: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32] | None:
    import cv2

    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, _STEPS, 0.03)
    found, is_found, _ = cv2.calcOpticalFlowPyrLK(
        old, new, points, np.empty_like(points), winSize=_WINDOW, maxLevel=_LEVELS, criteria=criteria
    )
    return np.asarray(found, np.float32) if is_found.all() else None


def _moved(face: Face, eyes: Sequence[Sequence[float]]) -> Face | None:
    """Return a face turned, scaled and shifted as its eyes were; None where no head moves like that."""
    before = complex(face.left_eye.x - face.right_eye.x, face.left_eye.y - face.right_eye.y)
    (right_x, right_y), (left_x, left_y) = eyes
    change = complex(left_x - right_x, left_y - right_y) / before if before else 0j
    centre_x, centre_y = face.box.centre
    shift = change * complex(centre_x - face.right_eye.x, centre_y - face.right_eye.y) + complex(right_x, right_y)
    moved = abs(shift - complex(centre_x, centre_y)) / face.box.width
    if not 1 / _MOST_GROWTH < abs(change) < _MOST_GROWTH or abs(change.imag) > _MOST_TURN or moved > _MOST_SHIFT_WIDTHS:
        return None
    half_width, half_height = (side * abs(change) / 2 for side in (face.box.width, face.box.height))
    box = Box(shift.real - half_width, shift.imag - half_height, shift.real + half_width, shift.imag + half_height)
    return Face(box, Point(right_x, right_y), Point(left_x, left_y), face.score)
