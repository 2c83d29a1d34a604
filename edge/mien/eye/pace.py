"""How often the eye looks: often while something changes, less while nothing does, seldom while nobody is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mien.types import Expression, Observation

EARLY_SHARE = 0.9
"""What comes this much of a period after the last look is taken: a camera's frames come a little early or late."""
_CHANGED_PROBABILITY = 0.25
_CALM_SECONDS = 3.0  # the mood's own dwell and refractory times are over by then
_CALM_PERIODS = 2.0
_EMPTY_SECONDS = 10.0  # longer than `mood.absence_seconds` is by default
_EMPTY_PERIOD_SECONDS = 0.5
_HOT_PERIODS = 2.0


class Pace:
    """The time between two looks, from what was seen so far. Pure: it goes by the observations' own time.

    Args:
        frames_per_second: so often the eye looks while an expression or the number of faces changes; a camera's own
            rhythm may add a tenth.
    """

    def __init__(self, frames_per_second: float) -> None:
        self._full_seconds = 1.0 / frames_per_second
        self._seen: Sequence[Expression | None] = ()
        self._changed_at: float | None = None
        self._wanted_seconds = self._full_seconds
        self._hot_periods = 1.0

    @property
    def period_seconds(self) -> float:
        """The time from the last look to the next one; may be read from any thread."""
        return self._wanted_seconds * self._hot_periods

    def see(self, observation: Observation) -> None:
        """Take in what was seen last."""
        at = observation.seen_at
        from_left = sorted(observation.sightings, key=lambda sighting: sighting.face.box.left)
        seen = [sighting.expression for sighting in from_left]
        if self._changed_at is None or at < self._changed_at or _differ(seen, self._seen):
            self._seen, self._changed_at = seen, at
        self._wanted_seconds = self._wanted(bool(seen), at - self._changed_at)

    def set_hot(self, hot: bool) -> None:
        """Look half as often while the board is hot."""
        self._hot_periods = _HOT_PERIODS if hot else 1.0

    def _wanted(self, somebody: bool, calm_seconds: float) -> float:
        if somebody and calm_seconds >= _CALM_SECONDS:
            return max(self._full_seconds, min(_CALM_PERIODS * self._full_seconds, _EMPTY_PERIOD_SECONDS))
        if not somebody and calm_seconds >= _EMPTY_SECONDS:
            return max(self._full_seconds, _EMPTY_PERIOD_SECONDS)
        return self._full_seconds


def steady(frames_per_second: float | None) -> Callable[[], float]:
    """Return the period of a fixed rate, in seconds; of None, 0: every frame."""
    return lambda: 0.0 if frames_per_second is None else 1.0 / frames_per_second


def _differ(seen: Sequence[Expression | None], before: Sequence[Expression | None]) -> bool:
    """Say whether faces came or went, or one shows something else than when the pace was last full."""
    if len(seen) != len(before):
        return True
    return any(_differs(new, old) for new, old in zip(seen, before, strict=True))


def _differs(new: Expression | None, old: Expression | None) -> bool:
    if new is None or old is None:
        return new is not old
    changes = zip(new.probabilities, old.probabilities, strict=True)
    return max(abs(one - other) for one, other in changes) > _CHANGED_PROBABILITY
