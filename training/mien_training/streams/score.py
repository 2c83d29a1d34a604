"""How good decisions are: wrong changes an hour, missed ones, delays, and time in the right part of the plane."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mien.mood.affect import mood_of_emotion, undecided
from mien.types import Emotion, Mood, MoodChange, Presence
from mien_training.evaluate import BOOTSTRAP_DRAWS, Estimate
from mien_training.streams.truth import Segment, Truth

GRACE_SECONDS = 2.0
"""A mood that was true so long ago may still be decided: late, but not wrong."""
SHORTEST_SECONDS = 6.0
"""Nobody asks that the music follows a shorter mood: not following it is no miss, following it is not wrong."""
_MIDDLE = 0.2  # nearer to the middle of the plane there is no quadrant: neutral


@dataclass(frozen=True, slots=True)
class Followed:
    """True changes of one sort: the delays in seconds of those that a decision followed, and how many none did."""

    delays: tuple[float, ...]
    missed: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted of one stream.

    `between` are true changes from one emotion to another, `first` those from an empty seat to somebody's mood, `left`
    those to an empty seat. `seconds` is the time in which something was true; of `seen_seconds`, in which somebody was
    there, a decided emotion lay in the true one's quadrant for `right_seconds`.
    """

    seconds: float
    wrong: int
    unsure: int
    between: Followed
    first: Followed
    left: Followed
    seen_seconds: float
    right_seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """What many streams come to, with 95 % intervals: the streams drawn again and again.

    Delays are in seconds, of changes that were followed; NaN where there are none. Changes to `unsure` are counted
    apart: they do not change the music.
    """

    wrong_per_hour: Estimate
    missed: Estimate
    delay_median: Estimate
    delay_90: Estimate
    first_delay_median: Estimate
    left_delay_median: Estimate
    quadrant_share: Estimate
    unsure_per_hour: Estimate


def tally(changes: Sequence[MoodChange], truth: Truth) -> Tally:
    """Count one stream.

    A change to an emotion or to nobody is wrong when that is not true at the moment, nor was within GRACE_SECONDS. A
    true change is missed when no change to it is made while it lasts; it is not asked for where that mood was decided
    already, the one between being missed or short. In a gap of the truth nothing counts.

    Args:
        changes: in the order of time; before the first of them nobody is decided.
        truth: with at least one segment.
    """
    return Tally(
        seconds=truth.seconds,
        wrong=sum(_is_wrong(change, truth) for change in changes),
        unsure=sum(change.current.presence is Presence.UNSURE for change in changes),
        between=_followed(changes, [now for before, now in _steps(truth) if before.emotion and now.emotion]),
        first=_followed(changes, [now for before, now in _steps(truth) if not before.emotion]),
        left=_followed(changes, [now for _, now in _steps(truth) if not now.emotion]),
        seen_seconds=sum(segment.seconds for segment in truth.segments if segment.emotion),
        right_seconds=_right_seconds(changes, truth),
    )


