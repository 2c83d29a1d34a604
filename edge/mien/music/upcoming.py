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
        walk = self._programme.walk
        tracks = self._library.tracks()  # by identity: another tuple when another library was scanned
        depends_on = (playing, walk.mood, walk.step, self._programme.revision, id(tracks))
        if depends_on != self._depends_on:
            self._choice = None if playing is None else self._programme.upcoming(chosen_for)
            self._depends_on = depends_on
        return self._choice
