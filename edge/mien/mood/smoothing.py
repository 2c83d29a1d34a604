"""Smooths expressions by elapsed time, so that 3 and 30 frames a second decide alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mien.types import EMOTIONS, Expression, Observation

_UNIFORM = tuple(1.0 / len(EMOTIONS) for _ in EMOTIONS)


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What has been seen of late: the smoothed expression, and for how long no face was there (infinite: never yet)."""

    at: float
    expression: Expression
    absent_seconds: float


class ExpressionSmoother:
    """Exponential smoothing with a time constant; it fades to "anything is possible" while no face can be judged.

    Each observation stands for the time since the one before it, at most one time constant: after a gap a single frame
    cannot claim all of it. An observation counts by its quality.
    """

    def __init__(self, smoothing_seconds: float) -> None:
        self._smoothing_seconds = smoothing_seconds
        self._probabilities = _UNIFORM
        self._last_at: float | None = None
        self._clock_offset = 0.0
        self._face_at: float | None = None

    def update(self, observation: Observation) -> Smoothed:
        """Take in one observation; where its time goes back, a new clock goes on from the old one's end."""
        at = observation.seen_at + self._clock_offset
        if self._last_at is not None and at < self._last_at:
            self._clock_offset = self._last_at - observation.seen_at
            at = self._last_at
        elapsed = 0.0 if self._last_at is None else at - self._last_at
        self._last_at = at
        if observation.face is not None:
            self._face_at = at
        expression = observation.expression
        target = _UNIFORM if expression is None else expression.probabilities
        weight = 1.0 if expression is None else observation.quality
        self._move(target, weight * self._gain(elapsed))
        absent_seconds = math.inf if self._face_at is None else at - self._face_at
        return Smoothed(at, Expression(self._probabilities), absent_seconds)

    def _gain(self, elapsed_seconds: float) -> float:
        if self._smoothing_seconds == 0:
            return 1.0
        return 1.0 - math.exp(-min(elapsed_seconds, self._smoothing_seconds) / self._smoothing_seconds)

    def _move(self, target: tuple[float, ...], gain: float) -> None:
        moved = [old + gain * (new - old) for old, new in zip(self._probabilities, target, strict=True)]
        total = sum(moved)
        self._probabilities = tuple(probability / total for probability in moved)