def score(tallies: Sequence[Tally], seed: int = 1) -> Score:
    """Put the tallies of streams together; the interval needs several."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(tallies), size=(BOOTSTRAP_DRAWS, len(tallies))).tolist()

    def estimate(figure: Callable[[Sequence[Tally]], float], count: int) -> Estimate:
        drawn = [figure([tallies[place] for place in draw]) for draw in draws]
        low, high = np.nanquantile(drawn, [0.025, 0.975]) if not all(map(math.isnan, drawn)) else (math.nan, math.nan)
        return Estimate(figure(tallies), float(low), float(high), count)

    counts = [sum(len(one.delays) + one.missed for one in sort) for sort in zip(
        *((each.between, each.first, each.left) for each in tallies), strict=True
    )]  # fmt: skip
    streams = len(tallies)
    return Score(
        estimate(lambda some: _per_hour(some, lambda one: one.wrong), streams),
        estimate(_missed, counts[0]),
        estimate(lambda some: _delay(some, lambda one: one.between, 0.5), counts[0]),
        estimate(lambda some: _delay(some, lambda one: one.between, 0.9), counts[0]),
        estimate(lambda some: _delay(some, lambda one: one.first, 0.5), counts[1]),
        estimate(lambda some: _delay(some, lambda one: one.left, 0.5), counts[2]),
        estimate(_quadrant_share, streams),
        estimate(lambda some: _per_hour(some, lambda one: one.unsure), streams),
    )


def at_once(truth: Truth) -> tuple[MoodChange, ...]:
    """Return the changes of one who follows a truth without delay."""
    moods = [_mood(segment) for segment in truth.segments]
    befores = [undecided(Presence.NOBODY), *moods]
    return tuple(
        MoodChange(segment.start, before, mood)
        for segment, before, mood in zip(truth.segments, befores, moods, strict=False)
        if mood != before
    )


def _mood(segment: Segment) -> Mood:
    return undecided(Presence.NOBODY) if segment.emotion is None else mood_of_emotion(segment.emotion)


def _is_wrong(change: MoodChange, truth: Truth) -> bool:
    if change.current.presence is Presence.UNSURE or truth.at(change.at) is None:
        return False
    return change.current.name not in truth.names(change.at - GRACE_SECONDS, change.at)


def _steps(truth: Truth) -> Iterator[tuple[Segment, Segment]]:
    """Yield what was and what is, of each change to something that lasts."""
    lasting = [segment for segment in truth.segments if segment.seconds >= SHORTEST_SECONDS]
    return ((before, now) for before, now in itertools.pairwise(lasting) if before.emotion is not now.emotion)


def _followed(changes: Sequence[MoodChange], asked: Sequence[Segment]) -> Followed:
    delays, missed = [], 0
    for segment in asked:
        first, last = (bisect.bisect_left(changes, at, key=_at) for at in (segment.start, segment.end))
        decided = changes[first - 1].current if first else undecided(Presence.NOBODY)
        if decided.name == segment.name:
            continue
        at = next((change.at for change in changes[first:last] if change.current.name == segment.name), None)
        if at is None:
            missed += 1
        else:
            delays.append(at - segment.start)
    return Followed(tuple(delays), missed)


def _at(change: MoodChange) -> float:
    return change.at


def _right_seconds(changes: Sequence[MoodChange], truth: Truth) -> float:
    starts = [-math.inf, *(change.at for change in changes)]
    moods = [undecided(Presence.NOBODY), *(change.current for change in changes)]
    seconds = 0.0
    for start, end, mood in zip(starts, [*starts[1:], math.inf], moods, strict=True):
        for segment in truth.overlapping(start, end):
            if mood.emotion and segment.emotion and _quadrant(mood.emotion) == _quadrant(segment.emotion):
                seconds += min(end, segment.end) - max(start, segment.start)
    return seconds


def _quadrant(emotion: Emotion) -> tuple[bool, bool] | None:
    """Return the signs of valence and arousal of an emotion; None in the middle."""
    place = mood_of_emotion(emotion).affect
    if math.hypot(place.valence, place.arousal) < _MIDDLE:
        return None
    return place.valence > 0, place.arousal > 0


def _per_hour(tallies: Sequence[Tally], counted: Callable[[Tally], int]) -> float:
    return 3600.0 * sum(map(counted, tallies)) / sum(one.seconds for one in tallies)


def _missed(tallies: Sequence[Tally]) -> float:
    asked = sum(len(one.between.delays) + one.between.missed for one in tallies)
    return sum(one.between.missed for one in tallies) / asked if asked else math.nan


def _delay(tallies: Sequence[Tally], sort: Callable[[Tally], Followed], share: float) -> float:
    delays = [delay for one in tallies for delay in sort(one).delays]
    return float(np.quantile(delays, share)) if delays else math.nan


def _quadrant_share(tallies: Sequence[Tally]) -> float:
    seen = sum(one.seen_seconds for one in tallies)
    return sum(one.right_seconds for one in tallies) / seen if seen else math.nan
