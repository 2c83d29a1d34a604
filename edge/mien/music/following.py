"""When a mood changes the music: the way it walks, the doubt that quick skips raise, and an empty room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mien.music.choosing.policies import Policy
from mien.types import Affect, Emotion, Mood, Presence

Change = Literal["now", "track_end"]

UNSURE = Mood(Presence.UNSURE, None, Affect(0.0, 0.0), 0.0)
_DOUBT_SKIPS = 2
_BLIND_SECONDS = 30.0  # an eye that does not work for so long tells nothing of an empty room any more


def breaks_off(mood: Mood, change: Change, policy: Policy) -> bool:
    """Return True when a mood is worth a break in what plays.

    An unclear face, an empty seat and a surprise (which passes, to either side) are not.
    """
    if mood.emotion in (None, Emotion.SURPRISE):
        return False
    return change == "now" or mood.emotion in policy.changes_at_once


@dataclass(slots=True)
class MoodWalk:
    """The mood to choose for, and how far its way is walked.

    A way goes on after an unclear face, an empty room or a surprise between; another emotion begins its own. Two quick
    skips in a row raise a doubt about the mood: tracks are then chosen as for an unclear face, until a mood is decided.
    One that is chosen `by_hand` is never in doubt.
    """

    decided: Mood = UNSURE
    by_hand: bool = False
    _walked: Emotion | None = None
    _step: int = 0
    _quick_skips: int = 0

    @property
    def in_doubt(self) -> bool:
        """True when hands contradicted the mood."""
        return self._quick_skips >= _DOUBT_SKIPS

    @property
    def mood(self) -> Mood:
        """The mood to choose for."""
        return UNSURE if self.in_doubt else self.decided

    @property
    def step_counts(self) -> bool:
        """True while the mood is the one whose way is walked."""
        return self.mood.emotion is not None and self.mood.emotion is self._walked

    @property
    def step(self) -> int:
        """How many places of the mood's way were left behind."""
        return self._step if self.step_counts else 0

    def step_after(self, chosen_for: str) -> int:
        """Return what the step will be when a track has `finished` that was chosen for a mood."""
        return self.step + (self.step_counts and chosen_for == self.mood.name)

    def decide(self, mood: Mood, *, by_hand: bool = False) -> None:
        """Take in a mood that was decided, or chosen by hand."""
        self.decided, self.by_hand = mood, by_hand
        if mood.emotion is None:
            return
        self._quick_skips = 0
        if mood.emotion not in (self._walked, Emotion.SURPRISE):
            self._walked, self._step = mood.emotion, 0

    def finished(self, chosen_for: str) -> None:
        """Take in that a track came to its end, and the name of the mood that it was chosen for."""
        if not self.in_doubt:
            self._quick_skips = 0
        if self._walked is not None and chosen_for == self._walked.value:
            self._step += 1

    def skipped(self, *, quick: bool) -> None:
        """Take in that a track was skipped."""
        if not self.in_doubt and not self.by_hand:
            self._quick_skips = self._quick_skips + 1 if quick else 0


@dataclass(slots=True)
class EmptyRoom:
    """Says when nobody has been there for so long that music should pause; 0 seconds: never.

    Time counts only while the eye works. Seconds are monotonic.
    """

    pause_seconds: float
    _empty_since: float | None = None
    _seen_at: float | None = None

    def is_empty(self, now: float, presence: Presence, *, eye_works: bool) -> bool:
        """Take in what is so now, and return True while music should pause."""
        if eye_works:
            self._seen_at = now
        blind = self._seen_at is None or now - self._seen_at > _BLIND_SECONDS
        if blind or presence is not Presence.NOBODY or not self.pause_seconds:
            self._empty_since = None
            return False
        if self._empty_since is None:
            self._empty_since = now
        return now - self._empty_since >= self.pause_seconds

    def somebody_is_there(self) -> None:
        """Begin to count anew: hands were at work."""
        self._empty_since = None
