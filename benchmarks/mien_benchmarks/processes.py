"""What a running process costs, as the kernel counts it (proc(5))."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_END_SECONDS = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process so far; `peak_megabytes` since its start.

    `cpu_seconds` are those of all its threads, as finely as the scheduler counts; `children_cpu_seconds` those of its
    children that have ended, to the hundredth of a second.
    """

    cpu_seconds: float
    children_cpu_seconds: float
    resident_megabytes: float
    peak_megabytes: float
    threads: int
    wakeups: int


def cost_of(process: int, proc: Path = _PROC) -> Cost:
    """Return what a process has cost.

    `wakeups` are the times its threads began to run after they had waited by their own will.

    Raises:
        FileNotFoundError: there is no such process.
    """
    folder = proc / str(process)
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    wakeups = sum(_waits(task) for task in (folder / "task").iterdir())
    return Cost(
        cpu_seconds=time.clock_gettime(_clock_of(process)),
        children_cpu_seconds=sum(map(int, fields[13:15])) / _TICKS,
        resident_megabytes=_megabytes(status["VmRSS"]),
        peak_megabytes=_megabytes(status["VmHWM"]),
        threads=int(status["Threads"]),
        wakeups=wakeups,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process that was started to end, as its owner's service manager does, and kill it where it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _clock_of(process: int) -> int:
    """Return the clock of a process's CPU time, numbered as by clock_getcpuclockid(3), which Python does not offer."""
    return ~process << 3 | 2


def _waits(task: Path) -> int:
    lines = (task / "status").read_text().splitlines()
    return next(int(line.split(":")[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def _megabytes(kibibytes: str) -> float:
    return int(kibibytes.split(maxsplit=1)[0]) * 1024 / 1e6
