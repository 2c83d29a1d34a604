"""Equalises the greys of a face, for a model whose card asks for it.

A camera's crop and a picture of the training data are equalised by one function, from the pixels of the face alone,
so that no background moves the greys of a face.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLIP_LIMIT = 4.0  # of a tile's histogram, in means of its bins; a 16-pixel tile has one pixel a bin
_TILES = (3, 3)


class Equalisation(StrEnum):
    """How the greys of a crop are spread before the model sees them."""

    NONE = "none"
    HISTOGRAM = "histogram"
    """All greys of the face alike often."""
    CLAHE = "clahe"
    """The same in each part of the face, with a limited gain (Zuiderveld 1994)."""


def equalise(face: NDArray[np.uint8], how: Equalisation, seen: NDArray[np.bool_] | None = None) -> NDArray[np.uint8]:
    """Return an equalised copy of a crop, uint8 [S, S].

    Args:
        face: uint8 [S, S].
        how: NONE gives the crop back.
        seen: bool [S, S], the part that is face; what lies outside changes no pixel inside. All of it without.
    """
    match how:
        case Equalisation.NONE:
            return face
        case Equalisation.HISTOGRAM:
            return _spread(face, face if seen is None else face[seen])
        case Equalisation.CLAHE:
            return _spread_locally(face, seen)


def fill_outside(face: NDArray[np.uint8], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a copy of a crop, its pixels that are not face replaced by the mean of those that are."""
    return np.where(seen, face, np.uint8(face[seen].mean()))


def _spread(face: NDArray[np.uint8], sample: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Look all pixels up in the table that spreads the sample's, as cv2.equalizeHist does for a whole picture."""
    counts = np.bincount(sample.ravel(), minlength=256)
    above_darkest = np.cumsum(counts) - counts[sample.min()]
    if above_darkest[-1] == 0:  # a single grey
        return face.copy()
    table: NDArray[np.uint8] = np.clip(np.rint(above_darkest * (255 / above_darkest[-1])), 0, 255).astype(np.uint8)
    return np.take(table, face)


def _spread_locally(face: NDArray[np.uint8], seen: NDArray[np.bool_] | None) -> NDArray[np.uint8]:
    import cv2

    spreader = cv2.createCLAHE(_CLIP_LIMIT, _TILES)
    whole = np.asarray(spreader.apply(face), np.uint8)
    return whole if seen is None else np.where(seen, spreader.apply(fill_outside(face, seen)), whole)
