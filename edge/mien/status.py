"""What is wrong with the player that runs, in a file beside its socket: `mien doctor` reads it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien.types import Fault, Trouble
from mien.whole_file import write_whole

_LOG = logging.getLogger(__name__)
_NAME = "status.json"


@dataclass(frozen=True, slots=True)
class LastingTrouble:
    """A trouble and since when it lasts, in seconds of the machine's monotonic clock."""

    trouble: Trouble
    since: float


@dataclass(frozen=True, slots=True)
class Status:
    """A player that runs: its process, and what is wrong with it."""

    process: int
    troubles: tuple[LastingTrouble, ...]


class StatusFile:
    """Keeps the status of this process beside its socket; it is written only when it changes."""

    def __init__(self, run_folder: Path) -> None:
        self._path = run_folder / _NAME
        self._written: tuple[LastingTrouble, ...] | None = None

    def write(self, troubles: Iterable[LastingTrouble]) -> None:
        """Write down what is wrong now; a folder that cannot be written costs the music nothing."""
        present = tuple(troubles)
        if present == self._written:
            return
        shown = [
            {"fault": one.trouble.fault.value, "message": one.trouble.message, "since": round(one.since, 1)}
            for one in present
        ]
        try:
            write_whole(self._path, json.dumps({"process": os.getpid(), "troubles": shown}).encode(), lasting=False)
            self._written = present
        except OSError as error:
            _LOG.debug("The status cannot be written into %s: %s.", self._path, error.strerror)

    def remove(self) -> None:
        """Say that the player ended."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def read_status(run_folder: Path) -> Status | None:
    """Return the status of the player that runs with this folder; None when none does."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        values = json.loads((run_folder / _NAME).read_bytes())
        process = int(values["process"])
        troubles = tuple(
            LastingTrouble(Trouble(Fault(one["fault"]), str(one["message"])), float(one["since"]))
            for one in values["troubles"]
        )
        return Status(process, troubles) if _is_alive(process) else None
    return None


def _is_alive(process: int) -> bool:
    return process > 0 and Path(f"/proc/{process}").exists()
