"""Decides the mood: a new one needs a probability (enter), for a time (dwell), not too soon (refractory)."""

from __future__ import annotations

from mien.config import MoodSettings
from mien.mood.affect import expected_affect, undecided
from mien.mood.smoothing import Smoothed
from mien.types import Mood, MoodChange, Presence


class MoodDecision:
    """Turns smoothed expressions into rare, sustained changes of mood.

    The outcome is an emotion, `unsure` (someone is there, no emotion is clear) or `nobody`. Hysteresis: an emotion is
    entered at `enter_probability` and kept down to `leave_probability`.
    """

    def __init__(self, settings: MoodSettings) -> None:
        self._settings = settings
        self._mood = undecided(Presence.NOBODY)
        self._changed_at: float | None = None
        self._candidate = self._mood.name
        self._candidate_since = 0.0

    @property
    def mood(self) -> Mood:
        """The decided mood; `nobody` at the start."""
        return self._mood

    def update(self, smoothed: Smoothed) -> MoodChange | None:
        """Take in what is seen now and return the change, if the decided mood became another one."""
        candidate = self._outcome(smoothed)
        if candidate.name != self._candidate:
            self._candidate, self._candidate_since = candidate.name, smoothed.at
        if candidate.name == self._mood.name:
            return None
        rested = self._changed_at is None or smoothed.at - self._changed_at >= self._settings.refractory_seconds
        if not rested or smoothed.at - self._candidate_since < self._dwell_seconds(candidate.presence):
            return None
        change = MoodChange(smoothed.at, self._mood, candidate)
        self._mood, self._changed_at = candidate, smoothed.at
        return change

    def _dwell_seconds(self, presence: Presence) -> float:
        """How long an outcome must last; absence has lasted for absence_seconds when it becomes the outcome."""
        return {
            Presence.DECIDED: self._settings.dwell_seconds,
            Presence.UNSURE: self._settings.unsure_seconds,
            Presence.NOBODY: 0.0,
        }[presence]

    def _outcome(self, smoothed: Smoothed) -> Mood:
        """Return what would be decided if this moment lasted."""
        if smoothed.absent_seconds >= self._settings.absence_seconds:
            return undecided(Presence.NOBODY)
        expression = smoothed.expression
        probabilities = expression.as_dict()
        if probabilities[expression.top] >= self._settings.enter_probability:
            emotion = expression.top
        elif self._mood.emotion is not None and probabilities[self._mood.emotion] >= self._settings.leave_probability:
            emotion = self._mood.emotion
        elif smoothed.absent_seconds > 0:
            return self._mood  # a face that is away for a moment changes nothing
        else:
            return undecided(Presence.UNSURE)
        confidence = min(1.0, probabilities[emotion])
        return Mood(Presence.DECIDED, emotion, expected_affect(expression), confidence)
