"""The decision of `mien.mood.decision` for many streams and many settings at once; a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mien.mood.affect import mood_of_emotion, undecided
from mien.types import EMOTIONS, Emotion, Mood, MoodChange, Presence
from mien_training.streams.looks import Looks, Numbers

_NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)
_UNSURE, _NOBODY = len(EMOTIONS), len(EMOTIONS) + 1
_MOODS: tuple[Mood, ...] = (
    *map(mood_of_emotion, EMOTIONS), undecided(Presence.UNSURE), undecided(Presence.NOBODY)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is varied of the decision, in the words of the settings; `enter_neutral` is the `enter` of neutral."""

    enter: float
    enter_neutral: float
    leave: float
    dwell_seconds: float


@dataclass(frozen=True, slots=True)
class Times:
    """What is not varied."""

    refractory_seconds: float
    absence_seconds: float
    unsure_seconds: float


def decide(
    looks: Looks, believed: Numbers, thresholds: Sequence[Thresholds], times: Times
) -> list[list[list[MoodChange]]]:
    """Return the changes of mood for each of the thresholds and each stream."""
    enter, enter_neutral, leave, dwell = (
        np.array([getattr(one, name) for one in thresholds])[:, np.newaxis]
        for name in ("enter", "enter_neutral", "leave", "dwell_seconds")
    )
    shape = (len(thresholds), looks.at.shape[1])
    tops, heights = believed.argmax(axis=-1), believed.max(axis=-1)
    padded = np.concatenate([believed, np.zeros((*looks.at.shape, 2))], axis=-1)
    streams = np.arange(shape[1])
    waits = np.concatenate([np.repeat(dwell, len(EMOTIONS), axis=1), *_constant(times, shape[0])], axis=1)
    settings = np.arange(shape[0])[:, np.newaxis]
    mood = np.full(shape, _NOBODY)
    candidate, since, changed_at = mood.copy(), np.zeros(shape), np.full(shape, -np.inf)
    found: list[tuple[int, int, float, int, int]] = []
    for step, at in enumerate(looks.at):
        kept = np.where(padded[step, streams, mood] >= leave, mood, _UNSURE)
        kept = np.where((kept == _UNSURE) & (looks.absent[step] > 0), mood, kept)
        outcome = np.where(heights[step] >= np.where(tops[step] == _NEUTRAL, enter_neutral, enter), tops[step], kept)
        outcome = np.where(looks.absent[step] >= times.absence_seconds, _NOBODY, outcome)
        since = np.where(outcome == candidate, since, at)
        candidate = outcome
        ready = (
            (outcome != mood) & (at - changed_at >= times.refractory_seconds) & (at - since >= waits[settings, outcome])
        )
        if ready.any():
            for row, column in zip(*np.nonzero(ready), strict=True):
                found.append((row, column, at[column], mood[row, column], outcome[row, column]))
            changed_at, mood = np.where(ready, at, changed_at), np.where(ready, outcome, mood)
    return _sorted(found, shape)


def _constant(times: Times, rows: int) -> tuple[Numbers, Numbers]:
    return np.full((rows, 1), times.unsure_seconds), np.zeros((rows, 1))


def _sorted(found: list[tuple[int, int, float, int, int]], shape: tuple[int, int]) -> list[list[list[MoodChange]]]:
    changes: list[list[list[MoodChange]]] = [[[] for _ in range(shape[1])] for _ in range(shape[0])]
    for row, column, at, before, after in found:
        changes[row][column].append(MoodChange(float(at), _MOODS[before], _MOODS[after]))
    return changes
