"""A mood that somebody chose by hand, instead of what is seen, for a while."""

from __future__ import annotations

from dataclasses import dataclass

from mien.types import Emotion, Override

SHORTEST_MINUTES, LONGEST_MINUTES = 1.0, 24 * 60.0


def check_minutes(minutes: float) -> None:
    """Refuse what nobody means: each way into the player asks here.

    Raises:
        ValueError: it is less than a minute, more than a day, or no number.
    """
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"a mood is chosen for {SHORTEST_MINUTES:g} to {LONGEST_MINUTES:g} minutes")


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
        """Override from now on, for so many checked minutes; what overrode before is replaced."""
        self._shown, self._ends_at = Override(emotion, unix + 60.0 * minutes), now + 60.0 * minutes

    def end(self) -> None:
        """Override no more."""
        self._shown = None

    def is_over(self, now: float) -> bool:
        """True once its time is over, until it is ended."""
        return self._shown is not None and now >= self._ends_at
