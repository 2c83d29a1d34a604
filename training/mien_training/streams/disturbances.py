"""What comes between a mood and what the camera sees of it: blinks, talk, turned heads, passers, light, lost frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien_training.streams.moods import Steps
from mien_training.streams.variants import WAYS, Condition


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happens, and how long it lasts at least and at most."""

    per_hour: float
    seconds: tuple[float, float]


# At rest people blink about 17 times a minute (Bentivoglio et al. 1997), for 0.15 to 0.3 s.
BLINKS = Rate(17 * 60, (0.15, 0.3))
# Assumed, none of it chosen by a result: what a person alone before a screen or a wheel may do.
TALKS = Rate(40, (2.0, 10.0))
TURNS = Rate(90, (0.5, 3.0))
SHORT_LOOKS = Rate(40, (0.3, 1.0))
PASSERS = Rate(10, (1.0, 3.0))
GAPS = Rate(4, (1.0, 4.0))
SYLLABLE_SECONDS = 0.25
LIGHT_SECONDS, LIGHT_SPREAD = 300.0, 0.7
LIGHTS = {Condition.STEADY: 0.7, Condition.DIM: 0.15, Condition.GLARE: 0.15}
# How long one variant of a face holds: by the clips' log-odds, whose fast part changes with this time constant.
VARIANT_SECONDS = 0.15
CONDITIONS = tuple(Condition)


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Times at which something goes on, by ascending `starts`. A later span breaks off an earlier one."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    def number(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return which span each moment lies in, -1 in none."""
        if not len(self.starts):
            return np.full(len(moments), -1)
        place = np.searchsorted(self.starts, moments, "right") - 1
        return np.where((place >= 0) & (moments < self.ends[place]), place, -1)

    def progress(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far through its span each moment is, from 0 to 1; 0 in none."""
        number = self.number(moments)
        if not len(self.starts):
            return np.zeros(len(moments))
        starts, ends = self.starts[number], self.ends[number]
        return np.where(number >= 0, (moments - starts) / (ends - starts), 0.0)


def draw_spans(rate: Rate, seconds: float, rng: np.random.Generator) -> Spans:
    """Draw spans at random times, as many as the rate says on average."""
    starts = np.sort(rng.uniform(0.0, seconds, rng.poisson(rate.per_hour * seconds / 3600.0)))
    return Spans(starts, starts + rng.uniform(*rate.seconds, len(starts)))


def draw_light(seconds: float, rng: np.random.Generator) -> Steps:
    """Draw the light, by number in `Condition`, for minutes each."""
    starts, values, at = [], [], 0.0
    while at < seconds:
        starts.append(at)
        values.append(CONDITIONS.index(list(LIGHTS)[int(rng.choice(len(LIGHTS), p=list(LIGHTS.values())))]))
        at += float(LIGHT_SECONDS * np.exp(LIGHT_SPREAD * rng.standard_normal()))
    return Steps(np.array(starts), np.array(values))


def draw_steps(mean_seconds: float, seconds: float, rng: np.random.Generator) -> Steps:
    """Draw a number, any below 2 ** 31, that changes after exponential times of this mean."""
    waits = rng.exponential(mean_seconds, int(1.2 * seconds / mean_seconds) + 100)
    starts = np.concatenate([[0.0], np.cumsum(waits)])
    return Steps(starts, rng.integers(2**31, size=len(starts)))


def column(conditions: NDArray[np.int64], draws: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of a picture's variants is seen: for conditions by number, one chosen by the draws."""
    counts = np.array([WAYS[condition].variants for condition in CONDITIONS])
    firsts = np.cumsum(counts) - counts
    return np.asarray(firsts[conditions] + draws % counts[conditions], np.int64)
