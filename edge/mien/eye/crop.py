"""Cuts a face out of a frame as the model was trained to see it: eyes level, at the card's place and distance."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mien.eye.card import CropRule, FaceEllipse
from mien.eye.equalise import Equalisation, equalise, fill_outside
from mien.types import Face, Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARGIN_PIXELS = 2
# BlazeFace's box is about 2.2 eye distances wide for a face from the front.
_LEAST_EYE_SHARE = 0.3


def aligned_crop(frame: Frame, face: Face, rule: CropRule, side: int) -> NDArray[np.uint8]:
    """Return the aligned grey crop, background and all, uint8 [side, side]. Places beyond the frame repeat its edge.

    Only the part of the frame that holds the face is touched. A large face is first shrunk by averaging, since sampling
    alone would turn its fine detail into noise.
    """
    import cv2

    to_crop = _similarity(face, rule, side)  # frame -> crop
    left, top, right, bottom = _bounds(to_crop, side, frame.image.shape[1], frame.image.shape[0])
    patch = cv2.cvtColor(frame.image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    shrink = round(0.5 / math.hypot(to_crop[0, 0], to_crop[1, 0]))
    if shrink > 1 and min(patch.shape) >= shrink:
        # By a whole number to a side: that costs OpenCV a third of what any other factor does.
        height, width = (side_pixels // shrink for side_pixels in patch.shape)
        trimmed = patch[: height * shrink, : width * shrink]
        patch = np.asarray(cv2.resize(trimmed, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    else:
        shrink = 1
    # Pixel centres lie at whole numbers, so a shrunken pixel's centre is half a pixel off the scaled one.
    to_frame = np.array([[shrink, 0, left + 0.5 * shrink - 0.5], [0, shrink, top + 0.5 * shrink - 0.5]])
    matrix = to_crop @ np.vstack([to_frame, [0, 0, 1]])
    crop = cv2.warpAffine(patch, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return crop.astype(np.uint8, copy=False)


def as_seen_by_model(crop: NDArray[np.uint8], rule: CropRule, how: Equalisation) -> NDArray[np.uint8]:
    """Return a crop [S, S] equalised, and its background then hidden by the mean of the face."""
    crop = equalised(crop, rule, how)
    return crop if rule.ellipse is None else fill_outside(crop, face_part(rule.ellipse, len(crop)))


def equalised(crop: NDArray[np.uint8], rule: CropRule, how: Equalisation) -> NDArray[np.uint8]:
    """Return a crop [S, S], or a training picture cut like one, equalised by the part of it that is face."""
    return equalise(crop, how, None if rule.ellipse is None else face_part(rule.ellipse, len(crop)))


@cache
def face_part(ellipse: FaceEllipse, side: int) -> NDArray[np.bool_]:
    """Return which pixels of a crop are face, bool [side, side]."""
    places = (np.arange(side) + 0.5) / side
    across = ((places - 0.5) / ellipse.half_width) ** 2
    down = ((places - ellipse.centre) / ellipse.half_height) ** 2
    return down[:, np.newaxis] + across < 1


def _similarity(face: Face, rule: CropRule, side: int) -> NDArray[np.float64]:
    """Return the turn, scale and shift [2, 3] that lay the eyes where the rule wants them."""
    delta_x = face.left_eye.x - face.right_eye.x
    delta_y = face.left_eye.y - face.right_eye.y
    # A face from the side has close eyes; its box then says how large it is.
    distance = max(math.hypot(delta_x, delta_y), _LEAST_EYE_SHARE * face.box.width)
    scale = rule.eye_distance * side / distance
    angle = math.atan2(delta_y, delta_x)
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    middle_x, middle_y = (face.left_eye.x + face.right_eye.x) / 2, (face.left_eye.y + face.right_eye.y) / 2
    # Pixel centres: the crop's middle is (side - 1) / 2.
    target_x, target_y = (side - 1) / 2, rule.eye_line * side - 0.5
    return np.array(
        [
            [cosine, sine, target_x - cosine * middle_x - sine * middle_y],
            [-sine, cosine, target_y + sine * middle_x - cosine * middle_y],
        ]
    )


def _bounds(to_crop: NDArray[np.float64], side: int, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the part of the frame that the crop needs, at least one pixel of it."""
    linear, shift = to_crop[:, :2], to_crop[:, 2]
    corners = np.array([[0, 0], [side, 0], [0, side], [side, side]], np.float64)
    places = (corners - shift) @ np.linalg.inv(linear).T
    low = np.floor(places.min(axis=0)) - _MARGIN_PIXELS
    high = np.ceil(places.max(axis=0)) + _MARGIN_PIXELS
    left, top = (int(np.clip(low[0], 0, width - 1)), int(np.clip(low[1], 0, height - 1)))
    return left, top, int(np.clip(high[0], left + 1, width)), int(np.clip(high[1], top + 1, height))
