"""Smooths expressions by elapsed time, so that 3 and 30 frames a second decide alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mien.mood.look import Look
from mien.types import EMOTIONS, Expression

_UNIFORM = tuple(1.0 / len(EMOTIONS) for _ in EMOTIONS)


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What has been seen of late: the smoothed expression, and for how long no face was there (infinite: never yet)."""

    at: float
    expression: Expression
    absent_seconds: float


class ExpressionSmoother:
    """Exponential smoothing with a time constant; it fades to "anything is possible" while no face can be judged.

    Each look stands for the time since the one before it, at most one time constant: after a gap a single frame
    cannot claim all of it. A look counts by its quality.
    """

    def __init__(self, smoothing_seconds: float) -> None:
        self._smoothing_seconds = smoothing_seconds
        self._probabilities = _UNIFORM
        self._last_at: float | None = None
        self._face_at: float | None = None

    def update(self, look: Look) -> Smoothed:
        """Take in what is seen at one moment."""
        elapsed = 0.0 if self._last_at is None else look.at - self._last_at
        self._last_at = look.at
        if look.person is not None:
            self._face_at = look.at - look.unseen_seconds
        target = _UNIFORM if look.expression is None else look.expression.probabilities
        weight = 1.0 if look.expression is None else look.quality
        self._move(target, weight * self._gain(elapsed))
        absent_seconds = math.inf if self._face_at is None else look.at - self._face_at
        return Smoothed(look.at, Expression(self._probabilities), absent_seconds)

    def _gain(self, elapsed_seconds: float) -> float:
        if self._smoothing_seconds == 0:
            return 1.0
        return 1.0 - math.exp(-min(elapsed_seconds, self._smoothing_seconds) / self._smoothing_seconds)

    def _move(self, target: tuple[float, ...], gain: float) -> None:
        moved = [old + gain * (new - old) for old, new in zip(self._probabilities, target, strict=True)]
        total = sum(moved)
        self._probabilities = tuple(probability / total for probability in moved)
