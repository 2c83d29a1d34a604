"""When another person's mood counts: once theirs was the better face for a while, without a break."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mien.mood.tracks import Person

_CLEARLY = 1.2  # how much better than the one followed another must be: two heads at one distance do not swap
_BLINK_SECONDS = 0.5  # a face that the detector misses for so short, or in a single frame, has not gone
_BLINK_FRAMES = 1.5


class HandOver:
    """Follows one person until another was better for a while, or until the one followed has been away for so long.

    A face that may be a picture takes over from nobody who has moved.

    Args:
        hand_over_seconds: that while.
    """

    def __init__(self, hand_over_seconds: float) -> None:
        self._hand_over_seconds = hand_over_seconds
        self._followed: int | None = None
        self._held_at = -math.inf
        self._last_at = math.inf
        self._better_since: dict[int, float] = {}

    def update(self, at: float, people: Sequence[Person], score: Callable[[Person], float]) -> Person | None:
        """Return the person to follow; None when there is none, or when it is not yet sure who is next.

        Args:
            at: the time, in seconds.
            people: who is there.
            score: how good a person is, above 0.
        """
        followed = next((person for person in people if person.number == self._followed), None)
        if followed is not None:
            self._held_at = at
        blink_seconds = max(_BLINK_SECONDS, _BLINK_FRAMES * (at - self._last_at))
        self._last_at = at
        staying = [person for person in people if person.is_settled and person.unseen_seconds <= blink_seconds]
        better = [person for person in staying if _is_better(person, followed, score)]
        self._better_since = {person.number: self._better_since.get(person.number, at) for person in better}
        ready = [person for person in better if self._may_take_over(at, person, followed)]
        if not ready:
            return followed
        best = max(ready, key=lambda person: (person.has_moved, score(person)))
        self._followed, self._held_at, self._better_since = best.number, at, {}
        return best

    def _may_take_over(self, at: float, person: Person, followed: Person | None) -> bool:
        since = min(self._better_since[person.number], self._held_at)
        waited = at - since >= self._hand_over_seconds
        return waited and (person.has_moved or followed is None or not followed.has_moved)


def _is_better(person: Person, followed: Person | None, score: Callable[[Person], float]) -> bool:
    if followed is None:
        return True
    if person.number == followed.number:
        return False
    return (person.has_moved and not followed.has_moved) or score(person) > _CLEARLY * score(followed)
