"""Looks at a world, frame by frame: from pictures and places to observations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.eye.quality import LEAST_QUALITY
from mien.types import Expression, Face, Observation, Sighting
from mien_training.streams.moods import NOBODY
from mien_training.streams.places import HEIGHT, WIDTH, Passer, Seat
from mien_training.streams.pool import Pool
from mien_training.streams.world import World

ONSET_SECONDS = 0.3
"""How long a face takes from one mood to the next: in the clips 0.1 to 0.3 s."""
LOST_SHARE = 0.02
_EARLY_OR_LATE = 0.1  # of the time from frame to frame
_PROFILE = 0.93


def moments_of(world: World, seconds: float, frames_per_second: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return when frames are taken: a little early or late, some not at all."""
    places = np.arange(1, int(seconds * frames_per_second), dtype=np.float64)
    moments = (places + rng.uniform(-_EARLY_OR_LATE, _EARLY_OR_LATE, len(places))) / frames_per_second
    kept = (world.gaps.number(moments) < 0) & (rng.random(len(moments)) >= LOST_SHARE)
    return np.asarray(moments[kept], np.float64)


class Camera:
    """Sees the person in the seat, and who walks by.

    Args:
        pool: the pictures that the world is drawn from.
        world: what there is to see.
        seed: of where people sit, and who walks by.
    """

    def __init__(self, pool: Pool, world: World, seed: int) -> None:
        self._world = world
        self._pool = pool
        self._expressions = pool.expressions()
        empty = [segment.start for segment in world.moods.segments if segment.emotion is None]
        self._visits = np.array(empty or [0.0])
        self._seats = [Seat(np.random.default_rng([seed, 1, place])) for place in range(len(self._visits))]
        self._passers = [Passer(np.random.default_rng([seed, 2, place])) for place in range(len(world.passers.starts))]
        self._strangers = np.random.default_rng([seed, 3]).integers(len(pool.labels), size=len(self._passers))
        self._onsets = np.array([segment.start for segment in world.moods.segments])

    def look(self, moments: NDArray[np.float64], rng: np.random.Generator) -> tuple[Observation, ...]:
        """Return what is seen at each moment; `rng` is the detector's trembling."""
        trembling = rng.standard_normal((len(moments), 3))
        columns = self._world.columns(moments)
        seated = self._seated(moments, columns, trembling)
        passing = self._passing(moments, columns)
        return tuple(
            Observation(moment, _largest_first(person, stranger), WIDTH, HEIGHT)
            for moment, person, stranger in zip(moments.tolist(), seated, passing, strict=True)
        )

    def _seated(
        self, moments: NDArray[np.float64], columns: NDArray[np.int64], trembling: NDArray[np.float64]
    ) -> list[Sighting | None]:
        rows = self._world.pictures(self._pool, moments)
        turned = self._world.turned(moments)
        qualities = np.minimum(self._pool.qualities[rows, columns], 1.0 - 0.7 * turned)
        visits = np.searchsorted(self._visits, moments, "right") - 1
        seen = (rows != NOBODY) & (turned < _PROFILE)
        shown = self._shown(moments, rows, columns)
        return [
            _sighting_of(self._seats[visit].face(moment, turn, tremble), expression, quality) if there else None
            for there, visit, moment, turn, tremble, expression, quality in zip(
                seen.tolist(), visits.tolist(), moments.tolist(), turned.tolist(), trembling.tolist(), shown,
                qualities.tolist(), strict=True,
            )
        ]  # fmt: skip

    def _shown(
        self, moments: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> list[Expression]:
        """Return what is read at each moment: while a mood sets in, a mixture of it and the one before."""
        shown = [self._expressions[row][column] for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
        onsets = self._onsets[np.searchsorted(self._onsets, moments, "right") - 1]
        shares = (moments - onsets) / ONSET_SECONDS
        before = self._world.moods.pictures.at(onsets - 1e-6)
        for place in np.flatnonzero((shares < 1) & (before != NOBODY) & (rows != NOBODY)).tolist():
            old = self._expressions[before[place]][columns[place]]
            shown[place] = _mixed(old, shown[place], float(shares[place]))
        return shown

    def _passing(self, moments: NDArray[np.float64], columns: NDArray[np.int64]) -> list[Sighting | None]:
        seen: list[Sighting | None] = [None] * len(moments)
        numbers, ways = self._world.passers.number(moments), self._world.passers.progress(moments)
        for place in np.flatnonzero(numbers >= 0).tolist():
            stranger, column = self._strangers[numbers[place]], columns[place]
            face = self._passers[numbers[place]].face(float(ways[place]))
            quality = float(self._pool.qualities[stranger, column])
            seen[place] = _sighting_of(face, self._expressions[stranger][column], quality)
        return seen


def _sighting_of(face: Face, expression: Expression, quality: float) -> Sighting:
    return Sighting(face, expression if quality >= LEAST_QUALITY else None, quality)


def _largest_first(person: Sighting | None, stranger: Sighting | None) -> tuple[Sighting, ...]:
    seen = [sighting for sighting in (person, stranger) if sighting is not None]
    return tuple(sorted(seen, key=lambda sighting: -sighting.face.box.area))


def _mixed(old: Expression, new: Expression, share: float) -> Expression:
    pairs = zip(old.probabilities, new.probabilities, strict=True)
    return Expression(tuple((1 - share) * before + share * after for before, after in pairs))
