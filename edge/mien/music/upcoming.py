"""What comes next, for people to see."""

from __future__ import annotations

from mien.music.programme import Programme
from mien.ports import TrackLibrary
from mien.types import Choice


class Upcoming:
    """Works out what comes next if nothing changes, and anew only when something did that it depends on.

    Since a large library takes some time, and people look often.
    """

    def __init__(self, programme: Programme, library: TrackLibrary) -> None:
        self._programme, self._library = programme, library
        self._depends_on: tuple[object, ...] = ()
        self._choice: Choice | None = None

    def after(self, playing: Choice | None, chosen_for: str) -> Choice | None:
        """Return what comes after the track that plays, which was chosen for a mood; None where nothing plays."""
        programme = self._programme
        walk, moment = programme.walk, programme.moment
        hour = None if moment is None else int(moment.hour)  # at night, other music fits
        # The library is the same object until it changes, so that it takes no time to compare.
        depends_on = (self._library.tracks(), playing, walk.mood, walk.step_after(chosen_for), programme.revision, hour)
        if depends_on != self._depends_on:
            self._choice = None if playing is None else programme.upcoming(chosen_for)
            self._depends_on = depends_on
        return self._choice
