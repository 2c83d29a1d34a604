"""Stand-ins for the camera, the detector and the model."""

from collections.abc import Generator, Sequence

import numpy as np

from mien.errors import SourceError
from mien.types import EMOTIONS, Box, Emotion, Expression, Face, Frame, Point


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
    return Frame(np.zeros((height, width, 3), np.uint8), at)


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

    def classify(self, _frame: Frame, _face: Face) -> Expression:
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
