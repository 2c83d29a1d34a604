"""Tells whether a picture shows what another one showed.

Pictures are compared by the means of their parts: a sensor's noise hardly moves those, a head that turns or a mouth
that opens does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CROP_PARTS = (16, 16)
_SAMPLED, _ROOM_PARTS = (160, 120), (40, 30)
_SAME_CROP_LEVELS = 8.0  # of 255
_SAME_ROOM_LEVELS = 3.0  # noise with a standard deviation of 3 moves a part by less


class CropLook:
    """How a face looks in a crop.

    Args:
        crop: uint8 [S, S].
    """

    def __init__(self, crop: NDArray[np.uint8]) -> None:
        import cv2

        self._parts = np.asarray(cv2.resize(crop, _CROP_PARTS, interpolation=cv2.INTER_AREA), np.uint8)

    def is_like(self, other: CropLook) -> bool:
        """Say whether another crop of the same place shows the same."""
        return _apart(self._parts, other._parts) <= _SAME_CROP_LEVELS


class RoomLook:
    """How a room without anybody looks.

    Args:
        image: uint8 [height, width, 3].
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        import cv2

        # Sampling first: averaging all pixels of a large picture would cost more than finding the faces.
        sampled = cv2.resize(image, _SAMPLED, interpolation=cv2.INTER_LINEAR)
        self._parts = np.asarray(cv2.resize(sampled, _ROOM_PARTS, interpolation=cv2.INTER_AREA), np.uint8)

    def is_like(self, other: RoomLook) -> bool:
        """Say whether another picture of the room shows the same."""
        return _apart(self._parts, other._parts) <= _SAME_ROOM_LEVELS


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the greatest difference of two parts, in levels."""
    import cv2

    return cv2.norm(one, other, cv2.NORM_INF)
