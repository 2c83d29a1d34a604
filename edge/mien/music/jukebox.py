"""The jukebox: what people, moods and the ends of tracks change of what plays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.feedback import Kind
from mien.music.choosing.memory import Memory, ShortMemory
from mien.music.choosing.policies import Policy
from mien.music.following import Change, EmptyRoom, breaks_off
from mien.music.programme import Programme
from mien.music.upcoming import Upcoming
from mien.ports import MusicPlayer, TrackLibrary
from mien.types import Choice, Fault, Mood, MoodChange, Presence, Track, TrackEnded, Trouble

log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0  # between two looks for music that is away


class Jukebox:
    """Chooses tracks and has them played. It has no thread and no clock: call it from one thread only."""

    def __init__(
        self,
        library: TrackLibrary,
        chooser: Chooser,
        player: MusicPlayer,
        memory: Memory | None = None,
        *,
        change: Change = "now",
        absence_pause_seconds: float = 0.0,
    ) -> None:
        """Connect the parts.

        Args:
            library: the tracks to choose from.
            chooser: ranks them.
            player: makes them sound.
            memory: what was played before; None remembers only what this process plays.
            change: when a new mood changes the music: `now`, or at `track_end`.
            absence_pause_seconds: the music pauses once nobody was there for so long; 0: never.
        """
        self._library = library
        self._programme = Programme(library, chooser, memory or ShortMemory())
        self._upcoming = Upcoming(self._programme, library)
        self._walk = self._programme.walk
        self._player = player
        self._change: Change = change
        self._room = EmptyRoom(absence_pause_seconds)
        self._choice: Choice | None = None
        self._chosen_for = ""  # the mood's name; empty for a track that somebody asked for
        self._start_seconds = self._position_seconds = 0.0
        self._paused = False  # by hand
        self._away = False  # paused since nobody is there
        self._missed_mood = False  # one that was decided during a pause
        self._problem: Trouble | None = None
        self._interrupted: tuple[Choice, str, float] | None = None  # what waits for music that is away
        self._looked_at = 0.0

    @property
    def choice(self) -> Choice | None:
        """What was chosen to play now, and why; None before `start` and while there is a problem."""
        return self._choice

    @property
    def recent(self) -> tuple[Path, ...]:
        """The paths of what was played, the newest last."""
        return self._programme.recent

    @property
    def problem(self) -> Trouble | None:
        """Why nothing plays; None when all is well."""
        return self._problem

    @property
    def memory_trouble(self) -> Trouble | None:
        """Why what is played is remembered only until the end; None when it is written down."""
        return self._programme.memory_trouble

    @property
    def paused_by_hand(self) -> bool:
        """True when somebody paused the music, and not the empty room."""
        return self._paused

    @property
    def doubts_mood(self) -> bool:
        """True when quick skips contradicted the mood, until one is decided again."""
        return self._walk.in_doubt

    @property
    def upcoming(self) -> Choice | None:
        """What comes next if nothing changes; None where nothing plays."""
        return self._upcoming.after(self._choice, self._chosen_for)

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first."""
        return self._programme.recommend(mood, count)

    def start(self, mood: Mood, resumed: tuple[Track, float] | None = None) -> None:
        """Play the first track for a mood, or go on with a track at the second where it was."""
        self._walk.decide(mood)
        if resumed is None:
            self._try_again()
        else:
            track, seconds = resumed
            self._begin(Choice(track, 1.0, ("it goes on where it was",)), mood.name, seconds)

    # What happens by itself.

    def on_time(self, moment: Moment, *, eye_works: bool) -> None:
        """Take in the time, before anything else that happens then; without it, no hour and no day counts.

        The music pauses in a room that was empty for long, and goes on where it was when it is not empty any more. A
        pause by hand is left as it is.
        """
        self._programme.on_time(moment)
        self._note_position()
        if self._interrupted is not None and moment.monotonic - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = moment.monotonic
            self._look_for_music(*self._interrupted)
        empty = self._room.is_empty(moment.monotonic, self._walk.decided.presence, eye_works=eye_works)
        if empty and not self._away and self._choice is not None:
            self._away = True
            self._player.pause()
        elif self._away and not empty:
            self._come_back()

    def on_mood(self, change: MoodChange, *, by_hand: bool = False) -> None:
        """Follow a mood that was decided; change the music if what plays does not fit it any more.

        What is not worth a break, as a mood chosen by hand always is, changes only what comes next. A track that
        somebody asked for is played to its end. A pause lasts until `resume`, that of an empty room until somebody
        comes; then the mood is followed.
        """
        self._walk.decide(change.current, by_hand=by_hand)
        self._missed_mood = self._paused or self._away
        if self._away and change.current.presence is not Presence.NOBODY:
            self._come_back()
        elif not self._missed_mood:
            self._follow()

    def on_ended(self, event: TrackEnded) -> None:
        """Go on after the end of a track; one that could not be played is left out until another one could."""
        if self._choice is None or event.track.path != self._choice.track.path:
            return  # another track was begun while the news was under way
        if (missing := self._library.missing()) is not None:
            self._wait_for_music(missing, self._choice, self._chosen_for, self._position_seconds)
            return
        upcoming = None if event.failed else self.upcoming  # what was shown is what comes
        if event.failed:
            log.warning("%s could not be played.", event.track.path)
            self._programme.failed(event.track, self._chosen_for)
        else:
            self._programme.forgive()
            seconds = max(0.0, (event.track.duration_seconds or 0.0) - self._start_seconds)
            self._programme.note(event.track, self._chosen_for, Kind.FINISHED, seconds)
            self._walk.finished(self._chosen_for)
        self._keep_pause_over(partial(self._play_next, upcoming))

    def retry(self) -> None:
        """While there is a problem, try one more track: a disk or a sound card may be back."""
        if (
            self._problem is not None
            and self._interrupted is None
            and (choice := self._programme.next(despite_failures=True))
        ):
            self._begin(choice, self._walk.mood.name)

    # What people ask.

    def pause(self) -> None:
        """Pause the music until `resume`, also what waits for its disk; does nothing when there is neither."""
        self._paused = self._has_music
        self._player.pause()

    def resume(self) -> None:
        """Go on after `pause`, with another track if the mood changed meanwhile and what was paused fits no more."""
        self._room.somebody_is_there()
        self._paused = False
        self._come_back()

    def skip(self) -> None:
        """Go to the next track. A quick skip is held against the track, and two in a row against the mood."""
        if self._choice is not None:
            event = self._programme.note(self._choice.track, self._chosen_for, Kind.SKIPPED, self._heard_seconds())
            if self._chosen_for:
                self._walk.skipped(quick=event.is_quick_skip)
        self._room.somebody_is_there()
        self._try_again()

    def set_policy(self, policy: Policy) -> None:
        """Choose by another policy; what plays and does not fit by it is replaced, as for a new mood."""
        self._programme.set_policy(policy)
        self._missed_mood = self._paused or self._away
        if not self._missed_mood:
            self._follow()

    def like(self) -> None:
        """Prefer what plays among the tracks that fit its mood as well."""
        self._say(Kind.LIKED)

    def ban(self) -> None:
        """Never play this track again, and go to the next."""
        self._say(Kind.BANNED)

    def wrong_mood(self) -> None:
        """Play this track no more for its mood unless nothing else is left, and go to the next."""
        self._say(Kind.WRONG_MOOD)

    def play(self, track: Track) -> None:
        """Play the track that somebody asked for."""
        self._room.somebody_is_there()
        self._programme.forgive()
        self._replace()
        self._begin(Choice(track, 1.0, ("you asked for it",)), "")

    def _say(self, kind: Kind) -> None:
        if self._choice is None:
            return
        self._room.somebody_is_there()
        mood = self._chosen_for or self._walk.mood.name
        self._programme.note(self._choice.track, mood, kind, self._heard_seconds())
        if kind is not Kind.LIKED:
            self._try_again()

    # How it is done.

    def _come_back(self) -> None:
        """Let sound again what was paused, unless a hand still holds it."""
        self._away = False
        if self._paused:
            return
        self._player.resume()
        if self._missed_mood:
            self._missed_mood = False
            self._follow()

    def _follow(self) -> None:
        mood = self._walk.mood
        if self._choice is None:
            if mood.emotion is not None:
                self._try_again()
        elif self._chosen_for and (
            self._walk.by_hand or breaks_off(mood, self._change, self._programme.chooser.policy)
        ):
            if self._programme.fits(self._choice.track):
                self._chosen_for = mood.name
            else:
                self._replace()
                self._try_again()

    def _replace(self) -> None:
        if self._choice is not None:
            self._programme.note(self._choice.track, self._chosen_for, Kind.REPLACED, self._heard_seconds())

    def _heard_seconds(self) -> float:
        return max(0.0, self._player.playback().position_seconds - self._start_seconds)

    def _try_again(self) -> None:
        self._programme.forgive()
        self._play_next()

    def _play_next(self, upcoming: Choice | None = None) -> None:
        """Play what was to come, or the best track, or stop rather than spin through a folder of torn files."""
        if choice := upcoming or self._programme.next():
            self._begin(choice, self._walk.mood.name)
            return
        self._give_up(self._programme.trouble)

    def _give_up(self, problem: Trouble) -> None:
        self._paused = self._away = False
        self._stop(problem)

    def _stop(self, problem: Trouble) -> None:
        self._choice, self._problem = None, problem
        self._player.stop()

    @property
    def _has_music(self) -> bool:
        """True while a track plays, is paused, or waits for its disk."""
        return self._choice is not None or self._interrupted is not None

    def _keep_pause_over(self, begin: Callable[[], None]) -> None:
        """Begin something that nobody asked for: silently, in a pause."""
        paused, away = self._paused, self._away
        begin()
        if (paused or away) and self._has_music:
            self._paused, self._away = paused, away
            self._player.pause()

    def _wait_for_music(self, missing: str, choice: Choice, chosen_for: str, seconds: float) -> None:
        """Stop until the music is back, and hold nothing against the track; a pause lasts."""
        self._interrupted = choice, chosen_for, seconds
        self._stop(Trouble(Fault.LIBRARY_MISSING, missing))

    def _look_for_music(self, choice: Choice, chosen_for: str, seconds: float) -> None:
        """Once it is back, go on at the same place, unless the mood is another one by now."""
        if self._library.missing() is not None:
            return
        log.info("The music is back.")
        self._interrupted = None
        if chosen_for in ("", self._walk.mood.name):
            self._keep_pause_over(partial(self._begin, choice, chosen_for, seconds))
        else:
            self._keep_pause_over(self._try_again)

    def _note_position(self) -> None:
        playback = self._player.playback()
        if self._choice is not None and playback.track == self._choice.track:
            self._position_seconds = playback.position_seconds

    def _begin(self, choice: Choice, chosen_for: str, start_seconds: float = 0.0) -> None:
        self._paused = self._away = self._missed_mood = False
        if (missing := self._library.missing()) is not None:
            self._wait_for_music(missing, choice, chosen_for, start_seconds)
            return
        self._choice, self._problem, self._interrupted = choice, None, None
        self._chosen_for, self._start_seconds = chosen_for, start_seconds
        self._position_seconds = start_seconds
        self._programme.begun(choice.track)
        log.info("Playing %s.", choice.track.title)
        log.debug("Chosen: %s.", "; ".join(choice.reasons))  # which tell of moods, and a journal lasts
        self._player.play(choice.track, start_seconds)
