"""Tells whether a frame still shows what the last one showed, so that nothing in it need be looked for again.

Where faces were, each must look the same at its place; where nobody was, the whole picture. Pictures are compared by
the means of their parts: a sensor's noise hardly moves those, a head that turns or a mouth that opens does. They are
compared with the frame that was really looked at, so that slow changes add up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mien.types import Face, Frame, Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_FACES_SECONDS, _NOBODY_SECONDS = 1.0, 5.0  # somebody may come in the meantime, far from the faces, or seen by noise
_CROP_PARTS = (16, 16)
_SAMPLED, _PICTURE_PARTS = (160, 120), (40, 30)
_SAME_CROP_LEVELS = 8.0  # of 255
_SAME_PICTURE_LEVELS = 3.0  # noise with a standard deviation of 3 moves a part by less


class LastLook:
    """What was seen in the frame that was looked at last.

    Args:
        crop: cuts a face out of a frame, as for the model.
    """

    def __init__(self, crop: Callable[[Frame, Face], Picture]) -> None:
        self._crop = crop
        self._seen = Observation(0.0)
        self._parts: Sequence[Picture] = ()

    def recall(self, frame: Frame) -> Observation | None:
        """Return what was seen, told for this moment, if the frame still shows it; None when it must be looked at."""
        seen = self._seen
        limit_seconds = _FACES_SECONDS if seen.sightings else _NOBODY_SECONDS
        if not self._parts or not 0 <= frame.captured_at - seen.seen_at < limit_seconds:
            return None
        if frame.image.shape[:2] != (seen.height, seen.width) or not self._shows_the_same(frame):
            return None
        return dataclasses.replace(seen, seen_at=frame.captured_at)

    def keep(self, frame: Frame, seen: Observation, crops: Sequence[Picture]) -> None:
        """Remember what was seen in a frame.

        Args:
            frame: that was looked at.
            seen: in it.
            crops: of the sightings, in their order. With fewer, the next frame must be looked at: a face that was not
                cut out cannot be compared.
        """
        self._seen = seen
        if not seen.sightings:
            self._parts = [_parts_of_picture(frame.image)]
        else:
            self._parts = [_parts_of_crop(crop) for crop in crops] if len(crops) == len(seen.sightings) else ()

    def _shows_the_same(self, frame: Frame) -> bool:
        if not self._seen.sightings:
            return _apart(self._parts[0], _parts_of_picture(frame.image)) <= _SAME_PICTURE_LEVELS
        crops = (self._crop(frame, sighting.face) for sighting in self._seen.sightings)
        pairs = zip(self._parts, crops, strict=True)
        return all(_apart(parts, _parts_of_crop(crop)) <= _SAME_CROP_LEVELS for parts, crop in pairs)


def _parts_of_picture(image: Picture) -> Picture:
    import cv2

    # Sampling first: averaging all pixels of a large picture would cost more than finding the faces.
    sampled = cv2.resize(image, _SAMPLED, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(sampled, _PICTURE_PARTS, interpolation=cv2.INTER_AREA), np.uint8)


def _parts_of_crop(crop: Picture) -> Picture:
    import cv2

    return np.asarray(cv2.resize(crop, _CROP_PARTS, interpolation=cv2.INTER_AREA), np.uint8)


def _apart(one: Picture, other: Picture) -> float:
    """Return the greatest difference of two parts, in levels."""
    import cv2

    return cv2.norm(one, other, cv2.NORM_INF)
