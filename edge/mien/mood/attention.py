"""Whose mood counts: from all faces of a frame to the look of the one person that is followed."""

from __future__ import annotations

from mien.config import PeopleSettings
from mien.mood.look import Look
from mien.types import Observation


class Attention:
    """Follows one person among the faces seen."""

    def __init__(self, settings: PeopleSettings) -> None:
        self._settings = settings

    def update(self, observation: Observation) -> Look:
        """Take in one observation, and return what is seen of the person followed."""
        sighting = observation.largest
        if sighting is None:
            return Look(observation.seen_at, None, None, 0.0)
        return Look(observation.seen_at, 1, sighting.expression, sighting.quality)
