"""What to believe of a face that was seen for a while: a Bayesian forward filter that forgets exponentially.

The states are the seven emotions and "no emotion is clear". A look speaks for an emotion by the probability that the
model gives it; what was seen before counts less and less, since moods change (Kulhavy and Zarrop 1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mien.config import MoodSettings
from mien.mood.look import Look
from mien.types import EMOTIONS, Emotion, Expression

LONGEST_LOOK_SECONDS = 0.5
"""A look stands for the time since the one before it, but after a gap a single one cannot claim all of it."""
LEAST_PROBABILITY = 0.02
"""No look speaks more against an emotion than so: the model errs more often than it admits."""
_LEAST_CLEAR = 1e-3


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed after a look.

    `probabilities` are of the seven emotions, in the order of EMOTIONS; what is missing to 1 is that of "no emotion is
    clear". For `absent_seconds` nobody was seen (infinite: never yet).
    """

    at: float
    probabilities: tuple[float, ...]
    absent_seconds: float


class MoodBelief:
    """Follows the belief by elapsed time, so that 3 and 30 frames a second believe alike.

    A look counts by its quality. What cannot be judged says nothing, and what was seen before fades meanwhile. Another
    person starts from "anything is possible".
    """

    def __init__(self, settings: MoodSettings) -> None:
        self._settings = settings
        self._evidence = [0.0] * len(EMOTIONS)  # the mean log-probability that was seen of late, beside "unclear"
        self._at: float | None = None
        self._person: int | None = None
        self._seen_at = -math.inf

    def update(self, look: Look) -> Belief:
        """Take in what is seen at one moment."""
        elapsed_seconds = 0.0 if self._at is None else look.at - self._at
        self._at = look.at
        if look.person is not None:
            if look.person != self._person:
                self._evidence = [0.0] * len(EMOTIONS)
            self._person, self._seen_at = look.person, look.at - look.unseen_seconds
        if look.expression is None:
            self._fade(elapsed_seconds)
        else:
            self._learn(look.expression, look.quality * min(elapsed_seconds, LONGEST_LOOK_SECONDS))
        return Belief(look.at, self._probabilities(), look.at - self._seen_at)

    def _learn(self, expression: Expression, seconds: float) -> None:
        gain = 1.0 - _left(seconds, self._settings.memory_seconds)
        unclear = math.log(max(self._settings.clear_probability, _LEAST_CLEAR))
        for place, probability in enumerate(expression.probabilities):
            weight = self._settings.neutral_weight if EMOTIONS[place] is Emotion.NEUTRAL else 1.0
            said = math.log(weight * max(probability, LEAST_PROBABILITY)) - unclear
            self._evidence[place] += gain * (said - self._evidence[place])

    def _fade(self, seconds: float) -> None:
        left = _left(seconds, self._settings.unsure_seconds)
        self._evidence = [left * said for said in self._evidence]

    def _probabilities(self) -> tuple[float, ...]:
        weights = [math.exp(self._settings.memory_looks * said) for said in self._evidence]
        total = sum(weights) + 1.0
        return tuple(weight / total for weight in weights)


def _left(seconds: float, time_constant_seconds: float) -> float:
    """Return which share of what was is left after some time."""
    return math.exp(-seconds / time_constant_seconds) if time_constant_seconds > 0 else float(seconds == 0)
