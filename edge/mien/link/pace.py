"""How fast a peer may go on: a storm costs it its own time, and nobody else's."""

from __future__ import annotations

import math


class Pace:
    """So many at once, and so many a second from then on (the generic cell rate algorithm of ITU-T I.371).

    Args:
        at_once: how many are let through without a pause.
        per_second: how many in each second after that.
    """

    def __init__(self, at_once: int, per_second: float) -> None:
        self._period_seconds = 1.0 / per_second
        self._tolerance_seconds = at_once / per_second
        self._expected_at = -math.inf

    def wait_seconds(self, now: float) -> float:
        """Count one at this time, and return how long to wait before the next; to be waited for indeed."""
        self._expected_at = max(self._expected_at, now) + self._period_seconds
        return max(0.0, self._expected_at - self._tolerance_seconds - now)
