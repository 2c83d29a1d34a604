"""Stand-ins for the camera, the detector and the model."""

from collections.abc import Generator, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.errors import SourceError
from mien.eye.card import CropRule
from mien.eye.crop import aligned_crop
from mien.types import EMOTIONS, Box, Emotion, Expression, Face, Frame, Point

RULE = CropRule(eye_line=0.4, eye_distance=0.38)


def face(left: float = 100, top: float = 80, width: float = 100, score: float = 0.9) -> Face:
    """An upright frontal face with eyes where BlazeFace finds them."""
    eye_y = top + 0.25 * width
    return Face(
        Box(left, top, left + width, top + width),
        Point(left + 0.275 * width, eye_y),
        Point(left + 0.725 * width, eye_y),
        score,
    )


def frame(at: float = 0.0, width: int = 320, height: int = 240) -> Frame:
    """Soft spots, small and large, so that each place has the contrast and the detail of a well taken face."""
    return Frame(spots(width, height), at)


@cache
def spots(width: int, height: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(1).standard_normal((height, width), np.float32)
    small, large = (cv2.GaussianBlur(noise, (0, 0), sigma) for sigma in (1.8, 6))
    grey = np.clip(128 + 35 * small / small.std() + 20 * large / large.std(), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


class FakeDetector:
    """Finds the same faces in every frame."""

    def __init__(self, *faces: Face) -> None:
        self._faces = tuple(sorted(faces, key=lambda one: one.box.area, reverse=True))
        self.closed = False

    def detect(self, _frame: Frame) -> tuple[Face, ...]:
        return self._faces

    def close(self) -> None:
        self.closed = True


class FakeClassifier:
    """Sees the same emotion on every face."""

    def __init__(self, emotion: Emotion) -> None:
        self._expression = Expression(tuple(float(each is emotion) for each in EMOTIONS))

    def crop(self, frame: Frame, face: Face) -> NDArray[np.uint8]:
        return aligned_crop(frame, face, RULE, 48)

    def classify(self, _crop: NDArray[np.uint8]) -> Expression:
        return self._expression


class FakeCamera:
    """Gives frames in runs; between two runs it fails, and after the last it ends or keeps failing."""

    def __init__(self, runs: Sequence[Sequence[Frame]], *, live: bool, fails_at_end: bool = False) -> None:
        self._runs = [list(run) for run in runs]
        self._fails_at_end = fails_at_end
        self.live = live
        self.given_back = 0

    def frames(self) -> Generator[Frame]:
        try:
            if self._runs:
                yield from self._runs.pop(0)
            if self._runs or self._fails_at_end:
                raise SourceError("The fake camera was unplugged.")
        finally:
            self.given_back += 1
