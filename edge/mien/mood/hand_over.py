"""When another person's mood counts: once theirs was the right face for a while, without a break."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mien.mood.tracks import Person

_CLEARLY = 1.2  # how much better than the one followed another must be: two heads at one distance do not swap
_BLINK_SECONDS = 0.5  # a face that the detector misses for so short has not gone


class HandOver:
    """Follows one person until another was the right one for a while, or the one followed has been away so long.

    Args:
        hand_over_seconds: that while.
    """

    def __init__(self, hand_over_seconds: float) -> None:
        self._hand_over_seconds = hand_over_seconds
        self._followed: int | None = None
        self._held_at = -math.inf
        self._rival: int | None = None
        self._rival_since = math.inf

    def update(self, at: float, people: Sequence[Person], score: Callable[[Person], float]) -> Person | None:
        """Return the person to follow; None when there is none, or when it is not yet sure who is next.

        Args:
            at: the time, in seconds.
            people: who is there.
            score: how right a person is, above 0.
        """
        followed = next((person for person in people if person.number == self._followed), None)
        if followed is not None:
            self._held_at = at
        right = self._right(people, followed, score)
        if right is followed or right is None:
            self._rival = None
            return followed
        if right.number != self._rival:
            self._rival, self._rival_since = right.number, at
        if at - min(self._rival_since, self._held_at) < self._hand_over_seconds:
            return followed
        self._followed, self._held_at, self._rival = right.number, at, None
        return right

    def _right(
        self, people: Sequence[Person], followed: Person | None, score: Callable[[Person], float]
    ) -> Person | None:
        """Return who should be followed if this moment lasted; whoever has moved comes before who may be a picture."""
        stay = [
            person
            for person in people
            if person is followed or (person.is_settled and person.unseen_seconds <= _BLINK_SECONDS)
        ]
        return max(
            stay,
            key=lambda person: (person.has_moved, score(person) * (_CLEARLY if person is followed else 1.0)),
            default=None,
        )
