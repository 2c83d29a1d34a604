"""One face as a camera sees it, frame by frame: a little moved, in poor light, with closed eyes, half turned away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from mien_training.degrade import add_noise, blur, expose

Faces = NDArray[np.uint8]


class Condition(StrEnum):
    """How the person is seen."""

    STEADY = "steady"
    DIM = "dim"
    GLARE = "glare"
    EYES_CLOSED = "eyes_closed"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Way:
    """How many variants of a face stand for a condition, and what is done to faces uint8 [N, S, S] before they vary."""

    variants: int
    change: Callable[[Faces], Faces]


# How far one face varies from frame to frame, as standard deviations: with these, log-odds vary within half a second as
# they do in the clips. Detected eyes are off by some hundredths of a face's width, and heads nod and sway.
_SHIFT_SHARE, _SCALE_CHANGE, _ROTATION_DEGREES = 0.02, 0.03, 2.5
_CONTRAST, _BRIGHTNESS_LEVELS, _NOISE_LEVELS, _MOST_BLUR_PIXELS = 0.06, 6.0, 2.0, 0.7

# FER2013 has the eyes at 0.4 of the height and 0.19 of the width off the middle (`crop_rule` measures it).
_EYE_LINE, _EYE_OFFSET, _EYE_HALF_WIDTH, _EYE_HALF_HEIGHT = 0.4, 0.19, 0.13, 0.07
_TURNED_WIDTH = 0.72  # the cosine of 44 degrees


def close_eyes(faces: Faces) -> Faces:
    """Draw lids over the eyes: each column between brow and cheek runs from one's grey to the other's."""
    side = faces.shape[1]
    top, bottom = round((_EYE_LINE - _EYE_HALF_HEIGHT) * side), round((_EYE_LINE + _EYE_HALF_HEIGHT) * side)
    share = np.linspace(0.0, 1.0, bottom - top + 1, dtype=np.float32)[:, np.newaxis]
    closed = faces.copy()
    for middle in (0.5 - _EYE_OFFSET, 0.5 + _EYE_OFFSET):
        left, right = round((middle - _EYE_HALF_WIDTH) * side), round((middle + _EYE_HALF_WIDTH) * side)
        above, below = (faces[:, [row], left:right].astype(np.float32) for row in (top, bottom))
        lids = above + share * (below - above)
        lids[:, -2:-1] *= 0.7  # the lashes
        closed[:, top : bottom + 1, left:right] = lids.astype(np.uint8)
    return closed


def turn(faces: Faces) -> Faces:
    """Turn heads half away, every second one to the other side: the far half of the face is seen narrow."""
    side = faces.shape[1]
    across = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    # A cylinder's middle moves to the side it turns to; what is seen narrower is stretched by the crop to the eyes.
    bent = across / _TURNED_WIDTH * (1 + 0.9 * across)
    columns = ((bent + 0.5) * side - 0.5).astype(np.float32)
    rows = np.broadcast_to(np.arange(side, dtype=np.float32)[:, np.newaxis], (side, side)).copy()
    seen = [
        cv2.remap(face[:, ::-1] if place % 2 else face, np.tile(columns, (side, 1)), rows, cv2.INTER_LINEAR,
                  borderMode=cv2.BORDER_REPLICATE)
        for place, face in enumerate(faces)
    ]  # fmt: skip
    return blur(np.stack(seen).astype(np.uint8), 0.6)


WAYS: dict[Condition, Way] = {
    Condition.STEADY: Way(12, lambda faces: faces),
    Condition.DIM: Way(4, lambda faces: add_noise(expose(faces, 0.35), 3.0)),
    Condition.GLARE: Way(4, lambda faces: expose(faces, 1.6)),
    Condition.EYES_CLOSED: Way(3, close_eyes),
    Condition.TURNED: Way(4, turn),
}


def vary(faces: Faces, seed: int) -> Faces:
    """Return faces uint8 [N, S, S] a little moved, turned, lit and blurred otherwise, each in its own way."""
    rng = np.random.default_rng(seed)
    return np.stack([_varied(face, rng) for face in faces])


def _varied(face: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    side = len(face)
    degrees, growth, right, down, contrast, light = rng.standard_normal(6)
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), _ROTATION_DEGREES * degrees, 1 + _SCALE_CHANGE * growth)
    matrix = matrix + np.array([[0, 0, right], [0, 0, down]]) * _SHIFT_SHARE * side
    moved = cv2.warpAffine(face, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(moved, (0, 0), rng.uniform(0.05, _MOST_BLUR_PIXELS)).astype(np.float32)
    lit = (soft - soft.mean()) * (1 + _CONTRAST * contrast) + soft.mean() + _BRIGHTNESS_LEVELS * light
    noisy = lit + _NOISE_LEVELS * rng.standard_normal(face.shape, np.float32)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)
