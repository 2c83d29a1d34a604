"""The player that runs beside the doctor: what is wrong with it, and what it has that is left to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note
from mien.status import read_status
from mien.types import Fault


@dataclass(frozen=True, slots=True)
class Running:
    """A player's process and what is wrong with it, as the names of its faults."""

    process: int
    faults: tuple[str, ...]

    def has_none_of(self, faults: set[Fault]) -> bool:
        """Say whether it is free of these."""
        return not {fault.value for fault in faults} & set(self.faults)


def running_player(settings: Settings) -> Running | None:
    """Return the player that runs with these settings; None where none does, or this user may not look."""
    status = read_status(settings.paths.run_folder)
    if status is None:
        return None
    return Running(status.process, tuple(one.trouble.fault.value for one in status.troubles))


def check(settings: Settings) -> Iterator[Finding]:
    """Read the status that a player keeps beside its socket."""
    status = read_status(settings.paths.run_folder)
    if status is None:
        yield note("player", f"No player runs with {settings.paths.run_folder}: start one with `mien run`.")
        return
    if not status.troubles:
        yield good("player", f"A player runs (process {status.process}) and has no trouble.")
    for lasting in status.troubles:
        trouble = lasting.trouble
        yield bad("player", f"{trouble.message} ({trouble.fault}, {since(time.monotonic() - lasting.since)})")


def since(seconds: float) -> str:
    """Return for how long something lasts, for people to read."""
    if seconds < 120:
        return f"for {seconds:.0f} s"
    return f"for {seconds / 60:.0f} min" if seconds < 7200 else f"for {seconds / 3600:.0f} h"
