"""What a running process costs, as the kernel counts it (proc(5))."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process so far; `peak_megabytes` since its start."""

    cpu_seconds: float
    resident_megabytes: float
    peak_megabytes: float
    threads: int
    wakeups: int


def cost_of(process: int, proc: Path = PROC) -> Cost:
    """Return the cost of a process without its children.

    `wakeups` are the times its threads began to run after they had waited by their own will.

    Raises:
        FileNotFoundError: there is no such process.
    """
    folder = proc / str(process)
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    wakeups = sum(_waits(task) for task in (folder / "task").iterdir())
    return Cost(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        resident_megabytes=_megabytes(status["VmRSS"]),
        peak_megabytes=_megabytes(status["VmHWM"]),
        threads=int(status["Threads"]),
        wakeups=wakeups,
    )


def children_of(process: int, proc: Path = PROC) -> list[int]:
    """Return a process's own children."""
    listed = (proc / str(process) / "task" / str(process) / "children").read_text()
    return [int(child) for child in listed.split()]


def _waits(task: Path) -> int:
    lines = (task / "status").read_text().splitlines()
    return next(int(line.split(":")[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def _megabytes(kibibytes: str) -> float:
    return int(kibibytes.split(maxsplit=1)[0]) * 1024 / 1e6
