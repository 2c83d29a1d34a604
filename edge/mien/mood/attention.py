"""Whose mood counts: from all faces of a frame to the look of the one person, or the group, that is followed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from mien.config import PeopleSettings
from mien.mood.hand_over import HandOver
from mien.mood.look import Look
from mien.mood.tracks import Person, Tracks
from mien.types import EMOTIONS, Expression, Observation, Sighting

_MOMENT_SECONDS = 3.0  # a turned head, a hand before the face: for so long out of sight, the person is still there
_LEAST_WEIGHT = 1e-6  # so that a mean of faces of no quality is one, too


class Attention:
    """Follows one person among the faces seen, or all of them as one, as `people.follow` says."""

    def __init__(self, settings: PeopleSettings) -> None:
        self._settings = settings
        self._tracks = Tracks(settings.still_seconds, _MOMENT_SECONDS + settings.hand_over_seconds)
        self._hand_over = HandOver(settings.hand_over_seconds)
        self._group = 1
        self._group_is_there = False

    def update(self, observation: Observation) -> Look:
        """Take in one observation, and return what is seen of the person followed."""
        at = observation.seen_at
        tracked = self._tracks.update(self._admitted(observation))
        people = [person for person in tracked if not person.is_picture and person.unseen_seconds <= _MOMENT_SECONDS]
        if self._settings.follow == "everyone":
            return self._group_look(at, people)
        followed = self._hand_over.update(at, people, lambda person: self._score(person, observation))
        if followed is None:
            return Look(at, None, None, 0.0)
        return _look(at, followed.number, [followed])

    def _admitted(self, observation: Observation) -> Observation:
        """Leave out who does not sit in the seat, where only that counts."""
        if self._settings.follow != "seat":
            return observation
        left, top, right, bottom = self._settings.seat
        return dataclasses.replace(
            observation,
            sightings=tuple(
                sighting
                for sighting in observation.sightings
                if left * observation.width <= _centre(sighting)[0] <= right * observation.width
                and top * observation.height <= _centre(sighting)[1] <= bottom * observation.height
            ),
        )

    def _score(self, person: Person, observation: Observation) -> float:
        if self._settings.follow == "central":
            middle = (observation.width / 2, observation.height / 2)
            return 1.0 / (1.0 + math.dist(_centre(person.sighting), middle))
        return person.sighting.face.box.width

    def _group_look(self, at: float, people: Sequence[Person]) -> Look:
        """The group is one person for as long as anybody is there."""
        if self._group_is_there and not people:
            self._group += 1
        self._group_is_there = bool(people)
        return _look(at, self._group, people) if people else Look(at, None, None, 0.0)


def _look(at: float, number: int, people: Sequence[Person]) -> Look:
    """Return the mean of what is seen of the people, each by its quality."""
    unseen_seconds = min(person.unseen_seconds for person in people)
    seen = [person.sighting for person in people if person.in_sight]
    judged = [(one.expression, one.quality, one.quality + _LEAST_WEIGHT) for one in seen if one.expression is not None]
    if not judged:
        return Look(at, number, None, max((one.quality for one in seen), default=0.0), unseen_seconds)
    total = sum(weight for _, _, weight in judged)
    mean = (sum(one.probabilities[index] * weight for one, _, weight in judged) for index in range(len(EMOTIONS)))
    quality = sum(quality * weight for _, quality, weight in judged) / total
    return Look(at, number, Expression(tuple(min(1.0, p / total) for p in mean)), min(1.0, quality), unseen_seconds)


def _centre(sighting: Sighting) -> tuple[float, float]:
    box = sighting.face.box
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2
