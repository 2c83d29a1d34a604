"""A detector and a classifier that count how often they are asked."""

from collections.abc import Callable

import numpy as np
from edge.eye.fakes import FakeClassifier
from numpy.typing import NDArray

from mien.types import Emotion, Expression, Face, Frame


class CountingDetector:
    """Finds what it is told to find when it is asked for the nth time."""

    def __init__(self, *faces: Face, at: Callable[[int], tuple[Face, ...]] | None = None) -> None:
        self._at = at or (lambda _: faces)
        self.asked = 0

    def detect(self, _frame: Frame) -> tuple[Face, ...]:
        self.asked += 1
        return self._at(self.asked)

    def close(self) -> None:
        """Hold nothing."""


class CountingClassifier(FakeClassifier):
    """Reads what it is told to read when it is asked for the nth time."""

    def __init__(self, at: Callable[[int], Expression] | None = None) -> None:
        super().__init__(Emotion.HAPPY)
        self._at = at
        self.asked = 0

    def classify(self, crop: NDArray[np.uint8]) -> Expression:
        self.asked += 1
        return super().classify(crop) if self._at is None else self._at(self.asked)
