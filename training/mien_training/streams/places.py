"""Where faces are in the picture: somebody sits and sways, another one walks by."""

from __future__ import annotations

import math

import numpy as np

from mien.types import Box, Face, Point

WIDTH, HEIGHT = 640, 480
_SWAY_SHARE = 0.12
_JITTER_SHARE = 0.006


class Seat:
    """A person who sits before the camera: the face is 110 to 210 pixels wide, sways, nods and comes nearer, slowly."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._size = float(rng.uniform(110, 210))
        self._middle = (float(rng.uniform(230, 410)), float(rng.uniform(190, 290)))
        self._periods = rng.uniform(4.0, 25.0, 3).tolist()
        self._phases = rng.uniform(0.0, 2 * math.pi, 3).tolist()

    def face(self, moment: float, turned: float, jitter: tuple[float, float, float]) -> Face:
        """Return the face at a moment.

        Args:
            moment: in seconds.
            turned: how far away from the camera, from 0 to 1: the eyes come nearer to each other.
            jitter: of the detector, normal deviates for x, y and size.
        """
        across, down, near = (
            math.sin(2 * math.pi * moment / period + phase)
            for period, phase in zip(self._periods, self._phases, strict=True)
        )
        size = self._size * (1 + 0.08 * near + _JITTER_SHARE * jitter[2])
        x = self._middle[0] + self._size * (_SWAY_SHARE * across + 0.2 * turned + _JITTER_SHARE * jitter[0])
        y = self._middle[1] + self._size * (_SWAY_SHARE * down / 2 + _JITTER_SHARE * jitter[1])
        return face_at(x, y, size, turned)


class Passer:
    """Somebody who walks through the picture, to one side or the other, smaller or larger than the one who sits."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._size = float(rng.uniform(60, 300))
        self._to_the_right = bool(rng.random() < 0.5)

    def face(self, progress: float) -> Face:
        """Return the face when `progress` of the way, from 0 to 1, is gone."""
        way = progress if self._to_the_right else 1 - progress
        return face_at(WIDTH * way, 0.35 * HEIGHT, self._size, 0.3)


def face_at(x: float, y: float, size: float, turned: float = 0.0) -> Face:
    """Return a face with its middle at (x, y) and a square box, as the detector draws it; eyes 0.43 of it apart."""
    half, eyes = size / 2, 0.215 * size * (1 - 0.6 * turned)
    box = Box(x - half, y - half, x + half, y + half)
    return Face(box, Point(x - eyes, y - 0.12 * size), Point(x + eyes, y - 0.12 * size), 0.9 - 0.3 * turned)
