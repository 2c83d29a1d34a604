"""Filters to compare: from looks to how far each emotion is believed, all by elapsed time and weighted by quality.

Each is a frozen set of numbers with `believed(looks)`, float [T, S, 7], of which the decision takes the largest. A
look stands for the time since the one before it. Another person starts from "anything is possible".
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mien.mood.belief import LEAST_PROBABILITY, LONGEST_LOOK_SECONDS, steps_of
from mien.types import EMOTIONS, Emotion
from mien_training.streams.looks import Looks, Numbers

_COUNT = len(EMOTIONS)
_UNIFORM = np.full(_COUNT, 1.0 / _COUNT)
_NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)


class Filter(Protocol):
    """A filter with its numbers."""

    def believed(self, looks: Looks) -> Numbers:
        """Return how far each emotion is believed after each look, float [T, S, 7]."""
        ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """Another filter, after the probability of neutral was counted so many times."""

    inner: Filter
    neutral_weight: float

    def believed(self, looks: Looks) -> Numbers:
        """Return what the other filter makes of the weighed probabilities."""
        weighed = _weighed(looks.probabilities, self.neutral_weight)
        return self.inner.believed(dataclasses.replace(looks, probabilities=weighed / weighed.sum(-1, keepdims=True)))


@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential smoothing with a time constant; 0 takes each look as it is."""

    seconds: float

    def believed(self, looks: Looks) -> Numbers:
        """Return the smoothed probabilities."""
        gains = 1.0 - np.exp(-looks.seconds / max(self.seconds, 1e-9))
        believed = np.empty_like(looks.probabilities)
        belief = np.tile(_UNIFORM, (looks.at.shape[1], 1))
        for step, gain in enumerate(gains):
            belief[looks.other[step]] = _UNIFORM
            belief += gain[:, np.newaxis] * (looks.probabilities[step] - belief)
            believed[step] = belief
        return believed


