"""The player: one thread takes in what the eye says, what people ask and what VLC reports, and decides what sounds.

Everything from other threads comes through one inbox, so that nothing here needs a lock.
"""

from __future__ import annotations

import dataclasses
import logging
import queue
import time
from collections import deque
from collections.abc import Callable

from mien.board import Board
from mien.caretaker import Caretaker
from mien.eye_watch import EyeWatch
from mien.hands import Hands
from mien.inbox import Event, EyeConnection, Inbox
from mien.link.lines import EyeCondition, EyeState
from mien.mood.tracker import MoodTracker
from mien.music.choosing.circumstances import Moment
from mien.music.index.library import Library
from mien.music.jukebox import Jukebox
from mien.music.playing.place import PlaceKeeper
from mien.ports import MusicPlayer
from mien.trace import TraceWriter
from mien.types import (
    Observation,
    PastMood,
    Playback,
    PlayState,
    Track,
    TrackEnded,
    Trouble,
)

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 1.0  # how often the position is looked at when nothing else happens
_RETRY_SECONDS = 30.0  # between two tries to get music to sound that does not
_ENDING_SECONDS = 10.0  # a track that was so near its end is not worth going on with
_PAST_MOODS = 20  # are shown


def present_moment() -> Moment:
    """Return what time it is."""
    local = time.localtime()
    return Moment(time.monotonic(), time.time(), local.tm_hour + local.tm_min / 60)


