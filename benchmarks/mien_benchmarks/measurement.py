"""What a benchmark finds: one value a turn, and the file that keeps them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure of one subject, measured once a turn.

    Args:
        part: of the benchmarks, as on the command line: "frame", "eye", ...
        subject: who was measured: "mien", "fer", "human".
        what: the figure, as the table's row says it: "CPU of a frame".
        unit: "ms", "MB", "%", "s", "instructions".
        values: one for each turn; subjects are measured in turn, so that a busy moment hits all.
    """

    part: str
    subject: str
    what: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value: a machine with other work has outliers."""
        return statistics.median(self.values)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return min(self.values), max(self.values)


def read(path: Path) -> list[Measurement]:
    """Read what `write` wrote."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Measurement(**{**row, "values": tuple(row["values"])}) for row in rows]


def write(path: Path, measurements: Iterable[Measurement]) -> None:
    """Write measurements as JSON, one a line."""
    lines = (json.dumps(asdict(one)) for one in measurements)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def gathered(turns: Iterable[Iterable[Measurement]]) -> list[Measurement]:
    """Return one measurement for each figure, with its values of all turns."""
    values: dict[tuple[str, str, str, str], tuple[float, ...]] = {}
    for one in chain.from_iterable(turns):
        figure = one.part, one.subject, one.what, one.unit
        values[figure] = values.get(figure, ()) + one.values
    return [Measurement(*figure, every) for figure, every in values.items()]


def merged(
    known: Sequence[Measurement], found: Iterable[Measurement], part: str, guests: Collection[str] = ()
) -> list[Measurement]:
    """Return what is known after a part was measured: of the part itself, nothing older stays.

    Args:
        known: what was known before.
        found: by the part; in other parts, it replaces all older rows of its subjects.
        part: that was measured.
        guests: subjects whose rows of the part another part finds; they stay.
    """
    new = list(found)
    gone = {(one.part, one.subject) for one in new}
    gone |= {(one.part, one.subject) for one in known if one.part == part and one.subject not in guests}
    return [*(one for one in known if (one.part, one.subject) not in gone), *new]
