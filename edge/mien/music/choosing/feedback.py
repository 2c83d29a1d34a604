"""What is learnt from hands: skips and likes reorder the tracks of a mood, and never lead out of it.

A Beta-Bernoulli bandit: each track has, in each mood, a share of approval with a Beta(1, 1) prior. A like counts 4 for
it; a skip 1 against it within 30 seconds and 0.4 later; a track that hands spoke of and that is heard to its end, 0.5
for it. All of that fades by half in 90 days. The choice goes by the posterior mean, the same for the same past.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mien.music.choosing.circumstances import Circumstances, Moment
from mien.types import Mood

QUICK_SECONDS = 30.0
"""A skip before this says more than a later one."""

_HALF_LIFE_SECONDS = 90 * 86_400.0
_NO_AGE_SECONDS = 20 * 365 * 86_400.0  # longer than a device remembers: its clock jumped
_LIKE, _QUICK_SKIP, _LATE_SKIP, _HEARD_OUT = 4.0, 1.0, 0.4, 0.5


class Kind(StrEnum):
    """What happened to a track: four ways in which its playing ended, and three things that hands said of it."""

    FINISHED = "finished"
    SKIPPED = "skipped"
    FAILED = "failed"
    REPLACED = "replaced"
    LIKED = "liked"
    BANNED = "banned"
    WRONG_MOOD = "wrong_mood"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a track.

    `key` is the track's (its content, or its path while that is unread); `mood` the name of the mood that it was chosen
    for, empty for a track that somebody asked for; `at` unix seconds; `seconds` how long it was heard.
    """

    key: str
    path: Path
    title: str
    mood: str
    kind: Kind
    at: float
    seconds: float = 0.0

    @property
    def by_hand(self) -> bool:
        """True for what somebody did; False for what happened by itself."""
        return self.kind in (Kind.SKIPPED, Kind.LIKED, Kind.BANNED, Kind.WRONG_MOOD)

    @property
    def is_quick_skip(self) -> bool:
        """True for a track that nobody wanted to hear for half a minute."""
        return self.kind is Kind.SKIPPED and self.seconds < QUICK_SECONDS


def event_json(event: Event) -> dict[str, object]:
    """Return an event as one line of `--json`."""
    return {
        "type": "feedback",
        "at": round(event.at, 3),
        "kind": event.kind.value,
        "mood": event.mood,
        "seconds": round(event.seconds, 3),
        "key": event.key,
        "path": str(event.path),
        "title": event.title,
    }


@dataclass(slots=True)
class _Approval:
    """How often a track was approved and refused, faded up to a time."""

    approved: float = 0.0
    refused: float = 0.0
    at: float = 0.0

    def faded(self, now: float) -> float:
        """Return how much of it is left; a clock that was set back, or learns the year only now, fades nothing."""
        age = now - self.at
        return float(0.5 ** (age / _HALF_LIFE_SECONDS)) if 0.0 < age < _NO_AGE_SECONDS else 1.0

    def add(self, approved: float, refused: float, at: float) -> None:
        left = self.faded(at)
        self.approved, self.refused = self.approved * left + approved, self.refused * left + refused
        self.at = max(self.at, at)

    def leaning(self, now: float) -> float:
        """Return the posterior mean, brought from [0, 1] to [-1, 1]."""
        left = self.faded(now)
        return left * (self.approved - self.refused) / (2.0 + left * (self.approved + self.refused))


@dataclass(slots=True)
class Taste:
    """All that was learnt, from events in the order in which they happened.

    `heard` is when each track was last heard, the newest last; `banned` are those never to be played again.
    """

    heard: dict[str, float] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    _approvals: dict[str, dict[str, _Approval]] = field(default_factory=dict)  # by mood and key
    _wrong: dict[str, set[str]] = field(default_factory=dict)  # by mood

    @classmethod
    def of(cls, events: Iterable[Event]) -> Taste:
        """Learn from events."""
        taste = cls()
        for event in events:
            taste.add(event)
        return taste

    def add(self, event: Event) -> None:
        """Learn from what happened last."""
        if event.kind is Kind.BANNED:
            self.banned.add(event.key)
        elif event.kind in (Kind.FINISHED, Kind.SKIPPED, Kind.REPLACED):
            self.heard.pop(event.key, None)
            self.heard[event.key] = event.at
        if event.mood:
            self._learn(event)

    def leanings(self, mood: str, now: float) -> dict[str, float]:
        """Return what hands said of tracks in a mood: from -1 (always refused) to 1 (always approved)."""
        return {key: approval.leaning(now) for key, approval in self._approvals.get(mood, {}).items()}

    def wrong(self, mood: str) -> frozenset[str]:
        """Return the tracks that were found wrong for a mood."""
        return frozenset(self._wrong.get(mood, ()))

    def circumstances(
        self, mood: Mood, moment: Moment | None = None, step: int = 0, failed: Iterable[Path] = ()
    ) -> Circumstances:
        """Return what counts for a choice besides the mood.

        Args:
            mood: what was decided.
            moment: what time it is; None leaves the hour and how long ago tracks were heard out.
            step: how many places of the mood's way were left behind.
            failed: the paths of tracks that cannot be played.
        """
        now = max(self.heard.values(), default=0.0) if moment is None else moment.unix
        return Circumstances(
            step=step,
            hour=None if moment is None else moment.hour,
            now=now,
            heard={} if moment is None else self.heard,
            leanings=self.leanings(mood.name, now),
            wrong=self.wrong(mood.name),
            excluded=self.banned.union(map(os.fspath, failed)),
        )

    def _learn(self, event: Event) -> None:
        approvals = self._approvals.setdefault(event.mood, {})
        wrong = self._wrong.setdefault(event.mood, set())
        if event.kind is Kind.WRONG_MOOD:
            wrong.add(event.key)
        elif event.kind is Kind.LIKED:
            wrong.discard(event.key)
            approvals.setdefault(event.key, _Approval()).add(_LIKE, 0.0, event.at)
        elif event.kind is Kind.SKIPPED:
            weight = _QUICK_SKIP if event.is_quick_skip else _LATE_SKIP
            approvals.setdefault(event.key, _Approval()).add(0.0, weight, event.at)
        elif event.kind is Kind.FINISHED and event.key in approvals:
            approvals[event.key].add(_HEARD_OUT, 0.0, event.at)