class Player:
    """Decides and plays.

    Args:
        inbox: what the eye says, what VLC reports and what people ask.
        board: where it shows itself.
        hands: do what people ask.
        tracker: observations to changes of mood.
        library: the owner's music; used on the player's thread alone.
        jukebox: plays what fits.
        music: makes it sound.
        ends_with_source: stop when the eye's source came to its end.
        expects_eye: an eye that is away is missed.
        keeper: keeps the place in the music for the next start; None begins anew each time.
        standing: what is wrong from the start to the end.
        caretaker: tells the log and the service manager how it does; None tells nobody.
        recorder: takes down what is seen and decided; None takes down nothing.
        clock: tells the time.
    """

    def __init__(  # noqa: PLR0913 - the parts it plays with
        self,
        *,
        inbox: Inbox,
        board: Board,
        hands: Hands,
        tracker: MoodTracker,
        library: Library,
        jukebox: Jukebox,
        music: MusicPlayer,
        ends_with_source: bool,
        expects_eye: bool = True,
        keeper: PlaceKeeper | None = None,
        standing: tuple[Trouble, ...] = (),
        caretaker: Caretaker | None = None,
        recorder: TraceWriter | None = None,
        clock: Callable[[], Moment] = present_moment,
    ) -> None:
        self._tracker, self._library = tracker, library
        self._board, self._hands = board, hands
        steering = hands.steering
        board.show(dataclasses.replace(board.snapshot(), watching=steering.watching, policy=steering.policy))
        self._jukebox, self._music = jukebox, music
        self._past_moods = deque([PastMood(clock().unix, tracker.mood)], maxlen=_PAST_MOODS)
        self._ends_with_source = ends_with_source
        self._inbox, self._keeper, self._clock = inbox, keeper, clock
        self._stopping = False
        self._eye = EyeWatch(clock().monotonic, expected=expects_eye)
        self._standing, self._caretaker, self._recorder = standing, caretaker, recorder
        if recorder is not None:
            recorder.known(tracker.own_neutral.baseline)
        self._retried_at = clock().monotonic

    def run(self) -> None:
        """Play until `stop` is called."""
        moment = self._tell_time()
        self._begin()
        self._publish(moment)
        while not self._stopping:
            try:
                event = self._inbox.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                event = None
            moment = self._tell_time()
            if event is not None:
                self._take(event, moment.monotonic)
            self._look_at_clock(moment.monotonic)
            self._publish(moment)
        self._keep_place(self._music.playback(), at_once=True)
        if self._caretaker is not None:
            self._caretaker.end()

    def stop(self) -> None:
        """End `run` soon; safe to call from any thread and from a signal handler."""
        self._inbox.put(self._stop)

    def _take(self, event: Event, now: float) -> None:
        if isinstance(event, Observation):
            if self._hands.steering.watching:  # what comes from a camera that is off was not meant to be seen
                self._eye.on_observation(event, now)
                self._follow(event)
        elif isinstance(event, EyeState):
            self._eye.on_state(event, now)
            self._stopping |= self._ends_with_source and event.condition is EyeCondition.ENDED
        elif isinstance(event, EyeConnection):
            self._eye.on_connection(event.connected, now)
        elif isinstance(event, TrackEnded):
            self._jukebox.on_ended(event)
        else:
            event()

    def _stop(self) -> None:
        self._stopping = True

    def _begin(self) -> None:
        """Go on where the music was when the player ended, or begin for the present mood."""
        place = None if self._keeper is None else self._keeper.kept()
        track = None if place is None else self._library.find(place.path)
        if place is None or track is None or _nearly_over(track, place.position_seconds):
            self._jukebox.start(self._tracker.mood)
            return
        self._music.set_volume(place.volume_percent)
        self._jukebox.start(self._tracker.mood, (track, place.position_seconds))
        if place.paused:
            self._jukebox.pause()

    def _tell_time(self) -> Moment:
        moment = self._clock()
        self._jukebox.on_time(moment, eye_works=self._eye.works(moment.monotonic))
        return moment

    def _look_at_clock(self, now: float) -> None:
        """Do what is due although nobody asked for it."""
        if self._tracker.own_neutral.on_time(now) and self._recorder is not None:
            self._recorder.lesson_ended()
        self._hands.on_time(now)
        absence = self._eye.absence(now)
        if absence is not None:
            self._follow(absence)
        if now - self._retried_at >= _RETRY_SECONDS:
            self._retried_at = now
            self._jukebox.retry()
            self._library.keep_up()

    def _follow(self, observation: Observation) -> None:
        change = self._tracker.update(observation)
        if self._recorder is not None:
            self._recorder.record(observation, change)
        if change is None:
            return
        _LOG.debug("The mood is %s (%.2f).", change.current.name, change.current.confidence)
        self._past_moods.append(PastMood(self._clock().unix, change.current))
        self._hands.on_mood(change)

    def _keep_place(self, playback: Playback, *, at_once: bool = False) -> None:
        """Remember what plays; a pause of the empty room is none that the next start should keep."""
        if self._keeper is not None:
            paused = self._jukebox.paused_by_hand
            state = PlayState.PAUSED if paused else PlayState.PLAYING
            shown = dataclasses.replace(playback, state=state)
            self._keeper.keep(shown, self._music.volume_percent, self._clock().monotonic, at_once=at_once)

    def _troubles(self, now: float) -> tuple[Trouble, ...]:
        kept = None if self._keeper is None else self._keeper.trouble
        state = self._hands.trouble or self._jukebox.memory_trouble or self._library.trouble or kept
        all_there_are = (self._music.trouble, self._jukebox.problem, self._eye.trouble(now), state)
        return (*(one for one in all_there_are if one is not None), *self._standing)

    def _publish(self, moment: Moment) -> None:
        """Show what changed."""
        playback = self._music.playback()
        self._keep_place(playback)
        new = dataclasses.replace(
            self._board.snapshot(),
            mood=self._tracker.mood,
            expression=self._tracker.expression if self._eye.is_fresh(moment.monotonic) else None,
            playback=playback,
            choice=self._jukebox.choice,
            eye_connected=self._eye.connected,
            volume_percent=self._music.volume_percent,
            troubles=self._troubles(moment.monotonic),
            baseline=self._tracker.own_neutral.state,
            watching=self._hands.steering.watching,
            policy=self._hands.steering.policy,
            override=self._hands.override,
            upcoming=self._jukebox.upcoming,
            past_moods=tuple(self._past_moods),
        )
        new = self._board.show(new)
        if self._caretaker is not None:
            self._caretaker.look(new, moment, responds=self._music.responds)


def _nearly_over(track: Track, position_seconds: float) -> bool:
    return track.duration_seconds is not None and position_seconds > track.duration_seconds - _ENDING_SECONDS
