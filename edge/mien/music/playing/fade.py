"""A level that moves steadily from where it is to where it should be."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fade:
    """A level in [0, 1] that leaves `start` at `began_at` and reaches `end` after `seconds`."""

    start: float
    end: float
    began_at: float
    seconds: float

    def level(self, now: float) -> float:
        """Return the level at a moment."""
        if now >= self.began_at + self.seconds:
            return self.end
        if now <= self.began_at:
            return self.start
        return self.start + (self.end - self.start) * (now - self.began_at) / self.seconds

    def towards(self, end: float, now: float, full_seconds: float) -> Fade:
        """Return this fade when it ends there already, or one from the present level.

        `full_seconds` is the time from silence to full level; a part of the way takes its part of the time.
        """
        if end == self.end:
            return self
        level = self.level(now)
        return Fade(level, end, now, full_seconds * abs(end - level))

    def within(self, now: float, seconds: float) -> Fade:
        """Return this fade when it ends so soon anyhow, or one from the present level that does."""
        if self.began_at + self.seconds <= now + seconds:
            return self
        return Fade(self.level(now), self.end, now, seconds)


SILENCE = Fade(0.0, 0.0, 0.0, 0.0)
"""A level that stays at 0."""

FULL = Fade(1.0, 1.0, 0.0, 0.0)
"""A level that stays at 1."""


def crossing_share(level: float) -> float:
    """Return the share of the volume, in percent whose cube is the factor of the samples, for a level of a crossfade.

    The factor is the sine of the level's part of a quarter turn. While one level falls as the other rises, the squares
    of the factors add up to 1: two different tracks then sound together as loud as one (an equal-power crossfade).
    """
    return math.pow(math.sin(math.pi / 2 * level), 1 / 3)
