"""What to believe of a face that was seen for a while: the forward filter of a hidden Markov model (Wonham 1964).

The states are the seven emotions and "no emotion is clear". A mood is left after some seconds on average, for any other
one; a look speaks for an emotion by the probability that the model gives it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mien.mood.look import Look
from mien.sections.seeing import MoodSettings
from mien.types import EMOTIONS, Emotion, Expression

LONGEST_LOOK_SECONDS = 0.5
"""A look stands for the time since the one before it, but after a gap a single one cannot claim all of it."""
LEAST_PROBABILITY = 0.02
"""No look speaks more against an emotion than so: the model errs more often than it admits."""
STEP_SECONDS = 1 / 24
"""Time goes on in steps of this at most, so that few looks and many believe alike."""
_STATES = len(EMOTIONS) + 1
_LEAST_CLEAR = 1e-3
_ROUNDING = 1e-6


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
    """Follows the belief by elapsed time, so that 3 and 24 frames a second believe alike.

    A look counts by its quality. What cannot be judged says nothing, and what was seen before fades meanwhile. Another
    person starts from "anything is possible".
    """

    def __init__(self, settings: MoodSettings) -> None:
        self._settings = settings
        self._states = [1.0 / _STATES] * _STATES
        self._at: float | None = None
        self._person: int | None = None
        self._seen_at = -math.inf

    def update(self, look: Look) -> Belief:
        """Take in what is seen at one moment."""
        elapsed_seconds = 0.0 if self._at is None else look.at - self._at
        self._at = look.at
        if look.person is not None:
            if look.person != self._person:
                self._states = [1.0 / _STATES] * _STATES
            self._person, self._seen_at = look.person, look.at - look.unseen_seconds
        if look.expression is None:
            self._step(elapsed_seconds, [1.0] * _STATES)
        else:
            self._learn(elapsed_seconds, look.expression, look.quality)
        return Belief(look.at, tuple(self._states[:-1]), look.at - self._seen_at)

    def _learn(self, elapsed_seconds: float, expression: Expression, quality: float) -> None:
        look_seconds = min(elapsed_seconds, LONGEST_LOOK_SECONDS)
        if elapsed_seconds > look_seconds:
            self._step(elapsed_seconds - look_seconds, [1.0] * _STATES)
        steps = steps_of(look_seconds)
        evidence = self._settings.evidence_per_second * quality * look_seconds / steps
        gains = [weight**evidence for weight in self._weights(expression)]
        for _ in range(steps):
            self._step(look_seconds / steps, gains)

    def _weights(self, expression: Expression) -> list[float]:
        """Return how far a look speaks for each state."""
        weights = [max(probability, LEAST_PROBABILITY) for probability in expression.probabilities]
        weights[EMOTIONS.index(Emotion.NEUTRAL)] *= self._settings.neutral_weight
        return [*weights, max(self._settings.clear_probability, _LEAST_CLEAR)]

    def _step(self, seconds: float, gains: list[float]) -> None:
        """Let the mood change as it may, then count what was seen."""
        stays = math.exp(-seconds / self._settings.hold_seconds)
        enters = (1.0 - stays) / _STATES
        states = [(enters + stays * state) * gain for state, gain in zip(self._states, gains, strict=True)]
        total = sum(states)
        self._states = [state / total for state in states]


def steps_of(look_seconds: float) -> int:
    """Return in how many steps a look of so many seconds is taken in."""
    return max(1, math.ceil(look_seconds / STEP_SECONDS - _ROUNDING))
