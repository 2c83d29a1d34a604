"""What people ask of the player, done on its thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from mien.errors import LibraryError, OutputError
from mien.mood.affect import mood_of_emotion
from mien.mood.override import MoodOverride
from mien.mood.tracker import MoodTracker
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.policies import Policy
from mien.music.index.library import Library
from mien.music.jukebox import Jukebox
from mien.steering import Steering, SteeringFile
from mien.trace import TraceWriter
from mien.trace_lines import Asked
from mien.types import BaselineState, Emotion, MoodChange, Override, PolicyName, Track, Trouble, Verdict


class Hands:
    """Plays, rates and steers as people say, and follows the mood where they leave it to.

    Args:
        tracker: says which mood is decided.
        library: the owner's music.
        jukebox: plays.
        steering_file: keeps what people steered.
        policy_named: returns the policy of a name.
        recorder: takes down what is asked of the face at rest; None takes down nothing.
        clock: tells the time.
    """

    def __init__(  # noqa: PLR0913 - the parts it acts on
        self,
        *,
        tracker: MoodTracker,
        library: Library,
        jukebox: Jukebox,
        steering_file: SteeringFile,
        policy_named: Callable[[PolicyName], Policy],
        recorder: TraceWriter | None = None,
        clock: Callable[[], Moment],
    ) -> None:
        self._tracker, self._library, self._jukebox = tracker, library, jukebox
        self._policy_named, self._recorder, self._clock = policy_named, recorder, clock
        self._steering_file, self._steering = steering_file, steering_file.read()
        self._override = MoodOverride()

    @property
    def steering(self) -> Steering:
        """Whether the camera is on, and the policy."""
        return self._steering

    @property
    def override(self) -> Override | None:
        """The mood that somebody chose; None when what is seen counts."""
        return self._override.shown

    @property
    def trouble(self) -> Trouble | None:
        """Why what is steered is not kept; None when it is."""
        return self._steering_file.trouble

    def on_mood(self, change: MoodChange) -> None:
        """Have the music follow a mood that was decided, unless somebody chose another."""
        if self._override.shown is None:
            self._jukebox.on_mood(change)

    def on_time(self, now: float) -> None:
        """End what somebody chose once its time is over."""
        if self._override.is_over(now):
            self.end_override()

    def begin_override(self, emotion: Emotion, minutes: float) -> None:
        """Play for an emotion from now on, for so long."""
        moment = self._clock()
        self._override.begin(emotion, minutes, moment.monotonic, moment.unix)
        change = MoodChange(moment.monotonic, self._tracker.mood, mood_of_emotion(emotion))
        self._jukebox.on_mood(change, by_hand=True)

    def end_override(self) -> None:
        """Follow again what is seen."""
        overriding = self._override.shown
        if overriding is not None:
            self._override.end()
            before = mood_of_emotion(overriding.emotion)
            self._jukebox.on_mood(MoodChange(self._clock().monotonic, before, self._tracker.mood))

    def set_policy(self, policy: PolicyName) -> None:
        """Choose by another policy from now on."""
        if policy != self._steering.policy:
            self._steer(dataclasses.replace(self._steering, policy=policy))
            self._jukebox.set_policy(self._policy_named(policy))

    def set_watching(self, watching: bool) -> None:
        """Keep whether the camera is on.

        Raises:
            OutputError: it is off, but that is not kept.
        """
        self._steer(dataclasses.replace(self._steering, watching=watching))
        trouble = self._steering_file.trouble
        if trouble is not None and not watching:
            raise OutputError(
                f"The camera is off now, but that cannot be kept: after a restart it is on again. {trouble.message}"
            )

    def find(self, path: Path) -> Track:
        """Return a track of the library.

        Raises:
            LibraryError: it has no such track.
        """
        track = self._library.find(path)
        if track is None:
            raise LibraryError(f"The library has no track {path}; `mien library scan` finds new ones.")
        return track

    def play(self, path: Path) -> None:
        """Play a track of the library.

        Raises:
            LibraryError: it has no such track.
        """
        self._jukebox.play(self.find(path))

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Take what somebody says of the track that plays.

        Raises:
            LibraryError: another one plays by now.
        """
        choice = self._jukebox.choice
        if choice is None or choice.track.path != path:
            raise LibraryError(f"{path} does not play any more: say it while a track plays.")
        hands = {
            Verdict.LIKE: self._jukebox.like,
            Verdict.BAN: self._jukebox.ban,
            Verdict.WRONG_MOOD: self._jukebox.wrong_mood,
        }
        hands[verdict]()

    def on_asked(self, asked: Asked) -> BaselineState:
        """Learn a face at rest, or forget it."""
        if self._recorder is not None:
            self._recorder.asked(asked)
        return asked.of(self._tracker.own_neutral)

    def _steer(self, steering: Steering) -> None:
        self._steering = steering
        self._steering_file.write(steering)
