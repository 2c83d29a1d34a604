"""Whose mood counts: from all faces of a frame to the look of the one person, or the group, that is followed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from mien.mood.hand_over import HandOver
from mien.mood.look import Look
from mien.mood.tracks import Person, Tracks
from mien.sections.seeing import PeopleSettings
from mien.types import EMOTIONS, Expression, Observation
from mien.who_counts import preference

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
        self._frame_size = (0, 0)  # the last one with a face
        self._counted = dict[int, Person]()
        self._last_at = 0.0

    def update(self, observation: Observation) -> Look:
        """Take in one observation, and return what is seen of the person followed."""
        at = observation.seen_at
        if observation.sightings:
            self._frame_size = observation.width, observation.height
        tracked = self._tracks.update(observation)  # all: a passenger who leans over has a number already
        people = [
            person
            for person in self._who_counts(at, tracked)
            if not person.is_picture and person.unseen_seconds <= _MOMENT_SECONDS
        ]
        if self._settings.follow == "everyone":
            return self._group_look(at, people)
        followed = self._hand_over.update(at, people, self._score)
        if followed is None:
            return Look(at, None, None, 0.0)
        return _look(at, followed.number, [followed])

    def _who_counts(self, at: float, tracked: Sequence[Person]) -> list[Person]:
        """Leave out who was never where a face counts; who was, and leans out of it, is out of sight."""
        counted = dict[int, Person]()
        for person in tracked:
            before = self._counted.get(person.number)
            if self._score(person) > 0:
                counted[person.number] = person
            elif before is not None:
                unseen_seconds = before.unseen_seconds + at - self._last_at
                counted[person.number] = dataclasses.replace(
                    person, sighting=before.sighting, in_sight=False, unseen_seconds=unseen_seconds
                )
        self._counted, self._last_at = counted, at
        return list(counted.values())

    def _score(self, person: Person) -> float:
        return preference(self._settings, person.sighting.face.box, *self._frame_size)

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
    if len(judged) == 1:
        return Look(at, number, judged[0][0], judged[0][1], unseen_seconds)
    total = sum(weight for _, _, weight in judged)
    mean = (sum(one.probabilities[index] * weight for one, _, weight in judged) for index in range(len(EMOTIONS)))
    quality = sum(quality * weight for _, quality, weight in judged) / total
    return Look(at, number, Expression(tuple(min(1.0, p / total) for p in mean)), min(1.0, quality), unseen_seconds)
