"""What counts besides the mood when a track is chosen: the time, what was heard, and what hands said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from mien.types import Track

_NIGHT_SHIFT = -0.1
_EVENING, _NIGHT, _MORNING, _DAY = 20.0, 23.0, 5.0, 7.0  # hours


@dataclass(frozen=True, slots=True)
class Moment:
    """What time it is, as the player tells it.

    `monotonic` are seconds that only grow, `unix` those of the calendar, which may jump when a board learns the time;
    `hour` is the local time of day in [0, 24).
    """

    monotonic: float
    unix: float
    hour: float

    def __post_init__(self) -> None:
        numbers = (self.monotonic, self.unix, self.hour)
        if not all(map(math.isfinite, numbers)) or not 0.0 <= self.hour < 24.0:
            raise ValueError(f"a moment is finite seconds and an hour in [0, 24), got {numbers}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What counts besides the mood. Tracks go by their `key`s.

    `step` is how many places of the mood's way were left behind, `hour` the local time (None leaves it out), `now` and
    `heard` when it is and when tracks were last heard, in unix seconds, the newest last. `leanings` in [-1, 1] is what
    hands said of tracks in this mood, `wrong` those that do not belong to it, `excluded` those not to be played at all.
    """

    step: int = 0
    hour: float | None = None
    now: float = 0.0
    heard: dict[str, float] = field(default_factory=dict)
    leanings: Mapping[str, float] = field(default_factory=dict)
    wrong: Set[str] = frozenset()
    excluded: Set[str] = frozenset()


def key_of(track: Track) -> str:
    """Return what a track is remembered by: its content, or its path while the content is unread."""
    return track.content_hash or str(track.path)


def arousal_shift(hour: float) -> float:
    """Return how much gentler music should be at a local hour: 0 by day, -0.1 by night, a slope between them."""
    if _DAY <= hour < _EVENING:
        return 0.0
    if hour >= _EVENING:
        return _NIGHT_SHIFT * min(1.0, (hour - _EVENING) / (_NIGHT - _EVENING))
    return _NIGHT_SHIFT * min(1.0, (_DAY - hour) / (_DAY - _MORNING))
