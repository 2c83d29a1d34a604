"""The filters that are compared, each with the numbers and thresholds that are tried of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mien.sections.seeing import MoodSettings
from mien.types import EMOTIONS
from mien_training.streams.decide import Thresholds, Times
from mien_training.streams.filters import (
    Exponential,
    Filter,
    Forgetting,
    Markov,
    QuickestDetection,
    Weighed,
    Window,
)
from mien_training.streams.pool import Pool, columns
from mien_training.streams.variants import Condition

_NEUTRAL_WEIGHTS = (1.0, 2.5, 4.0)
_DWELLS = (0.0, 0.3, 0.6, 0.9)
_NEUTRAL_DOUBT = (1.0, 0.4)  # how far below 1 neutral is entered, as a share of how far the others are
_OF_MEANS = tuple(
    Thresholds(enter, 1.0 - doubt * (1.0 - enter), min(enter, 0.3), dwell)
    for enter in (0.45, 0.55, 0.65, 0.75)
    for doubt in _NEUTRAL_DOUBT
    for dwell in _DWELLS
)
_OF_BELIEFS = tuple(
    Thresholds(enter, 1.0 - doubt * (1.0 - enter), 0.2, dwell)
    for enter in (0.6, 0.75, 0.85, 0.9, 0.95)
    for doubt in _NEUTRAL_DOUBT
    for dwell in _DWELLS
)
_OF_ALARMS = tuple(Thresholds(0.5, 0.5, 0.5, dwell) for dwell in _DWELLS)
MARKOV = "hidden Markov model"
"""The family of what mien does."""
LAST_LOOK = (Exponential(0.0), Thresholds(0.0, 0.0, 0.0, 0.0))
"""What peers do: the last frame's most probable emotion."""
BEFORE = (Exponential(1.0), Thresholds(0.45, 0.45, 0.30, 0.7))
"""What mien did before these filters were compared."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of filter: its members, and the thresholds that are tried with each."""

    name: str
    filters: Sequence[Filter]
    thresholds: Sequence[Thresholds]


def families(pool: Pool) -> tuple[Family, ...]:
    """Return all that is compared.

    Args:
        pool: pictures of the tuning half: what the model confuses is counted there.
    """
    confusion = confusion_of(pool)
    return (
        Family("exponential smoothing", [*_weighed(map(Exponential, (0.2, 0.5, 0.8, 1.2)))], _OF_MEANS),
        Family("box window", [*_weighed(map(Window, (0.5, 1.0, 1.5, 2.0)))], _OF_MEANS),
        Family("Gaussian window", [*_weighed(Window(one, True) for one in (0.25, 0.5, 0.8, 1.1))], _OF_MEANS),
        Family(MARKOV, [*_markov((1.0, 2.5, 4.0), None)], _OF_BELIEFS),
        Family("hidden Markov model, confusion", [*_markov((1.0, 2.0), confusion)], _OF_BELIEFS),
        Family(
            "quickest detection",
            [
                QuickestDetection(limit, drift, clear, weight)
                for limit in (1.0, 2.0, 3.0, 4.0)
                for drift in (0.0, 0.2)
                for clear in (0.3, 0.45)
                for weight in (1.0, 2.5)
            ],
            _OF_ALARMS,
        ),
        Family(
            "forgetting",
            [
                Forgetting(memory, looks, weight, 0.1)
                for memory in (0.6, 0.9, 1.2, 1.8)
                for looks in (1.5, 2.0, 3.0)
                for weight in _NEUTRAL_WEIGHTS
            ],
            _OF_BELIEFS,
        ),
    )


def shipped(settings: MoodSettings) -> tuple[Filter, Thresholds]:
    """Return what the settings say."""
    chosen = Markov(
        settings.evidence_per_second, settings.hold_seconds, settings.clear_probability, settings.neutral_weight
    )
    return chosen, Thresholds(
        settings.enter_probability,
        settings.enter_neutral_probability,
        settings.leave_probability,
        settings.dwell_seconds,
    )


def times_of(settings: MoodSettings) -> Times:
    """Return the times of the decision that are the same for all."""
    return Times(settings.refractory_seconds, settings.absence_seconds, settings.unsure_seconds)


def confusion_of(pool: Pool) -> tuple[tuple[float, ...], ...]:
    """Return the mean probabilities of the clear pictures of each emotion (rows); of all where few are clear."""
    steady = pool.probabilities[:, columns(Condition.STEADY)].mean(axis=1)
    rows = []
    for label in range(len(EMOTIONS)):
        clear = (pool.labels == label) & pool.clear
        shown = clear if clear.sum() >= 8 else pool.labels == label
        rows.append(tuple(np.maximum(steady[shown].mean(axis=0), 1e-3).astype(float).tolist()))
    return tuple(rows)


def _weighed(filters: Iterator[Filter]) -> Iterator[Filter]:
    for one, weight in itertools.product(filters, _NEUTRAL_WEIGHTS):
        yield Weighed(one, weight)


def _markov(weights: Sequence[float], confusion: tuple[tuple[float, ...], ...] | None) -> Iterator[Filter]:
    for evidence, hold, weight in itertools.product((2.0, 3.0, 4.0, 8.0), (1.0, 2.0, 4.0, 8.0), weights):
        yield Markov(evidence, hold, 0.1, weight, confusion=confusion)
