"""The player: one thread takes in what the eye says, what people ask and what VLC reports, and decides what sounds.

Everything from other threads comes through one inbox, so that nothing here needs a lock but the snapshot.
"""

from __future__ import annotations

import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mien.caretaker import Caretaker
from mien.errors import LibraryError, LinkError
from mien.eye_watch import EyeWatch
from mien.link.lines import EyeCondition, EyeState
from mien.mood.tracker import MoodTracker
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Moment
from mien.music.index.library import Library
from mien.music.jukebox import Jukebox
from mien.music.playing.place import PlaceKeeper
from mien.ports import MusicPlayer
from mien.trace import TraceWriter
from mien.trace_lines import Asked
from mien.types import (
    BaselineState,
    Choice,
    Judgement,
    Mood,
    Observation,
    Playback,
    PlayState,
    Snapshot,
    Track,
    TrackEnded,
    Trouble,
    Verdict,
)

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 1.0  # how often the position is looked at when nothing else happens
_ANSWER_SECONDS = 10.0
_RETRY_SECONDS = 30.0  # between two tries to get music to sound that does not
_ENDING_SECONDS = 10.0  # a track that was so near its end is not worth going on with

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class EyeConnection:
    """The eye came or went."""

    connected: bool


def present_moment() -> Moment:
    """Return what time it is."""
    local = time.localtime()
    return Moment(time.monotonic(), time.time(), local.tm_hour + local.tm_min / 60)


Event = Observation | EyeState | EyeConnection | TrackEnded | Callable[[], object]
Inbox = queue.SimpleQueue[Event]


