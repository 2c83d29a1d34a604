"""Composes hours of observations with known moods, of pictures that the shipped model has not learned from.

What happens depends on the seed alone; the frame rate only says when it is looked at. So the same seed at 3 and at 24
frames a second is the same hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mien.types import EMOTIONS, Observation
from mien_training.streams.camera import Camera, moments_of
from mien_training.streams.disturbances import CONDITIONS
from mien_training.streams.moods import NOBODY
from mien_training.streams.pool import Kind, Pool, columns
from mien_training.streams.truth import Segment, Truth
from mien_training.streams.world import World, draw_world

LEGIBLE_PROBABILITY = 0.5
_ILLEGIBLE, _EMPTY, _NOTHING_YET = -1, -2, -3


@dataclass(frozen=True, slots=True)
class Stream:
    """What the eye could have told, and what was true.

    `truth` is what was shown. `legible` is what the model reads in the faces that were shown, on average over their
    variants in the light of the time: all that a filter can know of them. A face whose mean has no emotion at
    LEGIBLE_PROBABILITY is a gap in it.
    """

    observations: tuple[Observation, ...]
    truth: Truth
    legible: Truth


def compose(pool: Pool, seed: int, hours: float, frames_per_second: float, kind: Kind) -> Stream:
    """Compose a stream; the same arguments give the same one.

    Args:
        pool: of one half of the pictures.
        seed: of what happens.
        hours: how long, from time 0.
        frames_per_second: on average; frames come a little early or late, and some not at all.
        kind: which pictures are shown as moods. Who talks or passes by shows any.
    """
    seconds = 3600.0 * hours
    world = draw_world(pool, kind, seconds, seed)
    rng = np.random.default_rng([seed, round(1000 * frames_per_second)])
    moments = moments_of(world, seconds, frames_per_second, rng)
    observations = Camera(pool, world, seed).look(moments, rng)
    return Stream(observations, Truth(world.moods.segments), Truth(tuple(_legible(pool, world, seconds))))


def _legible(pool: Pool, world: World, seconds: float) -> Iterator[Segment]:
    """Yield what is read for as long as it is the same."""
    means = np.stack([pool.probabilities[:, columns(condition)].mean(axis=1) for condition in CONDITIONS])
    starts = np.union1d(world.moods.pictures.starts, world.light.starts)
    rows, lights = world.moods.pictures.at(starts), world.light.at(starts)
    seen = means[lights, rows]
    read = np.where(seen.max(axis=1) >= LEGIBLE_PROBABILITY, seen.argmax(axis=1), _ILLEGIBLE)
    read = np.where(rows == NOBODY, _EMPTY, read)
    changes = np.flatnonzero(np.diff(read, prepend=_NOTHING_YET))
    ends = np.append(starts[changes[1:]], seconds)
    for place, start, end in zip(read[changes].tolist(), starts[changes].tolist(), ends.tolist(), strict=True):
        if place != _ILLEGIBLE:
            yield Segment(start, end, None if place == _EMPTY else EMOTIONS[place])
