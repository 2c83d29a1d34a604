"""Decides the mood: a new one needs a probability (enter), for a time (dwell), not too soon (refractory)."""

from __future__ import annotations

from mien.mood.affect import expected_affect, undecided
from mien.mood.belief import Belief
from mien.sections.seeing import MoodSettings
from mien.types import EMOTIONS, Emotion, Expression, Mood, MoodChange, Presence

_Outcome = Emotion | Presence  # never Presence.DECIDED


class MoodDecision:
    """Turns beliefs into rare, sustained changes of mood.

    The outcome is an emotion, `unsure` (someone is there, no emotion is clear) or `nobody`. Hysteresis: an emotion is
    entered at `enter_probability` (`neutral` at `enter_neutral_probability`) and kept down to `leave_probability`.
    """

    def __init__(self, settings: MoodSettings) -> None:
        self._settings = settings
        self._mood = undecided(Presence.NOBODY)
        self._decided: _Outcome = Presence.NOBODY
        self._changed_at: float | None = None
        self._candidate: _Outcome = Presence.NOBODY
        self._candidate_since = 0.0

    @property
    def mood(self) -> Mood:
        """The decided mood; `nobody` at the start."""
        return self._mood

    def update(self, belief: Belief) -> MoodChange | None:
        """Take in what is believed now and return the change, if the decided mood became another one."""
        candidate = self._outcome(belief)
        if candidate != self._candidate:
            self._candidate, self._candidate_since = candidate, belief.at
        if candidate == self._decided or not self._is_time(belief.at):
            return None
        change = MoodChange(belief.at, self._mood, _mood(candidate, belief))
        self._mood, self._decided, self._changed_at = change.current, candidate, belief.at
        return change

    def _is_time(self, at: float) -> bool:
        """True where the candidate lasted long enough, and the last change has."""
        rested = self._changed_at is None or at - self._changed_at >= self._settings.refractory_seconds
        return rested and at - self._candidate_since >= self._dwell_seconds

    @property
    def _dwell_seconds(self) -> float:
        """How long the candidate must last; absence has lasted for absence_seconds when it becomes the outcome."""
        if self._candidate is Presence.NOBODY:
            return 0.0
        return self._settings.unsure_seconds if self._candidate is Presence.UNSURE else self._settings.dwell_seconds

    def _outcome(self, belief: Belief) -> _Outcome:
        """Return what would be decided if this moment lasted."""
        if belief.absent_seconds >= self._settings.absence_seconds:
            return Presence.NOBODY
        highest = max(belief.probabilities)
        emotion = EMOTIONS[belief.probabilities.index(highest)]
        if highest >= self._needed(emotion):
            return emotion
        if isinstance(self._decided, Emotion) and _of(belief, self._decided) >= self._settings.leave_probability:
            return self._decided
        # A face that is away for a moment changes nothing.
        return self._decided if belief.absent_seconds > 0 else Presence.UNSURE

    def _needed(self, emotion: Emotion) -> float:
        """Return the probability from which on an emotion is entered."""
        if emotion is Emotion.NEUTRAL:
            return self._settings.enter_neutral_probability
        return self._settings.enter_probability


def _of(belief: Belief, emotion: Emotion) -> float:
    return belief.probabilities[EMOTIONS.index(emotion)]


def _mood(outcome: _Outcome, belief: Belief) -> Mood:
    if isinstance(outcome, Presence):
        return undecided(outcome)
    total = sum(belief.probabilities)
    shares = Expression(tuple(probability / total for probability in belief.probabilities))
    return Mood(Presence.DECIDED, outcome, expected_affect(shares), min(1.0, _of(belief, outcome)))
