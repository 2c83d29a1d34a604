"""Ends an eye that takes more and more memory, before the whole board suffers from it."""

from __future__ import annotations

import os
from pathlib import Path

from mien.errors import EyeError
from mien.types import Frame, Trouble

STATM = Path("/proc/self/statm")
_LOOK_SECONDS = 10.0


def resident_megabytes(statm: Path = STATM) -> float:
    """Return how much memory a process takes: the second number of its statm, in pages (proc(5))."""
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class MemoryWatch:
    """Looks at this process's memory every ten seconds.

    Args:
        limit_megabytes: what it may take.
        statm: where the kernel says how much it takes.
    """

    def __init__(self, limit_megabytes: float, statm: Path = STATM) -> None:
        self._limit_megabytes, self._statm = limit_megabytes, statm
        self._looked_at: float | None = None

    def look(self, _frame: Frame | None, now: float) -> Trouble | None:
        """Look whether there is still room, at a time in seconds; nothing else is ever wrong.

        Raises:
            EyeError: this process takes too much; only a new one gives it back.
        """
        if self._looked_at is None or now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            if resident_megabytes(self._statm) > self._limit_megabytes:
                raise EyeError(
                    f"The eye takes more than {self._limit_megabytes:g} MB of memory (eye.memory_megabytes), so it "
                    "ends; whatever started it starts it anew."
                )
        return None
