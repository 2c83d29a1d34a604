"""Tells a picture that shows nothing: black, or the same for seconds, which no sensor with its noise ever gives.

For devices and streams alone: a video file or a folder of pictures may well be dark or still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.types import Fault, Frame, Trouble

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOKED_AT_ROWS = 60
_DARK = 16  # of 255: what a covered sensor's noise seldom passes
_LIT_SHARE = 0.01  # a lamp in a dark room lights more than this
_DARK_SECONDS = 10.0

_TROUBLES = {
    fault: Trouble(fault, message)
    for fault, message in (
        (Fault.PICTURE_BLACK, "The camera's picture is black; take off its cover, or light the room."),
        (
            Fault.PICTURE_FROZEN,
            "The camera gives the same picture again and again; unplug it and plug it in again, or start the network "
            "camera anew.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class PictureSummary:
    """What is looked at of a picture: whether it is dark, and every so many rows, byte for byte."""

    dark: bool
    rows: bytes


def summarise(image: NDArray[np.uint8]) -> PictureSummary:
    """Return the summary of a picture, uint8 [height, width, 3]."""
    rows = image[:: max(1, image.shape[0] // _LOOKED_AT_ROWS)]
    lit = np.count_nonzero(rows > _DARK)
    return PictureSummary(bool(lit < _LIT_SHARE * rows.size), rows.tobytes())


class PictureWatch:
    """Follows the pictures of one camera. Pure: it is fed with summaries and times.

    Args:
        frozen_seconds: so long a picture may stay the same; a stream's coder may leave out an empty room's noise.
    """

    def __init__(self, frozen_seconds: float) -> None:
        self._frozen_seconds = frozen_seconds
        self._rows: bytes | None = None
        self._dark_since: float | None = None
        self._same_since = 0.0

    def look(self, frame: Frame | None, _now: float) -> Trouble | None:
        """Take in the newest picture, None when the camera gives none, and return what is wrong."""
        if frame is None:
            self.forget()
            return None
        fault = self.update(summarise(frame.image), frame.captured_at)
        return None if fault is None else _TROUBLES[fault]

    def forget(self) -> None:
        """Begin anew: what comes next has nothing to do with what was."""
        self._rows = self._dark_since = None

    def update(self, summary: PictureSummary, at: float) -> Fault | None:
        """Take in the next picture, taken at a time in seconds, and return what is wrong."""
        if summary.rows != self._rows:
            self._same_since = at
        self._rows = summary.rows
        if not summary.dark:
            self._dark_since = None
        elif self._dark_since is None:
            self._dark_since = at
        if self._dark_since is not None and at - self._dark_since >= _DARK_SECONDS:
            return Fault.PICTURE_BLACK
        return Fault.PICTURE_FROZEN if at - self._same_since >= self._frozen_seconds else None
