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
_BLIND = BaselineState(BaselineStage.REFUSED, 0, "The eye is turned off: eye.enabled = true lets it see a face.")
_EVERYONE = (
    "The mood of everyone counts here, and everyone has no face of their own: set people.follow to one person first."
)
_TOO_LITTLE = (
    "Only {seconds} of {enough} seconds of one face could be judged: sit before the camera, in the light, and ask "
    "again."
)
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
        self._lesson: _Lesson | None = None
        self._quiet = RestingLook(_QUIET_WINDOW_SECONDS)
        self._person: int | None = None
        self._state = _OFF if self._mode == "off" else _UNKNOWN
        if self._baseline is not None:
            self._state = _known(self._baseline, "")

    @property
    def baseline(self) -> Baseline | None:
        """The face at rest that is known now."""
        return self._baseline

    @property
    def state(self) -> BaselineState:
        """What is known, or how far it is learned."""
        return self._state

    def learn(self) -> BaselineState:
        """Begin to learn the face at rest of whoever is followed from now on; what was known holds until then."""
        if self._mode == "off":
            self._state = dataclasses.replace(_OFF, stage=BaselineStage.REFUSED)
        elif not self._sees:
            self._state = _BLIND
        elif self._is_everyone:
            self._state = BaselineState(BaselineStage.REFUSED, 0, _EVERYONE)
        else:
            self._lesson = _Lesson()
            self._state = self._lesson.state
        return self._state

    def forget(self) -> BaselineState:
        """Forget what is known, also where it is kept, and end a lesson."""
        note = self._keep(None)
        self._baseline = self._lesson = None
        self._quiet = RestingLook(_QUIET_WINDOW_SECONDS)
        self._state = _OFF if self._mode == "off" else _UNKNOWN
        if note:
            self._state = dataclasses.replace(self._state, message=f"{self._state.message} {note}")
        return self._state

    def update(self, look: Look) -> Look:
        """Learn from a look, and return it as it is on this face."""
        if self._lesson is not None:
            self._attend(self._lesson, look)
        elif self._mode == "quiet" and not self._is_everyone:
            self._look_on(look)
        if self._baseline is None or look.expression is None:
            return look
        return dataclasses.replace(look, expression=self._baseline.correct(look.expression))

    def _attend(self, lesson: _Lesson, look: Look) -> None:
        learned = lesson.update(look)
        self._state = lesson.state
        if learned is not None:
            self._baseline, self._state = learned, _known(learned, self._keep(learned))
        if self._state.stage is not BaselineStage.LEARNING:
            self._lesson = None

    def _look_on(self, look: Look) -> None:
        if self._baseline is not None and self._baseline.asked:
            return
        if look.person is not None and look.person != self._person:
            self._person, self._quiet = look.person, RestingLook(_QUIET_WINDOW_SECONDS)
            self._baseline, self._state = None, _UNKNOWN
        if not self._quiet.add(look) or self._quiet.seconds < _QUIET_SECONDS or self._quiet.seconds % 10:
            return
        resting = self._quiet.middle(asked=False)
        self._baseline = resting if _why_not_at_rest(resting) is None else None
        self._state = _UNKNOWN if self._baseline is None else _known(self._baseline, "")


class _Lesson:
    """A minute of one face at rest."""

    def __init__(self) -> None:
        self._resting = RestingLook(ENOUGH_SECONDS)
        self._person: int | None = None
        self._began_at: float | None = None
        self.state = self._learning()

    def update(self, look: Look) -> Baseline | None:
        """Take in a look, and return what was learned once it is enough; `state` tells of a refusal."""
        self._began_at = look.at if self._began_at is None else self._began_at
        if look.person is not None and look.person != self._person:
            self._person, self._resting = look.person, RestingLook(ENOUGH_SECONDS)
        self._resting.add(look)
        self.state = self._learning()
        if self._resting.seconds >= ENOUGH_SECONDS:
            return self._result()
        if look.at - self._began_at >= PATIENCE_SECONDS:
            self._refuse(_TOO_LITTLE.format(seconds=self._resting.seconds, enough=ENOUGH_SECONDS))
        return None

    def _result(self) -> Baseline | None:
        learned = self._resting.middle(asked=True)
        emotion = _why_not_at_rest(learned)
        if emotion is None:
            return learned
        self._refuse(_NOT_RESTING.format(emotion={"surprise": "surprised"}.get(emotion, emotion)))
        return None

    def _refuse(self, message: str) -> None:
        self.state = BaselineState(BaselineStage.REFUSED, self._resting.seconds, message)

    def _learning(self) -> BaselineState:
        seconds = self._resting.seconds
        message = f"Look at the camera without any expression: {seconds} of {ENOUGH_SECONDS} seconds were seen."
        return BaselineState(BaselineStage.LEARNING, seconds, message)


def _why_not_at_rest(baseline: Baseline) -> Emotion | None:
    """Return the emotion that was seen most of the time, where it is one that no face has at rest."""
    shown = dict(zip(TOLD, baseline.log_ratios, strict=True))
    strongest = max(shown, key=lambda emotion: shown[emotion])
    return strongest if strongest in _NOT_AT_REST and shown[strongest] > 0 else None


def _known(baseline: Baseline, note: str) -> BaselineState:
    how = "The face at rest is known" if baseline.asked else "The commonest look is taken for the face at rest"
    message = f"{how}, from {baseline.seconds:.0f} seconds of it. {note}".strip()
    return BaselineState(BaselineStage.KNOWN, round(baseline.seconds), message)
