"""A person's neutral: how the model answers to their face at rest, and expressions told from there.

Some faces look sad or stern to the model while they rest, and a small smile on a very calm face passes for neutral.
What counts is how far each emotion stands from neutral, as log(probability / neutral's), on this face at rest and on
resting faces in general. A part of the difference between the two is taken off what is seen.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass

from mien.mood.look import Look
from mien.types import EMOTIONS, Emotion, Expression

TOLD: tuple[Emotion, ...] = tuple(emotion for emotion in EMOTIONS if emotion is not Emotion.NEUTRAL)
"""The six emotions that are told from neutral: the order of a baseline's numbers."""

# Of the shipped model, over every second person of the London portraits. A new model needs it measured again:
# `python -m mien_training baseline DATA` prints it. The numbers below were chosen on the same half of the people.
NEUTRAL_FACES = (-5.07, -6.25, -4.66, -4.25, -3.42, -5.81)
STRENGTH = 0.75
SMILE_REACH = 2.5  # where the rest is known, a smile counts from nearer to it on
MOST_RAISED = 1.0
MOST_LOWERED = 2.0  # with the one above: an emotion seen with 0.96 stays the most probable one

_MOST_BY_QUIET = 1.0  # what is only taken for rest must not turn a true mood into none
_LEAST_PROBABILITY = 1e-3  # below it a probability tells nothing more
_DOUBT_SECONDS = 5.0  # so much of a face tells as much as nothing yet
_SLICE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Baseline:
    """One person at rest: `log_ratios` [6] of the emotions `TOLD` to neutral, learned from so many `seconds`.

    `asked` says that the person looked at rest because they were asked to; else it was taken for rest.
    """

    log_ratios: tuple[float, ...]
    seconds: float
    asked: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be learned.

        Raises:
            ValueError: it is not six finite numbers and a time.
        """
        if len(self.log_ratios) != len(TOLD) or not all(map(math.isfinite, (*self.log_ratios, self.seconds))):
            raise ValueError(f"six finite numbers and a time, got {self.log_ratios} and {self.seconds}")
        if self.seconds < 0:
            raise ValueError(f"a time is not negative, got {self.seconds}")

    def correct(self, expression: Expression) -> Expression:
        """Return the expression as it is on this face: still a distribution."""
        return without(expression, self._offsets())

    def _offsets(self) -> tuple[float, ...]:
        strength = STRENGTH * self.seconds / (self.seconds + _DOUBT_SECONDS)
        most = MOST_LOWERED if self.asked else _MOST_BY_QUIET
        return offsets(self.log_ratios, strength, -min(most, MOST_RAISED), most)


def offsets(
    log_ratios: tuple[float, ...], strength: float, lowest: float, highest: float, smile_reach: float = SMILE_REACH
) -> tuple[float, ...]:
    """Return what is to be taken off each of the `TOLD` log ratios [6] of a person with these at rest.

    Args:
        log_ratios: of the person at rest [6].
        strength: the part of the difference to neutral faces that is taken off.
        lowest: the least of the differences, negative.
        highest: the largest one.
        smile_reach: how much more is added to a smile.
    """
    reach = (smile_reach if emotion is Emotion.HAPPY else 0.0 for emotion in TOLD)
    return tuple(
        min(highest, max(lowest, strength * (own - general - more)))
        for own, general, more in zip(log_ratios, NEUTRAL_FACES, reach, strict=True)
    )


def without(expression: Expression, taken_off: tuple[float, ...]) -> Expression:
    """Take offsets [6] off the log ratios of the `TOLD` emotions to neutral."""
    factor = {emotion: math.exp(-offset) for emotion, offset in zip(TOLD, taken_off, strict=True)}
    weights = [
        probability * factor.get(emotion, 1.0)
        for probability, emotion in zip(expression.probabilities, EMOTIONS, strict=True)
    ]
    total = sum(weights)
    return Expression(tuple(min(1.0, weight / total) for weight in weights))


def log_ratios_of(expression: Expression) -> tuple[float, ...]:
    """Return how far each of the `TOLD` emotions stands from neutral [6]: below 0 where neutral is more probable."""
    logs = {
        emotion: math.log(probability + _LEAST_PROBABILITY)
        for emotion, probability in zip(EMOTIONS, expression.probabilities, strict=True)
    }
    return tuple(logs[emotion] - logs[Emotion.NEUTRAL] for emotion in TOLD)


class RestingLook:
    """Gathers looks, and tells their middle.

    Seconds count, not frames: each second of a judged face becomes one slice, the mean of its looks weighted by time
    and quality, and the middle is the median of the slices: a word, a blink or a laugh in between does not move it.

    Args:
        most_seconds: older slices are forgotten.
    """

    def __init__(self, most_seconds: int) -> None:
        self._slices: deque[tuple[float, ...]] = deque(maxlen=most_seconds)
        self._sums = (0.0,) * len(TOLD)
        self._weight = self._slice_seconds = 0.0
        self._last_at: float | None = None

    @property
    def seconds(self) -> int:
        """How many seconds of a judged face were gathered."""
        return len(self._slices)

    def add(self, look: Look) -> bool:
        """Take in a look, and say whether it completed a second."""
        elapsed = 0.0 if self._last_at is None else min(look.at - self._last_at, _SLICE_SECONDS)
        self._last_at = look.at
        weight = elapsed * look.quality
        if look.expression is None or weight == 0:
            return False
        self._sums = tuple(
            total + weight * ratio for total, ratio in zip(self._sums, log_ratios_of(look.expression), strict=True)
        )
        self._weight += weight
        self._slice_seconds += elapsed
        if self._slice_seconds < _SLICE_SECONDS - 1e-6:
            return False
        self._slices.append(tuple(total / self._weight for total in self._sums))
        self._sums, self._weight, self._slice_seconds = (0.0,) * len(TOLD), 0.0, 0.0
        return True

    def middle(self, *, asked: bool) -> Baseline:
        """Return what was gathered, as a baseline; at least one second must have been."""
        return Baseline(tuple(map(statistics.median, zip(*self._slices, strict=True))), float(self.seconds), asked)
