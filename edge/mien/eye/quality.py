"""How far a face can be judged: from 1, as good as the pictures that a model knows, to 0.

The quality is that of the worst of its parts: size, turn, contrast, light, focus and grain. Below `LEAST_QUALITY` the
eye says that it cannot judge the face, instead of guessing.

The limits of the last four were measured on 856 FER2013 pictures that a model had not learned from, made worse as
`mien_training.degrade` does: where a part is good, less than a tenth of the right answers is lost, at its least about a
quarter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.eye.card import FaceEllipse
from mien.eye.crop import face_part
from mien.types import Face

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_QUALITY = 0.5

# A little less than the whole face of a FER2013 picture, so that no edge against the background counts.
_FACE = FaceEllipse(centre=0.53, half_width=0.38, half_height=0.44)
_WHITE = 250


@dataclass(frozen=True, slots=True)
class Scale:
    """From where on a measure is good, and where it is at the least that is still judged; either may be the larger."""

    least: float
    good: float

    def quality(self, measure: float) -> float:
        """Return 1 where the measure is good, `LEAST_QUALITY` at its least, and on a line through both elsewhere."""
        line = LEAST_QUALITY + (1 - LEAST_QUALITY) * (measure - self.least) / (self.good - self.least)
        return min(1.0, max(0.0, line))


# From the front the eyes are about 0.43 of BlazeFace's box apart; turned by 60 degrees half of that.
EYE_SHARE = Scale(least=0.2, good=0.4)
# A face in the dark, or behind fog, whose greys differ by so few levels.
CONTRAST_LEVELS = Scale(least=1.25, good=4.0)
# An overexposed face: so much of it is white.
WHITE_SHARE = Scale(least=0.75, good=0.5)
# Detail is a face's second derivative beside its contrast: a blurred face has little, noise has much.
FOCUS_DETAIL = Scale(least=0.14, good=0.3)
GRAIN_DETAIL = Scale(least=2.3, good=1.5)


@dataclass(frozen=True, slots=True)
class Look:
    """What the pixels of a face tell of how it was taken."""

    contrast_levels: float
    white_share: float
    detail: float

    @property
    def quality(self) -> float:
        """The worst of contrast, light, focus and grain."""
        return min(
            CONTRAST_LEVELS.quality(self.contrast_levels),
            WHITE_SHARE.quality(self.white_share),
            FOCUS_DETAIL.quality(self.detail),
            GRAIN_DETAIL.quality(self.detail),
        )


def shape_quality(face: Face, minimum_face_pixels: float) -> float:
    """Return how far size and turn let a face be judged, in [0, 1].

    Args:
        face: as it was found.
        minimum_face_pixels: the least width of a face that is judged; twice that is good.
    """
    size = Scale(minimum_face_pixels, 2 * minimum_face_pixels).quality(face.box.width)
    eyes = math.hypot(face.left_eye.x - face.right_eye.x, face.left_eye.y - face.right_eye.y)
    return min(size, EYE_SHARE.quality(eyes / face.box.width))


def look_at(crop: NDArray[np.uint8]) -> Look:
    """Measure a crop, uint8 [S, S], that has its eyes where FER2013 has them; the limits are those of S = 48."""
    import cv2

    inside = face_part(_FACE, len(crop))
    contrast = _deviation(crop, inside)
    detail = _deviation(np.asarray(cv2.Laplacian(crop, cv2.CV_32F), np.float32), inside) / max(contrast, 1e-6)
    return Look(contrast, np.count_nonzero(inside & (crop >= _WHITE)) / np.count_nonzero(inside), detail)


def _deviation(values: NDArray[np.uint8] | NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    import cv2

    _, deviations = cv2.meanStdDev(values, mask=inside.view(np.uint8))  # faster than NumPy's by far
    return float(deviations[0, 0])
