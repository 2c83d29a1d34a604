"""The programme: which track comes next, and what is remembered of those that played."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path

from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Circumstances, Moment, key_of
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory, ShortMemory
from mien.music.choosing.policies import Policy
from mien.music.following import MoodWalk
from mien.ports import TrackLibrary
from mien.types import Choice, Fault, Mood, Track, Trouble

_HISTORY = 100
_MAXIMUM_FAILURES = 10
_CLEAR_GAIN = 0.05  # a new track must fit so much better (of a score in [0, 1]) to be worth a break in the music


class Programme:
    """Chooses by `chooser` for the mood of `walk` at `moment` (None: no time was told yet) from what can be played."""

    def __init__(self, library: TrackLibrary, chooser: Chooser, memory: Memory | ShortMemory) -> None:
        self.walk = MoodWalk()
        self.moment: Moment | None = None
        self.chooser = chooser
        self.revision = 0  # grows with all that was remembered or forgiven
        self._library = library
        self._memory = memory
        history = max(_HISTORY, chooser.recent_tracks)
        self._recent: deque[Path] = deque(memory.recent(history), maxlen=history)
        self._failed: set[Path] = set()

    @property
    def recent(self) -> tuple[Path, ...]:
        """The paths of what was played, the newest last."""
        return tuple(self._recent)

    def on_time(self, moment: Moment) -> None:
        """Take in the time, and let the memory write what it could not."""
        self.moment = moment
        self._memory.keep_up(moment.monotonic)

    def set_policy(self, policy: Policy) -> None:
        """Choose by another policy."""
        self.chooser = replace(self.chooser, policy=policy)
        self.revision += 1

    @property
    def memory_trouble(self) -> Trouble | None:
        """Why what is played is remembered only until the end; None when it is written down."""
        return self._memory.trouble

    @property
    def trouble(self) -> Trouble:
        """Why no track can be played."""
        return Trouble(Fault.LIBRARY_UNPLAYABLE, self._reason())

    def _reason(self) -> str:
        if not self._library.tracks():
            return "The library has no track that can be played: add music and run `mien library scan`."
        if not self._failed:
            return "Every track of the library is banned: `mien library feedback --erase` forgets that."
        return f"{len(self._failed)} tracks in a row could not be played: look at the sound output and the files."

    def circumstances(self, mood: Mood) -> Circumstances:
        """Return what counts now for a choice for a mood, besides that mood."""
        step = self.walk.step if mood == self.walk.mood else 0
        return self._memory.taste.circumstances(mood, self.moment, step, self._failed)

    def next(self, *, despite_failures: bool = False) -> Choice | None:
        """Return the best track for the mood; None when none is left, or when too many failed in a row."""
        if despite_failures:
            return self._best(self._memory.taste.circumstances(self.walk.mood, self.moment, self.walk.step))
        if len(self._failed) >= _MAXIMUM_FAILURES:
            return None
        return self._best(self.circumstances(self.walk.mood))

    def upcoming(self, chosen_for: str) -> Choice | None:
        """Return what comes after the end of what plays, which was chosen for a mood, if nothing changes."""
        # Nothing has failed any more once it was played to its end.
        step = self.walk.step_after(chosen_for)
        return self._best(self._memory.taste.circumstances(self.walk.mood, self.moment, step))

    def _best(self, circumstances: Circumstances) -> Choice | None:
        choices = self.chooser.rank(self.walk.mood, self._library.tracks(), self.recent, 1, circumstances)
        return choices[0] if choices else None

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first, whatever was played lately."""
        return self.chooser.rank(mood, self._library.tracks(), (), count, self.circumstances(mood))

    def fits(self, playing: Track) -> bool:
        """True when no other track fits the mood clearly better than the one that plays."""
        mood = self.walk.mood
        before = [path for path in self._recent if path != playing.path]
        circumstances = self.circumstances(mood)
        best = self.chooser.rank(mood, self._library.tracks(), before, 1, circumstances)
        if best and self.chooser.shuns(mood, playing):
            return self.chooser.shuns(mood, best[0].track)
        return not best or best[0].score <= self.chooser.score(mood, playing, circumstances) + _CLEAR_GAIN

    def begun(self, track: Track) -> None:
        """Take in that a track plays now."""
        self._recent.append(track.path)

    def failed(self, track: Track, mood: str) -> None:
        """Leave out a track that could not be played, until another one could; the first ones are remembered."""
        if len(self._failed) < _MAXIMUM_FAILURES:
            self.note(track, mood, Kind.FAILED, 0.0)
        self._failed.add(track.path)

    def forgive(self) -> None:
        """Try again what could not be played."""
        self._failed.clear()
        self.revision += 1

    def note(self, track: Track, mood: str, kind: Kind, seconds: float) -> Event:
        """Remember what happened to a track that was chosen for a mood, after so many seconds of it."""
        at = 0.0 if self.moment is None else self.moment.unix
        event = Event(key_of(track), track.path, track.title, mood, kind, at, seconds)
        self._memory.add(event)
        self.revision += 1
        return event
