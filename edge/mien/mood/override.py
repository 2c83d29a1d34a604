"""A mood that somebody chose by hand, instead of what is seen, for a while."""

from __future__ import annotations

from dataclasses import dataclass

from mien.types import Emotion, Override

LONGEST_MINUTES = 24 * 60.0


@dataclass(slots=True)
class MoodOverride:
    """Overrides the mood until its time is over. It is told the time: `now` is monotonic, `unix` the wall's clock."""

    _shown: Override | None = None
    _ends_at: float = 0.0  # monotonic, since the wall's clock may jump

    @property
    def shown(self) -> Override | None:
        """What overrides the mood; None when nothing does."""
        return self._shown

    def begin(self, emotion: Emotion, minutes: float, now: float, unix: float) -> None:
        """Override from now on; what overrode before is replaced."""
        seconds = 60.0 * min(max(0.0, minutes), LONGEST_MINUTES)
        self._shown, self._ends_at = Override(emotion, unix + seconds), now + seconds

    def end(self) -> None:
        """Override no more."""
        self._shown = None

    def is_over(self, now: float) -> bool:
        """True once its time is over, until it is ended."""
        return self._shown is not None and now >= self._ends_at
