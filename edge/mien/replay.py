"""What would have happened: observations through the mood logic under any settings. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from mien.config import Settings
from mien.mood.baseline import Baseline
from mien.mood.look import Look
from mien.mood.own_neutral import OwnNeutral
from mien.mood.tracker import MoodTracker
from mien.timeline.chart import Span, spans_of
from mien.trace_lines import Asked, LessonEnded, TraceItem
from mien.types import Emotion, Mood, Observation, Presence

MOST_LOOKS = 8192
"""A replay keeps no more: a picture of it has a few hundred columns."""
_BREAK_SECONDS = 0.5
_ENOUGH_SECONDS = 300.0  # of which one may say how many changes an hour has


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
    """What some settings make of observations. Times are those of the mood logic: they never go back.

    Of many looks, `looks` are every second, every fourth and so on, always with the first and the last one.
    """

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
    def changes_an_hour(self) -> float | None:
        """Decided moods in an hour, the first one included; None where five minutes have not passed."""
        return len(self.decisions) * 3600.0 / self.seconds if self.seconds >= _ENOUGH_SECONDS else None

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
        settings: the settings to try; an eye that they turn off has seen what it has seen.
        baseline: the face at rest that was known from before.
    """

    def __init__(self, settings: Settings, baseline: Baseline | None = None) -> None:
        sees = settings.model_copy(update={"eye": settings.eye.model_copy(update={"enabled": True})})
        self._tracker = MoodTracker(sees, OwnNeutral(sees, baseline))
        self._looks = _FewLooks()
        self._decisions: list[Decision] = []
        self._answers = {name: _Answer() for name in (*Emotion, Presence.NOBODY)}

    def take(self, item: TraceItem) -> None:
        """Take in one thing; what was decided then decides nothing here."""
        if isinstance(item, Observation):
            self._see(item)
        elif isinstance(item, Asked):
            item.of(self._tracker.own_neutral)
        elif isinstance(item, LessonEnded):
            self._tracker.own_neutral.end_lesson()

    def result(self) -> Replay:
        """Return what came of all that was taken in."""
        return Replay(self._looks.kept(), tuple(self._decisions))

    def _see(self, observation: Observation) -> None:
        change = self._tracker.update(observation)
        look = self._tracker.look
        self._looks.add(look)
        said = _said(look)
        for name, answer in self._answers.items():
            answer.take(look.at, is_given=name == said)
        if change is not None:
            answer_now = self._answers.get(change.current.name)
            delay_seconds = None if answer_now is None else answer_now.seconds(change.at)
            self._answers[change.previous.name] = _Answer()
            self._decisions.append(Decision(change.at, change.current, delay_seconds))


class _FewLooks:
    """Keeps the first look, the last, and so many evenly between them that there is a bound to them."""

    def __init__(self) -> None:
        self._kept: list[Look] = []
        self._every, self._count = 1, 0
        self._last: Look | None = None

    def add(self, look: Look) -> None:
        self._last = look
        if self._count % self._every == 0:
            self._kept.append(look)
            if len(self._kept) >= MOST_LOOKS:
                del self._kept[1::2]
                self._every *= 2
        self._count += 1

    def kept(self) -> tuple[Look, ...]:
        if self._last is None or self._last is self._kept[-1]:
            return tuple(self._kept)
        return (*self._kept, self._last)


class _Answer:
    """Since when an answer has been the most probable one, but for short breaks."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._broken_at: float | None = None

    def take(self, at: float, *, is_given: bool) -> None:
        if is_given:
            self._since = at if self._since is None or self._is_broken(at) else self._since
            self._broken_at = None
        elif self._broken_at is None:
            self._broken_at = at

    def seconds(self, now: float) -> float | None:
        return None if self._since is None or self._is_broken(now) else now - self._since

    def _is_broken(self, now: float) -> bool:
        return self._broken_at is not None and now - self._broken_at > _BREAK_SECONDS


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


def _said(look: Look) -> str | None:
    """Return the answer that a look gives; None where it gives none."""
    if look.expression is not None:
        return look.expression.top
    return Presence.NOBODY if look.shows_nobody else None