class Player:
    """Decides and plays; implements `ports.Control`.

    Args:
        inbox: what the eye says, what VLC reports and what people ask; any thread may put into it.
        tracker: observations to changes of mood.
        library: the owner's music; used on the player's thread alone.
        chooser: ranks tracks for a mood.
        jukebox: plays what fits.
        music: makes it sound.
        judge: has a photo judged in the eye's process.
        ends_with_source: stop when the eye's source came to its end.
        expects_eye: an eye that is away is missed.
        maximum_volume_percent: shown, so that a slider ends there.
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
        tracker: MoodTracker,
        library: Library,
        chooser: Chooser,
        jukebox: Jukebox,
        music: MusicPlayer,
        judge: Callable[[bytes], Judgement],
        ends_with_source: bool,
        expects_eye: bool = True,
        maximum_volume_percent: int,
        keeper: PlaceKeeper | None = None,
        standing: tuple[Trouble, ...] = (),
        caretaker: Caretaker | None = None,
        recorder: TraceWriter | None = None,
        clock: Callable[[], Moment] = present_moment,
    ) -> None:
        self._tracker, self._library, self._chooser = tracker, library, chooser
        self._jukebox, self._music, self._judge = jukebox, music, judge
        self._ends_with_source = ends_with_source
        self._inbox, self._keeper, self._clock = inbox, keeper, clock
        self._stopping = False
        self._eye = EyeWatch(clock().monotonic, expected=expects_eye)
        self._standing, self._caretaker, self._recorder = standing, caretaker, recorder
        if recorder is not None:
            recorder.known(tracker.own_neutral.baseline)
        self._retried_at = clock().monotonic
        self._changed = threading.Condition()
        self._snapshot = Snapshot(
            0, tracker.mood, None, music.playback(), None, False, music.volume_percent, maximum_volume_percent, ()
        )

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

    # What people ask: ports.Control.

    def snapshot(self) -> Snapshot:
        """Say what is seen, decided and played now."""
        with self._changed:
            return self._snapshot

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        """Return the first snapshot newer than `version`, or the present one after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot.version > version, timeout_seconds)
            return self._snapshot

    def judge(self, photo: bytes) -> Judgement:
        """Have a photo judged in the eye's process."""
        return self._judge(photo)

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first."""
        return self._ask(lambda: self._rank(mood, count))

    def play(self, path: Path) -> None:
        """Play a track of the library."""
        self._ask(lambda: self._play(path))

    def skip(self) -> None:
        """Go to the next track for the present mood."""
        self._inbox.put(self._jukebox.skip)

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Take what somebody says of the track that plays."""
        self._ask(lambda: self._rate(path, verdict))

    def pause(self) -> None:
        """Pause the music until `resume`."""
        self._inbox.put(self._jukebox.pause)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._inbox.put(self._jukebox.resume)

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        self._inbox.put(lambda: self._music.set_volume(percent))

    def learn_baseline(self) -> BaselineState:
        """Begin to learn the face at rest of the person followed."""
        return self._ask(lambda: self._on_asked(Asked.LEARN))

    def forget_baseline(self) -> BaselineState:
        """Forget the face at rest."""
        return self._ask(lambda: self._on_asked(Asked.FORGET))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Have the player's thread answer, and wait for it."""
        future: Future[Answer] = Future()

        def answer() -> None:
            try:
                future.set_result(question())
            except LibraryError as error:
                future.set_exception(error)

        self._inbox.put(answer)
        try:
            return future.result(_ANSWER_SECONDS)
        except FutureTimeoutError as error:
            raise LinkError("The player is busy or stops; try again in a few seconds.") from error

    # The player's thread.

    def _take(self, event: Event, now: float) -> None:
        if isinstance(event, Observation):
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
        if change is not None:
            _LOG.debug("The mood is %s (%.2f).", change.current.name, change.current.confidence)
            self._jukebox.on_mood(change)

    def _on_asked(self, asked: Asked) -> BaselineState:
        if self._recorder is not None:
            self._recorder.asked(asked)
        return asked.of(self._tracker.own_neutral)

    def _play(self, path: Path) -> None:
        track = self._library.find(path)
        if track is None:
            raise LibraryError(f"The library has no track {path}; `mien library scan` finds new ones.")
        self._jukebox.play(track)

    def _rate(self, path: Path, verdict: Verdict) -> None:
        choice = self._jukebox.choice
        if choice is None or choice.track.path != path:
            raise LibraryError(f"{path} does not play any more: say it while a track plays.")
        hands = {
            Verdict.LIKE: self._jukebox.like,
            Verdict.BAN: self._jukebox.ban,
            Verdict.WRONG_MOOD: self._jukebox.wrong_mood,
        }
        hands[verdict]()

    def _rank(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        return self._chooser.rank(mood, self._library.tracks(), (), count, self._jukebox.circumstances(mood))

    def _keep_place(self, playback: Playback, *, at_once: bool = False) -> None:
        """Remember what plays; a pause of the empty room is none that the next start should keep."""
        if self._keeper is not None:
            paused = self._jukebox.paused_by_hand
            state = PlayState.PAUSED if paused else PlayState.PLAYING
            shown = dataclasses.replace(playback, state=state)
            self._keeper.keep(shown, self._music.volume_percent, self._clock().monotonic, at_once=at_once)

    def _troubles(self, now: float) -> tuple[Trouble, ...]:
        kept = None if self._keeper is None else self._keeper.trouble
        state = self._jukebox.memory_trouble or self._library.trouble or kept
        all_there_are = (self._music.trouble, self._jukebox.problem, self._eye.trouble(now), state)
        return (*(one for one in all_there_are if one is not None), *self._standing)

    def _publish(self, moment: Moment) -> None:
        """Show what changed. The position alone is no news: a page can count seconds by itself."""
        old = self._snapshot
        playback = self._music.playback()
        self._keep_place(playback)
        new = dataclasses.replace(
            old,
            mood=self._tracker.mood,
            expression=self._tracker.expression if self._eye.is_fresh(moment.monotonic) else None,
            playback=playback,
            choice=self._jukebox.choice,
            eye_connected=self._eye.connected,
            volume_percent=self._music.volume_percent,
            troubles=self._troubles(moment.monotonic),
            baseline=self._tracker.own_neutral.state,
        )
        still = dataclasses.replace(
            new, playback=dataclasses.replace(playback, position_seconds=old.playback.position_seconds)
        )
        with self._changed:
            if still != old:
                new = dataclasses.replace(new, version=old.version + 1)
                self._changed.notify_all()
            self._snapshot = new
        if self._caretaker is not None:
            self._caretaker.look(new, moment, responds=self._music.responds)


def _nearly_over(track: Track, position_seconds: float) -> bool:
    return track.duration_seconds is not None and position_seconds > track.duration_seconds - _ENDING_SECONDS
