"""Compares filters on composed streams: all is chosen on the tuning half of the pictures, and reported on the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mien import config
from mien.mood.attention import Attention
from mien_training.evaluate import BOOTSTRAP_DRAWS, Estimate
from mien_training.streams.compose import Stream, compose
from mien_training.streams.decide import Thresholds, decide
from mien_training.streams.families import Family, times_of
from mien_training.streams.filters import Filter
from mien_training.streams.looks import Looks, side_by_side
from mien_training.streams.pool import Kind, Pool
from mien_training.streams.score import Score, Tally, at_once, score, tally
from mien_training.streams.truth import Truth

FRAMES_PER_SECOND = 6.0
DELAY_LIMITS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
"""Median delays in seconds for which each filter's best setting is sought."""
MOST_MISSED = 0.05
"""Who misses more of the true changes is not compared: a filter that never decides is never wrong."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Hours of looks, what was shown in them, and what the model reads there in the long run."""

    looks: Looks
    shown: tuple[Truth, ...]
    legible: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A filter with its numbers and the thresholds of the decision."""

    filter: Filter
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Tried:
    """What a setting came to on the tuning half: wrong changes an hour, median delay, share missed."""

    setting: Setting
    wrong: float
    delay: float
    missed: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A setting on some hours, against what was shown and what is legible; the tallies are of each hour."""

    shown_tallies: tuple[Tally, ...]
    legible_tallies: tuple[Tally, ...]
    shown: Score
    legible: Score


def bench(pool: Pool, kind: Kind, count: int, hours: float = 1.0) -> Bench:
    """Compose streams of 6 frames a second, and look at them as mien does."""
    streams: list[Stream] = []
    looks = []
    for seed in range(count):
        stream = compose(pool, seed, hours, FRAMES_PER_SECOND, kind)
        attention = Attention(config.load().people)
        looks.append([attention.update(observation) for observation in stream.observations])
        streams.append(stream)
    return Bench(side_by_side(looks), tuple(one.truth for one in streams), tuple(one.legible for one in streams))


def sweep(family: Family, tuned_on: Bench) -> list[Tried]:
    """Try all settings of a family, against what was shown."""
    times = times_of(config.load().mood)
    tried = []
    for one in family.filters:
        decided = decide(tuned_on.looks, one.believed(tuned_on.looks), family.thresholds, times)
        for thresholds, streams in zip(family.thresholds, decided, strict=True):
            tallies = [tally(changes, truth) for changes, truth in zip(streams, tuned_on.shown, strict=True)]
            tried.append(_tried(Setting(one, thresholds), tallies))
    return tried


def best(tried: Sequence[Tried], delay_limit: float) -> Setting | None:
    """Return the setting that is wrong least often within the limit and MOST_MISSED; None where none is."""
    within = [one for one in tried if one.delay <= delay_limit and one.missed <= MOST_MISSED]
    return min(within, key=lambda one: (one.wrong, one.delay)).setting if within else None


def measure(setting: Setting, on: Bench) -> Measured:
    """Return the figures of a setting."""
    believed = setting.filter.believed(on.looks)
    decided = decide(on.looks, believed, [setting.thresholds], times_of(config.load().mood))[0]
    shown, legible = (
        tuple(tally(changes, truth) for changes, truth in zip(decided, truths, strict=True))
        for truths in (on.shown, on.legible)
    )
    return Measured(shown, legible, score(shown), score(legible))


def fewer_wrong(one: Sequence[Tally], other: Sequence[Tally], seed: int = 1) -> Estimate:
    """Return how many wrong changes an hour fewer one makes than another in the same hours (paired bootstrap)."""
    draws = np.random.default_rng(seed).integers(len(one), size=(BOOTSTRAP_DRAWS, len(one)))

    def difference(hours: Sequence[int]) -> float:
        return _wrong_per_hour([other[hour] for hour in hours]) - _wrong_per_hour([one[hour] for hour in hours])

    low, high = np.quantile([difference(draw) for draw in draws.tolist()], [0.025, 0.975])
    return Estimate(difference(range(len(one))), float(low), float(high), len(one))


def floor(on: Bench) -> Score:
    """Return what one would come to who followed at once what the model reads: misread faces are wrong all the same."""
    return score([tally(at_once(read), truth) for read, truth in zip(on.legible, on.shown, strict=True)])


def _tried(setting: Setting, tallies: Sequence[Tally]) -> Tried:
    delays = [delay for one in tallies for delay in one.between.delays]
    missed = sum(one.between.missed for one in tallies)
    asked = max(1, missed + len(delays))
    return Tried(setting, _wrong_per_hour(tallies), float(np.median(delays)) if delays else math.inf, missed / asked)


def _wrong_per_hour(tallies: Sequence[Tally]) -> float:
    return 3600.0 * sum(one.wrong for one in tallies) / sum(one.seconds for one in tallies)
