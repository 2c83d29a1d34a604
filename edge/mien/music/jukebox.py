"""The jukebox: what plays next, and when the mood changes the music."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from mien.music.choice import Chooser
from mien.ports import MusicPlayer, TrackLibrary
from mien.types import Affect, Choice, Emotion, Mood, MoodChange, Presence, Track, TrackEnded

log = logging.getLogger(__name__)

_HISTORY = 100
_MAXIMUM_FAILURES = 10
_CLEAR_GAIN = 0.05  # a new track must fit so much better (of a score in [0, 1]) to be worth a break in the music


class Jukebox:
    """Chooses tracks and has them played. It has no thread and no clock: call it from one thread only."""

    def __init__(self, library: TrackLibrary, chooser: Chooser, player: MusicPlayer) -> None:
        self._library = library
        self._chooser = chooser
        self._player = player
        self._mood = Mood(Presence.NOBODY, None, Affect(0.0, 0.0), 0.0)
        self._choice: Choice | None = None
        self._asked_for = False
        self._paused = False
        self._missed_mood = False  # one that was decided during a pause
        self._recent: deque[Path] = deque(maxlen=max(_HISTORY, chooser.recent_tracks))
        self._failed: set[Path] = set()
        self._problem: str | None = None

    @property
    def choice(self) -> Choice | None:
        """What was chosen to play now, and why; None before `start` and while there is a problem."""
        return self._choice

    @property
    def recent(self) -> tuple[Path, ...]:
        """The paths of what was played, the newest last."""
        return tuple(self._recent)

    @property
    def problem(self) -> str | None:
        """Why nothing plays, as a sentence; None when all is well."""
        return self._problem

    def start(self, mood: Mood) -> None:
        """Play the first track for a mood."""
        self._mood = mood
        self._try_again()

    def on_mood(self, change: MoodChange) -> None:
        """Follow a mood that was decided; change the music if what plays does not fit it any more.

        An unclear face, an empty seat and a surprise (which passes, to either side) change only what comes next. A
        track that somebody asked for is played to its end. A pause lasts until `resume`, which follows the mood then.
        """
        self._mood = change.current
        self._missed_mood = self._paused
        if not self._paused:
            self._follow()

    def on_ended(self, event: TrackEnded) -> None:
        """Go on after the end of a track; one that could not be played is left out until another one could."""
        if self._choice is None or event.track.path != self._choice.track.path:
            return  # another track was begun while the news was under way
        if event.failed:
            log.warning("%s could not be played.", event.track.path)
            self._failed.add(event.track.path)
        else:
            self._failed.clear()
        paused = self._paused
        self._play_next()
        if paused:
            self.pause()

    def pause(self) -> None:
        """Pause the music until `resume`; does nothing when nothing plays."""
        self._paused = self._choice is not None
        self._player.pause()

    def resume(self) -> None:
        """Go on after `pause`, with another track if the mood changed meanwhile and what was paused fits no more."""
        self._paused = False
        self._player.resume()
        if self._missed_mood:
            self._missed_mood = False
            self._follow()

    def retry(self) -> None:
        """While there is a problem, try one more track: a disk or a sound card may be back."""
        if self._problem is None:
            return
        if choices := self._chooser.rank(self._mood, self._library.tracks(), self.recent, 1):
            self._begin(choices[0])

    def skip(self) -> None:
        """Go to the next track for the present mood."""
        self._try_again()

    def play(self, track: Track) -> None:
        """Play the track that somebody asked for."""
        self._failed.clear()
        self._begin(Choice(track, 1.0, ("you asked for it",)))
        self._asked_for = True

    def _follow(self) -> None:
        if self._mood.emotion in (None, Emotion.SURPRISE):
            return
        if self._choice is None or not (self._asked_for or self._fits(self._choice.track, self._mood)):
            self._try_again()

    def _fits(self, playing: Track, mood: Mood) -> bool:
        """True when no other track fits the mood clearly better than the one that plays."""
        tracks = self._library.tracks()
        before = [path for path in self._recent if path != playing.path]
        best = self._chooser.rank(mood, tracks, before, 1)
        (present,) = self._chooser.rank(mood, [playing], (), 1)
        return not best or best[0].score <= present.score + _CLEAR_GAIN

    def _try_again(self) -> None:
        self._failed.clear()
        self._play_next()

    def _play_next(self) -> None:
        tracks = self._library.tracks()
        if len(self._failed) < _MAXIMUM_FAILURES:
            left = [track for track in tracks if track.path not in self._failed] if self._failed else tracks
            if choices := self._chooser.rank(self._mood, left, self.recent, 1):
                self._begin(choices[0])
                return
        self._give_up(tracks)

    def _begin(self, choice: Choice) -> None:
        self._choice, self._problem = choice, None
        self._asked_for = self._paused = self._missed_mood = False
        self._recent.append(choice.track.path)
        log.info("Playing %s: %s.", choice.track.title, "; ".join(choice.reasons))
        self._player.play(choice.track)

    def _give_up(self, tracks: Sequence[Track]) -> None:
        """Stop, rather than spin through a folder of torn files; a new mood, `skip`, `play` or `retry` tries again."""
        self._choice = None
        self._paused = False
        self._problem = (
            f"{len(self._failed)} tracks in a row could not be played: look at the sound output and the files."
            if tracks
            else "The library has no track that can be played: add music and run `mien library scan`."
        )
        log.error("%s", self._problem)
        self._player.stop()
