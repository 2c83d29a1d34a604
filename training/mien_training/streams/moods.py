"""Who sits there when, in which mood, and with which of a person's faces: the slow part of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.types import EMOTIONS, Emotion
from mien_training.errors import TrainingError
from mien_training.streams.pool import Kind, Pool, columns
from mien_training.streams.truth import Segment
from mien_training.streams.variants import Condition

NOBODY = -1

# How long a mood lasts: lognormal medians and spread of the logarithm. Neutral is most of the time.
NEUTRAL_SECONDS, OTHER_SECONDS, MOOD_SPREAD, SHORTEST_MOOD_SECONDS = 60.0, 30.0, 0.8, 6.0
# From neutral to which other mood, and how often from one to another without neutral between: assumed, since nobody has
# counted them before a camera at home; rare ones are kept frequent enough to be measured.
OTHER_MOODS = {
    Emotion.HAPPY: 0.40, Emotion.SAD: 0.18, Emotion.ANGRY: 0.16, Emotion.SURPRISE: 0.16, Emotion.FEAR: 0.06,
    Emotion.DISGUST: 0.04,
}  # fmt: skip
STRAIGHT_SHARE = 0.2
VISIT_SECONDS, VISIT_SPREAD = 720.0, 0.7
EMPTY_SECONDS = (15.0, 120.0)

# A person's face in a mood is one picture, and every few seconds one of those that are read most alike: in the clips,
# log-odds vary four to five times as much from person to person as within ten seconds of one.
HOLD_SECONDS = 8.0
KIN_SHARE = 0.06
FEWEST_KIN = 3
FEWEST_PICTURES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A value that holds from each of the `starts` (ascending, in seconds) to the next."""

    starts: NDArray[np.float64]
    values: NDArray[np.int64]

    def at(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the value at each moment."""
        return self.values[np.maximum(np.searchsorted(self.starts, moments, "right") - 1, 0)]


@dataclass(frozen=True, slots=True, eq=False)
class Moods:
    """What is true, and with which pictures (rows of the pool, or NOBODY) it is shown."""

    segments: tuple[Segment, ...]
    pictures: Steps


def draw_moods(pool: Pool, kind: Kind, seconds: float, rng: np.random.Generator) -> Moods:
    """Draw people who come and go, their moods and their faces.

    An emotion of fewer than FEWEST_PICTURES pictures is never shown.

    Raises:
        TrainingError: neutral, or all other emotions, have too few.
    """
    faces = _Faces(pool, kind)
    segments = tuple(_segments(faces.emotions, seconds, rng))
    starts, rows = [], []
    anchors: dict[Emotion, int] = {}
    for segment in segments:
        if segment.emotion is None:
            anchors = {}  # somebody else comes next
            starts.append(segment.start)
            rows.append(NOBODY)
            continue
        anchor = anchors.setdefault(segment.emotion, int(rng.choice(faces.rows[segment.emotion])))
        at, row = segment.start, anchor
        while at < segment.end:
            starts.append(at)
            rows.append(row)
            at += 1.0 + rng.exponential(HOLD_SECONDS - 1.0)
            row = int(rng.choice(faces.kin[anchor]))
    return Moods(segments, Steps(np.array(starts), np.array(rows)))


class _Faces:
    """The pictures of each emotion, and those that are read most like each."""

    def __init__(self, pool: Pool, kind: Kind) -> None:
        wanted = pool.clear if kind is Kind.CLEAR else np.full(len(pool.clear), True)
        rows = {emotion: np.flatnonzero((pool.labels == EMOTIONS.index(emotion)) & wanted) for emotion in EMOTIONS}
        self.rows = {emotion: found for emotion, found in rows.items() if len(found) >= FEWEST_PICTURES}
        self.emotions = tuple(self.rows)
        if Emotion.NEUTRAL not in self.rows or len(self.rows) < 2:
            raise TrainingError(
                f"A stream needs {FEWEST_PICTURES} pictures ({kind}) of neutral and of another emotion; there are so "
                f"many of {', '.join(self.rows) or 'none'}: give more pictures."
            )
        read = np.log(np.maximum(pool.probabilities[:, columns(Condition.STEADY)].mean(axis=1), 1e-3))
        self.kin: dict[int, NDArray[np.int64]] = {}
        for found in self.rows.values():
            count = max(FEWEST_KIN, round(KIN_SHARE * len(found)))
            for row in found:
                distances = np.linalg.norm(read[found] - read[row], axis=1)
                self.kin[int(row)] = found[np.argsort(distances, kind="stable")[:count]]


def _segments(emotions: tuple[Emotion, ...], seconds: float, rng: np.random.Generator) -> Iterator[Segment]:
    """Yield segments without gaps from 0 to `seconds`: an empty seat, somebody in moods, an empty seat, and so on."""
    at = 0.0
    while at < seconds:
        leaves = min(seconds, at + rng.uniform(*EMPTY_SECONDS))
        yield Segment(at, leaves, None)
        at, leaves = leaves, leaves + _lognormal(VISIT_SECONDS, VISIT_SPREAD, rng)
        mood = Emotion.NEUTRAL
        while at < min(leaves, seconds):
            median = NEUTRAL_SECONDS if mood is Emotion.NEUTRAL else OTHER_SECONDS
            end = at + max(SHORTEST_MOOD_SECONDS, _lognormal(median, MOOD_SPREAD, rng))
            yield Segment(at, min(end, seconds), mood)
            at, mood = end, _next(mood, emotions, rng)


def _next(mood: Emotion, emotions: tuple[Emotion, ...], rng: np.random.Generator) -> Emotion:
    if mood is not Emotion.NEUTRAL and rng.random() > STRAIGHT_SHARE:
        return Emotion.NEUTRAL
    others = [emotion for emotion in OTHER_MOODS if emotion in emotions and emotion is not mood]
    weights = np.array([OTHER_MOODS[emotion] for emotion in others])
    return others[int(rng.choice(len(others), p=weights / weights.sum()))]


def _lognormal(median: float, spread: float, rng: np.random.Generator) -> float:
    return float(median * np.exp(spread * rng.standard_normal()))
