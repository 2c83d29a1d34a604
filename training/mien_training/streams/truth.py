"""Which mood was true when: segments of time, with gaps where nothing clear can be said."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from mien.types import Emotion, Presence


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` to `end`, in seconds, one emotion is shown; None: nobody is there."""

    start: float
    end: float
    emotion: Emotion | None

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a segment has a length, got {self.start} to {self.end}")

    @property
    def name(self) -> str:
        """The emotion's name, or `nobody`: as a decided mood is named."""
        return Presence.NOBODY.value if self.emotion is None else self.emotion.value

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Truth:
    """Segments in the order of time that do not overlap. In the gaps between them no decision is right or wrong."""

    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        for before, after in zip(self.segments, self.segments[1:], strict=False):
            if after.start < before.end:
                raise ValueError(f"segments follow each other, got {before} and {after}")

    def at(self, moment: float) -> Segment | None:
        """Return the segment that holds the moment; None in a gap."""
        place = bisect.bisect_right(self.segments, moment, key=lambda segment: segment.start) - 1
        if place < 0 or moment >= self.segments[place].end:
            return None
        return self.segments[place]

    def overlapping(self, start: float, end: float) -> tuple[Segment, ...]:
        """Return the segments that hold any moment from `start` to `end`."""
        first = bisect.bisect_right(self.segments, start, key=lambda segment: segment.end)
        last = bisect.bisect_right(self.segments, end, key=lambda segment: segment.start)
        return self.segments[first:last]

    def names(self, start: float, end: float) -> set[str]:
        """Return what was true at any moment from `start` to `end`, `end` included."""
        return {segment.name for segment in self.overlapping(start, end)}

    @property
    def seconds(self) -> float:
        """How much time the segments hold, gaps left out."""
        return sum(segment.seconds for segment in self.segments)
