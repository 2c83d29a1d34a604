"""Who is who from frame to frame: the nearest face is the same person's."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from mien.mood.stillness import Place, Stillness, place_of
from mien.types import Observation, Sighting

_REACH_WIDTHS = 0.5  # how far a face can be from where it was ...
_REACH_WIDTHS_A_SECOND = 4.0  # ... and farther, the longer a frame takes; who walks by faster is another one each time
_LONGEST_REACH_WIDTHS = 1.0
_SIZE_WEIGHT = 2.0  # a head turns and leans aside faster than it grows
_LOST_SECONDS = 0.3  # who was not in the last frame, nor seen for so long, is lost: a face there may be anybody's
_LOST_HANDICAP_WIDTHS = 0.5  # so much nearer a face must be to a lost one than to one in sight
_PICTURE_REACH_WIDTHS = 0.2
_PICTURE_MEMORY_SECONDS = 3600.0
_MOST_TRACKS = 64
_SETTLED_WIDTHS = 0.5  # between a face and its mean place of two seconds


@dataclass(frozen=True, slots=True)
class Person:
    """A face, followed through time, as it was seen last.

    `number` is its own for ever. `in_sight` says that it is in this frame, `unseen_seconds` since when it is not.
    `has_moved` tells a living face from one that may be a picture, `is_picture` one that surely is; `is_settled` one
    that stays from one that walks by.
    """

    number: int
    sighting: Sighting
    in_sight: bool
    unseen_seconds: float
    has_moved: bool
    is_picture: bool
    is_settled: bool


@dataclass(slots=True)
class _Track:
    number: int
    sighting: Sighting
    place: Place
    seen_at: float
    stillness: Stillness
    in_sight: bool = True
    is_lost: bool = False

    def reach(self, at: float) -> float:
        if self.stillness.is_picture:
            return _PICTURE_REACH_WIDTHS
        if self.is_lost:
            return _REACH_WIDTHS
        return min(_LONGEST_REACH_WIDTHS, _REACH_WIDTHS + _REACH_WIDTHS_A_SECOND * (at - self.seen_at))

    def distance(self, place: Place, reach: float) -> float:
        """Return how far a face is from where it was, in face widths; infinite for one beyond its reach."""
        if 2 * abs(self.place.x - place.x) > reach * (self.place.width + place.width):  # most are, and soon told
            return math.inf
        distance = self.place.distance(place, _SIZE_WEIGHT)
        return distance if distance <= reach else math.inf

    def see(self, at: float, sighting: Sighting) -> None:
        self.sighting, self.place, self.seen_at = sighting, place_of(sighting.face), at
        self.in_sight = True
        self.stillness.update(at, self.place, sighting.expression)

    def person(self, at: float) -> Person:
        stillness = self.stillness
        return Person(
            number=self.number,
            sighting=self.sighting,
            in_sight=self.in_sight,
            unseen_seconds=at - self.seen_at,
            has_moved=stillness.has_moved,
            is_picture=stillness.is_picture,
            is_settled=stillness.lag < _SETTLED_WIDTHS,
        )


class Tracks:
    """Numbers the faces.

    Args:
        still_seconds: a face that has not moved for so long is a picture; 0: none ever is.
        memory_seconds: a person out of sight is remembered for so long, a picture for an hour.
    """

    def __init__(self, still_seconds: float, memory_seconds: float) -> None:
        self._still_seconds = still_seconds
        self._memory_seconds = memory_seconds
        self._tracks: list[_Track] = []
        self._numbers = itertools.count(1)

    def update(self, observation: Observation) -> tuple[Person, ...]:
        """Take in one observation, and return everybody who is remembered, those out of sight too."""
        at = observation.seen_at
        self._forget(at)
        unknown = dict(enumerate(observation.sightings))
        for track in self._tracks:
            track.is_lost = not track.in_sight and at - track.seen_at > _LOST_SECONDS
            track.in_sight = False
        for track, index in self._matches(observation):
            track.see(at, unknown.pop(index))
        for sighting in unknown.values():
            self._begin(at, sighting)
        return tuple(track.person(at) for track in self._tracks)

    def _forget(self, at: float) -> None:
        self._tracks = [
            track
            for track in self._tracks
            if at - track.seen_at <= (_PICTURE_MEMORY_SECONDS if track.stillness.is_picture else self._memory_seconds)
        ]

    def _begin(self, at: float, sighting: Sighting) -> None:
        if len(self._tracks) >= _MOST_TRACKS:
            self._tracks.remove(min(self._tracks, key=lambda track: track.seen_at))
        place = place_of(sighting.face)
        stillness = Stillness(self._still_seconds, at, place)
        stillness.update(at, place, sighting.expression)
        self._tracks.append(_Track(next(self._numbers), sighting, place, at, stillness))

    def _matches(self, observation: Observation) -> Iterator[tuple[_Track, int]]:
        """Yield pairs of a track and its sighting's index, the nearest first, those who are in sight before the lost.

        ByteTrack (Zhang et al. 2022) has two rounds for it; one with a handicap tells a returning face that lies just
        where it was from one that passes.
        """
        at = observation.seen_at
        places = [place_of(sighting.face) for sighting in observation.sightings]
        pairs = sorted(
            (distance + track.is_lost * _LOST_HANDICAP_WIDTHS, track.number, index, track)
            for track, reach in [(track, track.reach(at)) for track in self._tracks]
            for index, place in enumerate(places)
            if (distance := track.distance(place, reach)) < math.inf
        )
        taken_tracks, taken_sightings = set[int](), set[int]()
        for _, number, index, track in pairs:
            if number not in taken_tracks and index not in taken_sightings:
                taken_tracks.add(number)
                taken_sightings.add(index)
                yield track, index
