"""Learns the neutral of the person followed, when asked to or quietly, and corrects what is seen of them by it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mien.config import Settings
from mien.mood.baseline import TOLD, Baseline, RestingLook
from mien.mood.look import Look
from mien.types import BaselineStage, BaselineState, Emotion

ENOUGH_SECONDS = 45  # of a judged face
PATIENCE_SECONDS = 120.0  # for so long it is waited for
_QUIET_SECONDS = 120  # of one person, before their commonest look is taken for rest
_QUIET_WINDOW_SECONDS = 600
_NOT_AT_REST = (Emotion.HAPPY, Emotion.SURPRISE)

_UNKNOWN = BaselineState()
_OFF = BaselineState(message='It is switched off: set mood.baseline = "asked" to have it learned.')
_BLIND = "The eye is turned off: eye.enabled = true lets it see a face."
_EVERYONE = (
    "The mood of everyone counts here, and everyone has no face of their own: set people.follow to one person first."
)
_TOO_LITTLE = (
    "Only {seconds} of {enough} seconds of one face could be judged: sit before the camera, in the light, and ask "
    "again."
)
_UNTOLD = "Nothing was learned, since no eye tells what it sees: `mien doctor` says why."
_NOT_RESTING = "The face looked {emotion} most of the time: look at the camera without any expression, and ask again."


def _keeps_nothing(_baseline: Baseline | None) -> str:
    return ""


class OwnNeutral:
    """The neutral of the person in the seat.

    What was learned when asked for belongs to the seat's owner and holds for whoever is followed; what was learned
    quietly is forgotten when another person is followed. The mean of everyone has none.

    Args:
        settings: the settings; nothing is learned or corrected where `mood.baseline` is "off".
        kept: what was learned before.
        keep: keeps what was learned when asked for (None: forgets it), and returns a sentence on how, or nothing.
    """

    def __init__(
        self,
        settings: Settings,
        kept: Baseline | None = None,
        keep: Callable[[Baseline | None], str] = _keeps_nothing,
    ) -> None:
        self._mode, self._keep = settings.mood.baseline, keep
        self._sees = settings.eye.enabled
        self._is_everyone = settings.people.follow == "everyone"
        may_know = self._mode != "off" and not self._is_everyone
        self._baseline = kept if may_know else None
        self._note = ""  # what became of the file
        self._lesson: _Lesson | None = None
        self._refusal: BaselineState | None = None
        self._quiet = RestingLook(_QUIET_WINDOW_SECONDS)
        self._person: int | None = None

    @property
    def baseline(self) -> Baseline | None:
        """The face at rest that is known now."""
        return self._baseline

    @property
    def state(self) -> BaselineState:
        """How far a lesson is, or why it failed and what is known."""
        if self._lesson is not None:
            return self._lesson.state
        if self._refusal is None:
            return self._known()
        if self._baseline is None:
            return self._refusal
        message = f"{self._refusal.message} Until then this holds: {self._known().message}"
        return dataclasses.replace(self._refusal, message=message)

    def learn(self) -> BaselineState:
        """Begin to learn the face at rest of whoever is followed from now on; what was known holds until then."""
        self._refusal = None
        if self._mode == "off":
            self._refusal = _refused(_OFF.message)
        elif not self._sees:
            self._refusal = _refused(_BLIND)
        elif self._is_everyone:
            self._refusal = _refused(_EVERYONE)
        else:
            self._lesson = _Lesson()
        return self.state

    def forget(self) -> BaselineState:
        """Forget what is known, also where it is kept, and end a lesson."""
        self._note = self._keep(None)
        self._baseline = self._lesson = self._refusal = None
        self._quiet = RestingLook(_QUIET_WINDOW_SECONDS)
        return self.state

    def on_time(self, now: float) -> bool:
        """End a lesson that takes too long, by the seconds of a clock: also where no look ever comes.

        Returns:
            whether there was such a lesson.
        """
        if self._lesson is None or not self._lesson.is_over(now):
            return False
        self.end_lesson()
        return True

    def end_lesson(self) -> None:
        """End a lesson, if there is one, as one that takes too long."""
        if self._lesson is not None:
            self._lesson.give_up()
            self._end_refused()

    def update(self, look: Look) -> Look:
        """Learn from a look, and return it as it is on this face."""
        looks_on = self._looks_on
        if looks_on and look.person not in (None, self._person):
            self._person, self._quiet, self._baseline = look.person, RestingLook(_QUIET_WINDOW_SECONDS), None
        if self._lesson is not None:
            self._attend(self._lesson, look)
        elif looks_on:
            self._look_on(look)
        if self._baseline is None or look.expression is None:
            return look
        return dataclasses.replace(look, expression=self._baseline.correct(look.expression))

    @property
    def _looks_on(self) -> bool:
        """Whether it learns unasked: what was asked for comes before that."""
        is_open = self._baseline is None or not self._baseline.asked
        return self._mode == "quiet" and not self._is_everyone and is_open

    def _attend(self, lesson: _Lesson, look: Look) -> None:
        learned = lesson.update(look)
        if learned is not None:
            self._baseline, self._note, self._lesson = learned, self._keep(learned), None
        self._end_refused()

    def _end_refused(self) -> None:
        if self._lesson is not None and self._lesson.state.stage is BaselineStage.REFUSED:
            self._refusal, self._lesson = self._lesson.state, None

    def _look_on(self, look: Look) -> None:
        if not self._quiet.add(look) or self._quiet.seconds < _QUIET_SECONDS or self._quiet.seconds % 10:
            return
        resting = self._quiet.middle(asked=False)
        self._baseline = resting if _why_not_at_rest(resting) is None else None

    def _known(self) -> BaselineState:
        if self._baseline is None:
            state = _OFF if self._mode == "off" else _UNKNOWN
        else:
            how = "The face at rest is known" if self._baseline.asked else "The commonest look is taken for rest"
            seconds = round(self._baseline.seconds)
            state = BaselineState(BaselineStage.KNOWN, seconds, f"{how}, from {seconds} seconds of it.")
        return dataclasses.replace(state, message=f"{state.message} {self._note}".strip())


class _Lesson:
    """A minute of one face at rest; another person begins it anew."""

    def __init__(self) -> None:
        self._resting = RestingLook(ENOUGH_SECONDS)
        self._person: int | None = None
        self._first_look_at: float | None = None
        self._asked_at: float | None = None
        self.state = self._learning()

    def is_over(self, now: float) -> bool:
        """Say whether it was asked for too long ago."""
        self._asked_at = now if self._asked_at is None else self._asked_at
        return now - self._asked_at >= PATIENCE_SECONDS

    def update(self, look: Look) -> Baseline | None:
        """Take in a look, and return what was learned once it is enough; `state` tells of a refusal."""
        self._first_look_at = look.at if self._first_look_at is None else self._first_look_at
        if look.person is not None and look.person != self._person:
            self._person, self._resting = look.person, RestingLook(ENOUGH_SECONDS)
        self._resting.add(look)
        self.state = self._learning()
        if self._resting.seconds >= ENOUGH_SECONDS:
            return self._result()
        if look.at - self._first_look_at >= PATIENCE_SECONDS:
            self.give_up()
        return None

    def _result(self) -> Baseline | None:
        learned = self._resting.middle(asked=True)
        emotion = _why_not_at_rest(learned)
        if emotion is None:
            return learned
        shown = {"surprise": "surprised"}.get(emotion, emotion)
        self.state = _refused(_NOT_RESTING.format(emotion=shown), self._resting.seconds)
        return None

    def give_up(self) -> None:
        """Refuse; `state` tells why."""
        seconds = self._resting.seconds
        too_little = _TOO_LITTLE.format(seconds=seconds, enough=ENOUGH_SECONDS)
        self.state = _refused(_UNTOLD if self._first_look_at is None else too_little, seconds)

    def _learning(self) -> BaselineState:
        seconds = self._resting.seconds
        message = f"Look at the camera without any expression: {seconds} of {ENOUGH_SECONDS} seconds were seen."
        return BaselineState(BaselineStage.LEARNING, seconds, message)


def _why_not_at_rest(baseline: Baseline) -> Emotion | None:
    """Return the emotion that was seen most of the time, where it is one that no face has at rest."""
    shown = dict(zip(TOLD, baseline.log_ratios, strict=True))
    strongest = max(shown, key=lambda emotion: shown[emotion])
    return strongest if strongest in _NOT_AT_REST and shown[strongest] > 0 else None


def _refused(message: str, seconds: int = 0) -> BaselineState:
    return BaselineState(BaselineStage.REFUSED, seconds, message)
