"""Gathers the values of several turns into measurements."""

from __future__ import annotations

from collections.abc import Iterator

from mien_benchmarks.measurement import Measurement, gathered


class Tally:
    """Values of one part, in the order in which each figure came first. Safe to add to from several threads.

    Args:
        part: of the benchmarks.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._found: list[Measurement] = []

    def add(self, subject: str, what: str, unit: str, value: float) -> None:
        """Note a value of one turn; the arguments are a `Measurement`'s."""
        self._found.append(Measurement(self._part, subject, what, unit, (value,)))

    def measurements(self) -> Iterator[Measurement]:
        """Yield a measurement for each figure of each subject."""
        yield from gathered([self._found])
