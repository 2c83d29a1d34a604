"""What is wrong with the player that runs now?"""

from __future__ import annotations

import time
from collections.abc import Iterator

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note
from mien.status import read_status


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
