"""Ways in which a camera's face is worse than a picture of the data: framed, lit, focused or stored otherwise.

Each takes faces uint8 [N, S, S] and a level and returns changed copies; the same call gives the same pixels. Where a
change has a direction, the pictures go different ways, so that none is preferred.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.uint8]

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))  # its multiples point everywhere alike
_NOISE_SEED = 1


@dataclass(frozen=True, slots=True)
class Degradation:
    """A way to change faces, the levels to try and the one among them that changes nothing."""

    name: str
    unit: str
    levels: tuple[float, ...]
    unchanged: float
    apply: Callable[[Faces, float], Faces]


def scale(faces: Faces, factor: float) -> Faces:
    """Show a face larger (above 1: less margin) or smaller; the edge is repeated where the picture ends."""
    return _warped(faces, lambda _: (0.0, factor, 0.0, 0.0))


def shift(faces: Faces, share: float) -> Faces:
    """Move a face by a share of the side."""
    distance = share * faces.shape[1]
    return _warped(
        faces,
        lambda row: (0.0, 1.0, distance * math.cos(row * _GOLDEN_ANGLE), distance * math.sin(row * _GOLDEN_ANGLE)),
    )


def rotate(faces: Faces, degrees: float) -> Faces:
    """Turn a face in the picture's plane, one to the left, the next to the right."""
    return _warped(faces, lambda row: (degrees if row % 2 else -degrees, 1.0, 0.0, 0.0))


def shrink(faces: Faces, side: float) -> Faces:
    """Show a face of so many pixels a side, enlarged again as the device does."""
    full, small = faces.shape[1], round(side)
    if small >= full:
        return faces.copy()
    return _each(
        faces,
        lambda face: cv2.resize(
            cv2.resize(face, (small, small), interpolation=cv2.INTER_AREA), (full, full), interpolation=cv2.INTER_LINEAR
        ),
    )


def blur(faces: Faces, sigma_pixels: float) -> Faces:
    """Put a face out of focus: a Gaussian of this deviation."""
    if sigma_pixels == 0:
        return faces.copy()
    return _each(faces, lambda face: cv2.GaussianBlur(face, (0, 0), sigma_pixels))


def expose(faces: Faces, factor: float) -> Faces:
    """Give less light (below 1) or more, until white is lost."""
    return _levels(faces * np.float32(factor))


def change_contrast(faces: Faces, factor: float) -> Faces:
    """Draw the greys to their mean (below 1), as fog and backlight do, or apart."""
    means = faces.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    return _levels((faces - means) * np.float32(factor) + means)


def compress(faces: Faces, quality: float) -> Faces:
    """Store a face as JPEG of this quality, 1 to 100; 101 stores it without loss."""
    if quality > 100:
        return faces.copy()
    words = [cv2.IMWRITE_JPEG_QUALITY, round(quality)]
    return _each(faces, lambda face: cv2.imdecode(cv2.imencode(".jpg", face, words)[1], cv2.IMREAD_GRAYSCALE))


def add_noise(faces: Faces, deviation: float) -> Faces:
    """Add a sensor's noise, independent in each pixel, of this deviation in grey levels."""
    noise = np.random.default_rng(_NOISE_SEED).standard_normal(faces.shape, np.float32)
    return _levels(faces + np.float32(deviation) * noise)


DEGRADATIONS = (
    Degradation("scale", "size of the face", (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5), 1.0, scale),
    Degradation("shift", "share of the side", (0.0, 0.04, 0.08, 0.12, 0.16, 0.2), 0.0, shift),
    Degradation("rotation", "degrees", (0, 5, 10, 15, 20, 30, 45), 0, rotate),
    Degradation("resolution", "pixels a side", (12, 16, 20, 24, 32, 40, 48), 48, shrink),
    Degradation("blur", "sigma in pixels", (0.0, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0), 0.0, blur),
    Degradation("exposure", "factor", (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0), 1.0, expose),
    Degradation("contrast", "factor", (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0), 1.0, change_contrast),
    Degradation("jpeg", "quality (101: none)", (5, 10, 20, 40, 60, 80, 101), 101, compress),
    Degradation("noise", "deviation in grey levels", (0, 5, 10, 20, 30, 50), 0, add_noise),
)


def _warped(faces: Faces, change: Callable[[int], tuple[float, float, float, float]]) -> Faces:
    """Turn (degrees), scale and shift (x, y in pixels) each face about its middle."""
    side = faces.shape[1]
    middle = (side - 1) / 2

    def warp(row: int) -> Faces:
        degrees, factor, right, down = change(row)
        matrix = cv2.getRotationMatrix2D((middle, middle), degrees, factor)
        matrix[:, 2] += np.array([right, down])
        moved = cv2.warpAffine(
            faces[row], matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(moved, np.uint8)

    return np.stack([warp(row) for row in range(len(faces))])


def _each(faces: Faces, change: Callable[[Faces], object]) -> Faces:
    return np.stack([np.asarray(change(face), np.uint8) for face in faces])


def _levels(values: NDArray[np.float32]) -> Faces:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
