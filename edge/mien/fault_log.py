"""One line for each fault that begins and one for its end, and few of one that comes and goes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mien.types import Fault, Trouble

_QUIET_SECONDS = 60.0  # between two lines that say that the same fault began


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A line for the log: its level, as `logging` numbers them, and its text."""

    level: int
    text: str


@dataclass(slots=True)
class _Course:
    """How a fault went so far. It lasts while `since` is set."""

    since: float | None = None
    message: str = ""  # that was told
    told_at: float | None = None
    untold: int = 0  # how often it began since then without a word
    is_told: bool = False


class FaultLog:
    """Turns the faults that last now into lines for the log, and remembers since when each lasts."""

    def __init__(self, quiet_seconds: float = _QUIET_SECONDS) -> None:
        self._quiet_seconds = quiet_seconds
        self._courses: dict[Fault, _Course] = {}

    def since(self, fault: Fault) -> float:
        """Return when a fault that lasts began.

        Raises:
            KeyError: it does not last.
        """
        since = self._courses[fault].since
        if since is None:
            raise KeyError(fault)
        return since

    def update(self, troubles: Iterable[Trouble], now: float) -> tuple[FaultLine, ...]:
        """Return what is to be said of the faults that last at a moment, in seconds of any clock that does not jump."""
        lasting = {trouble.fault: trouble.message for trouble in troubles}
        lines = [line for fault, message in lasting.items() for line in self._go_on(fault, message, now)]
        for fault, course in self._courses.items():
            if fault not in lasting:
                lines += _end(fault, course, now)
        return tuple(lines)

    def _go_on(self, fault: Fault, message: str, now: float) -> Iterator[FaultLine]:
        course = self._courses.setdefault(fault, _Course())
        if course.since is None:
            course.since, course.is_told = now, False
            course.untold += 1
        if course.is_told and message == course.message:
            return
        if course.told_at is not None and now - course.told_at < self._quiet_seconds:
            return
        more = f" (it began {course.untold} times since it was last told)" if course.untold > 1 else ""
        course.message, course.told_at, course.is_told, course.untold = message, now, True, 0
        yield FaultLine(logging.WARNING, f"{message}{more} [{fault}]")


def _end(fault: Fault, course: _Course, now: float) -> Iterator[FaultLine]:
    if course.since is None:
        return
    seconds, course.since = now - course.since, None
    if course.is_told:
        yield FaultLine(logging.INFO, f"It is well again after {seconds:.0f} s. [{fault}]")
