"""What would have happened: observations through the mood logic under any settings. Pure."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from mien.config import Settings
from mien.mood.baseline import Baseline
from mien.mood.look import Look
from mien.mood.own_neutral import OwnNeutral
from mien.mood.tracker import MoodTracker
from mien.timeline.chart import Span, spans_of
from mien.trace_lines import Asked
from mien.types import Emotion, Mood, Observation, Presence

_BREAK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """A change of mood, and how long what it says had been seen by then.

    The delay counts from the moment when the new emotion became the most probable answer and stayed it; breaks of at
    most half a second do not count, nor does what was before the same mood was last left. For `nobody` it counts from
    the moment when the last face was gone. It is None for `unsure`, which is no answer, and where the answer did not
    stay.
    """

    at: float
    mood: Mood
    delay_seconds: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What some settings make of observations. Times are those of the mood logic: they never go back."""

    looks: tuple[Look, ...]
    decisions: tuple[Decision, ...]

    @property
    def begin(self) -> float:
        """When the first observation was made."""
        return self.looks[0].at if self.looks else 0.0

    @property
    def end(self) -> float:
        """When the last observation was made."""
        return self.looks[-1].at if self.looks else 0.0

    @property
    def seconds(self) -> float:
        """How much time it spans."""
        return self.end - self.begin

    @property
    def changes_an_hour(self) -> float:
        """Decided moods in an hour, the first one included; 0 for no time at all."""
        return len(self.decisions) * 3600.0 / self.seconds if self.seconds else 0.0

    @property
    def median_delay_seconds(self) -> float | None:
        """Of the decisions that have a delay; None without such."""
        delays = [one.delay_seconds for one in self.decisions if one.delay_seconds is not None]
        return median(delays) if delays else None

    @property
    def spans(self) -> tuple[Span, ...]:
        """The decided mood over time."""
        return spans_of([(one.at, one.mood.name) for one in self.decisions], self.begin, self.end)


class Rerun:
    """Takes what a trace holds one by one, so that one reading of it serves several settings.

    Args:
        settings: the settings to try.
        baseline: the face at rest that was known from before.
    """

    def __init__(self, settings: Settings, baseline: Baseline | None = None) -> None:
        self._tracker = MoodTracker(settings, OwnNeutral(settings, baseline))
        self._looks: list[Look] = []
        self._decisions: list[Decision] = []
        self._left_at: dict[str, float] = {}

    def take(self, observation: Observation) -> None:
        """Take in one observation."""
        change = self._tracker.update(observation)
        self._looks.append(self._tracker.look)
        if change is not None:
            not_before = self._left_at.get(change.current.name, -math.inf)
            delay_seconds = _delay_seconds(self._looks, change.current, not_before)
            self._left_at[change.previous.name] = change.at
            self._decisions.append(Decision(change.at, change.current, delay_seconds))

    def ask(self, asked: Asked) -> None:
        """Have a face at rest learned or forgotten."""
        asked.of(self._tracker.own_neutral)

    def result(self) -> Replay:
        """Return what came of all that was taken in."""
        return Replay(tuple(self._looks), tuple(self._decisions))


def replay(observations: Iterable[Observation], settings: Settings) -> Replay:
    """Run the mood logic over observations, which are in the order of time."""
    rerun = Rerun(settings)
    for observation in observations:
        rerun.take(observation)
    return rerun.result()


def seconds_in_moods(spans: Iterable[Span]) -> dict[str, float]:
    """Return {mood: seconds}, the longest first."""
    seconds: dict[str, float] = {}
    for span in spans:
        seconds[span.name] = seconds.get(span.name, 0.0) + span.seconds
    return dict(sorted(seconds.items(), key=lambda pair: -pair[1]))


def agreeing_seconds(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Return for how long two rows of spans, each in the order of time, name the same mood."""
    begins = [span.begin for span in other]
    return sum(
        max(0.0, min(span.end, match.end) - max(span.begin, match.begin))
        for span in one
        for match in other[max(0, bisect.bisect_right(begins, span.begin) - 1) : bisect.bisect_left(begins, span.end)]
        if match.name == span.name
    )


def _delay_seconds(looks: Sequence[Look], mood: Mood, not_before: float) -> float | None:
    """Return for how long the looks after `not_before`, up to the last one, have said what the mood says."""
    if mood.presence is Presence.UNSURE:
        return None
    now = since = looks[-1].at
    found = False
    for look in reversed(looks):
        says = _says(look, mood.emotion)
        if look.at <= not_before or (not says and since - look.at > _BREAK_SECONDS):
            break
        if says:
            since, found = look.at, True
    return now - since if found else None


def _says(look: Look, emotion: Emotion | None) -> bool:
    if emotion is None:
        return look.person is None or look.unseen_seconds > 0
    return look.expression is not None and look.expression.top is emotion
