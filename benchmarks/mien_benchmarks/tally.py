"""Gathers the values of several turns into measurements."""

from __future__ import annotations

from collections.abc import Iterator

from mien_benchmarks.measurement import Measurement


class Tally:
    """Values by subject and figure, in the order in which each came first. Safe to add to from several threads.

    Args:
        part: of the benchmarks.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._values: dict[tuple[str, str, str], list[float]] = {}

    def add(self, subject: str, what: str, unit: str, value: float) -> None:
        """Note a value of one turn; the arguments are a `Measurement`'s."""
        self._values.setdefault((subject, what, unit), []).append(value)

    def measurements(self) -> Iterator[Measurement]:
        """Yield a measurement for each figure of each subject."""
        for (subject, what, unit), values in self._values.items():
            yield Measurement(self._part, subject, what, unit, tuple(values))
