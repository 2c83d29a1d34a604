"""A level that moves steadily from where it is to where it should be."""

from __future__ import annotations

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


SILENCE = Fade(0.0, 0.0, 0.0, 0.0)
"""A level that stays at 0."""