@dataclass(frozen=True, slots=True)
class Window:
    """The mean over a window of the last seconds: a box, or the falling half of a Gaussian (as far as 3 sigma).

    A window that holds little evidence is filled up with "anything is possible".
    """

    seconds: float
    gaussian: bool = False

    def believed(self, looks: Looks) -> Numbers:
        """Return the mean probabilities of the window."""
        reach = 3.0 * self.seconds if self.gaussian else self.seconds
        person = np.cumsum(looks.other, axis=0)
        total, weights = np.zeros_like(looks.probabilities), np.zeros_like(looks.at)
        for lag in range(len(looks.at)):
            rows = len(looks.at) - lag
            ages = looks.at[lag:] - looks.at[:rows]
            if ages.min() > reach:
                break
            weight = looks.seconds[:rows] * self._height(ages) * (person[lag:] == person[:rows])
            total[lag:] += weight[..., np.newaxis] * looks.probabilities[:rows]
            weights[lag:] += weight
        missing = np.maximum(0.0, 0.5 * self.seconds - weights)
        filled = total + missing[..., np.newaxis] * _UNIFORM
        return np.asarray(filled / (weights + missing)[..., np.newaxis])

    def _height(self, ages: Numbers) -> Numbers:
        if self.gaussian:
            return np.where(ages <= 3.0 * self.seconds, np.exp(-0.5 * (ages / self.seconds) ** 2), 0.0)
        return (ages < self.seconds).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Markov:
    """The forward filter of a hidden Markov model: `mien.mood.belief`, with its settings' names.

    `confusion`, where given, float [7, 7], are the mean probabilities that pictures of each emotion (rows) get: a look
    then speaks by how often the model says so.
    """

    evidence_per_second: float
    hold_seconds: float
    clear_probability: float
    neutral_weight: float = 1.0
    confusion: tuple[tuple[float, ...], ...] | None = None

    def believed(self, looks: Looks) -> Numbers:
        """Return the probabilities of the seven emotions; what is missing to 1 is that of "unclear"."""
        speaks = self._speaks(looks.probabilities)
        start = 1.0 / (_COUNT + 1)
        belief = np.full((looks.at.shape[1], _COUNT + 1), start)
        believed = np.empty_like(looks.probabilities)
        for step, (elapsed, seconds) in enumerate(zip(looks.elapsed, looks.seconds, strict=True)):
            belief[looks.other[step]] = start
            told = np.minimum(elapsed, LONGEST_LOOK_SECONDS)
            belief = start + np.exp((told - elapsed) / self.hold_seconds)[:, np.newaxis] * (belief - start)
            steps = np.array([steps_of(one) for one in told])
            stays = np.exp(-told / steps / self.hold_seconds)[:, np.newaxis]
            gains = np.exp((self.evidence_per_second * seconds / steps)[:, np.newaxis] * speaks[step])
            for done in range(steps.max()):
                further = (start + stays * (belief - start)) * gains
                further /= further.sum(axis=1, keepdims=True)
                belief = np.where((done < steps)[:, np.newaxis], further, belief)
            believed[step] = belief[:, :_COUNT]
        return believed

    def _speaks(self, probabilities: Numbers) -> Numbers:
        likely = probabilities if self.confusion is None else probabilities @ np.array(self.confusion).T
        by_emotion = np.log(_weighed(np.maximum(likely, LEAST_PROBABILITY), self.neutral_weight))
        unclear = np.full((*probabilities.shape[:-1], 1), np.log(self.clear_probability))
        return np.concatenate([by_emotion, unclear], axis=-1)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """A Bayesian filter that forgets exponentially: the mean log-probability of late (Kulhavy and Zarrop 1993).

    What was seen is forgotten with the time constant `memory_seconds`, while nothing can be judged with
    `unsure_seconds`; all that is remembered is worth `memory_looks` looks.
    """

    memory_seconds: float
    memory_looks: float
    neutral_weight: float
    clear_probability: float
    unsure_seconds: float = 4.0

    def believed(self, looks: Looks) -> Numbers:
        """Return the probabilities of the seven emotions; what is missing to 1 is that of "unclear"."""
        least = np.maximum(looks.probabilities, LEAST_PROBABILITY)
        said = np.log(_weighed(least, self.neutral_weight)) - np.log(self.clear_probability)
        said[~looks.judged] = 0.0
        gains = np.where(
            looks.judged,
            1.0 - np.exp(-looks.seconds / self.memory_seconds),
            1.0 - np.exp(-looks.elapsed / self.unsure_seconds),
        )
        evidence = np.zeros((looks.at.shape[1], _COUNT))
        remembered = np.empty_like(looks.probabilities)
        for step, gain in enumerate(gains):
            evidence[looks.other[step]] = 0.0
            evidence += gain[:, np.newaxis] * (said[step] - evidence)
            remembered[step] = evidence
        weights = np.exp(self.memory_looks * remembered)
        return np.asarray(weights / (1.0 + weights.sum(axis=-1, keepdims=True)))


@dataclass(frozen=True, slots=True)
class QuickestDetection:
    """Change-point detection: a cumulative sum of log-likelihood ratios against the present state for each other one.

    A sum never falls below zero; the first to pass `limit` is the new state (Page 1954; Lorden 1971, of several
    hypotheses). `drift` a second is taken off each. "No emotion is clear" is a state too.
    """

    limit: float
    drift: float
    clear: float
    neutral_weight: float = 1.0

    def believed(self, looks: Looks) -> Numbers:
        """Return 1 for the present state's emotion and 0 for the others."""
        least = np.maximum(looks.probabilities, LEAST_PROBABILITY)
        unclear = np.full((*looks.at.shape, 1), np.log(self.clear))
        speaks = np.concatenate([np.log(_weighed(least, self.neutral_weight)), unclear], axis=-1)
        streams = np.arange(looks.at.shape[1])
        state, sums = np.full(len(streams), _COUNT), np.zeros((len(streams), _COUNT + 1))
        believed = np.zeros_like(looks.probabilities)
        for step, seconds in enumerate(looks.seconds):
            state = np.where(looks.other[step], _COUNT, state)
            sums[looks.other[step]] = 0.0
            ratio = speaks[step] - speaks[step, streams, state][:, np.newaxis] - self.drift
            sums = np.maximum(0.0, sums + seconds[:, np.newaxis] * ratio)
            best = sums.argmax(axis=1)
            alarm = sums[streams, best] >= self.limit
            state = np.where(alarm, best, state)
            sums[alarm] = 0.0
            is_emotion = state < _COUNT
            believed[step, streams[is_emotion], state[is_emotion]] = 1.0
        return believed


def _weighed(probabilities: Numbers, neutral_weight: float) -> Numbers:
    weighed = probabilities.copy()
    weighed[..., _NEUTRAL] *= neutral_weight
    return weighed
