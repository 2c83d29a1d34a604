"""Observations in, changes of mood out: everything of this folder in a row."""

from __future__ import annotations

import dataclasses

from mien.config import Settings
from mien.mood.attention import Attention
from mien.mood.belief import MoodBelief
from mien.mood.decision import MoodDecision
from mien.mood.look import Look
from mien.mood.own_neutral import OwnNeutral
from mien.types import Expression, Mood, MoodChange, Observation


class MoodTracker:
    """Whose look counts, what it lets believe, and what is decided of it.

    Where the observations' time goes back (a clip that begins anew, an eye on another clock), a new clock goes on from
    the old one's end.

    Args:
        settings: the settings.
        own_neutral: what is known of the person's face at rest; nothing without it.
    """

    def __init__(self, settings: Settings, own_neutral: OwnNeutral | None = None) -> None:
        self.own_neutral = own_neutral or OwnNeutral(settings)
        self._attention = Attention(settings.people)
        self._belief = MoodBelief(settings.mood)
        self._decision = MoodDecision(settings.mood)
        self._clock_offset = 0.0
        self._last_at: float | None = None
        self._look = Look(0.0, None, None, 0.0)

    @property
    def mood(self) -> Mood:
        """The decided mood."""
        return self._decision.mood

    @property
    def expression(self) -> Expression | None:
        """What was seen last of the person followed; None while it cannot be judged."""
        return self._look.expression

    @property
    def look(self) -> Look:
        """What was seen last of the person followed, as decisions are made of it; nobody at the start."""
        return self._look

    def update(self, observation: Observation) -> MoodChange | None:
        """Take in one observation and return the change of mood, if it made one."""
        steady = dataclasses.replace(observation, seen_at=self._steady(observation.seen_at))
        self._look = self.own_neutral.update(self._attention.update(steady))
        return self._decision.update(self._belief.update(self._look))

    def _steady(self, seen_at: float) -> float:
        at = seen_at + self._clock_offset
        if self._last_at is not None and at < self._last_at:
            self._clock_offset = self._last_at - seen_at
            at = self._last_at
        self._last_at = at
        return at
