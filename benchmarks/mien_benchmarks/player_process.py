"""A player that runs as its owner's does: a process of its own, in an empty home, with its page on a free port."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien_benchmarks.bench import BenchmarkError, clean_environment
from mien_benchmarks.processes import end

_START_SECONDS = 60.0
_ANSWER_SECONDS = 20.0
_LOOK_SECONDS = 0.005
_SETTINGS = """
[music]
library = "{library}"
hear = false
[audio]
output = "{output}"
[web]
port = 0
[paths]
state = "{state}"
run = "{run}"
"""


@dataclass(frozen=True, slots=True)
class Household:
    """Where a player lives: its music, a state folder that it begins with a copy of, and the sound output."""

    library: Path
    state: Path | None = None
    output: str = "silent"


class PlayerProcess:
    """A player that was started; it is asked through its page."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, started_at: float) -> None:
        """Made by `playing`; `started_at` is on the monotonic clock."""
        self.started_at = started_at
        self._process, self._log = process, log

    @property
    def id(self) -> int:
        """The number of its process."""
        return self._process.pid

    def children(self) -> list[int]:
        """Return the numbers of the processes that any thread of it has started."""
        listed = Path(f"/proc/{self.id}/task").glob("*/children")
        return [int(child) for one in listed for child in one.read_text(encoding="utf-8").split()]

    def said(self, pattern: str) -> str:
        """Wait until it logs what matches, and return the pattern's group.

        Raises:
            BenchmarkError: it does not, or ended.
        """
        deadline = time.monotonic() + _START_SECONDS
        while True:
            text = self._log.read_text(encoding="utf-8")
            if found := re.search(pattern, text):
                return found[1]
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BenchmarkError(f"The player did not start: {text.strip()[-500:] or 'it said nothing'}")
            time.sleep(_LOOK_SECONDS)

    @property
    def page(self) -> str:
        """The address of its page."""
        return self.said(r"The page is at (http://\S+)\.")

    def ask(self, action: str, **request: object) -> None:
        """Have it do something by its API: `ask("override", emotion="happy", minutes=5)`."""
        body = json.dumps(request).encode()
        call = urllib.request.Request(f"{self.page}/api/{action}", body, {"content-type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(call, timeout=_ANSWER_SECONDS):  # noqa: S310 - the address is our own player's
            pass


def settings_text(household: Household, home: Path) -> str:
    """Return settings that keep all that a player writes in a folder."""
    library, output = household.library, household.output
    return _SETTINGS.format(library=library, output=output, state=home / "state", run=home / "run")


@contextmanager
def playing(
    python: Path, household: Household, *options: str | Path, environment: Mapping[str, str] | None = None
) -> Iterator[PlayerProcess]:
    """Run `mien run --quiet` with one version of mien, and end it.

    Args:
        python: the Python of the version.
        household: its music, index and sound output.
        options: of the command line.
        environment: what stands in its environment beside a user's own.
    """
    with tempfile.TemporaryDirectory(prefix="mien-") as name:  # a socket's path must be short
        home = Path(name)
        settings = home / "mien.toml"
        settings.write_text(settings_text(household, home), encoding="utf-8")
        if household.state is not None:
            shutil.copytree(household.state, home / "state")
        command = [python, "-m", "mien", "run", "--quiet", "--config", settings, *options]
        surroundings = {**clean_environment(), "HOME": name, **(environment or {})}
        with (home / "log.txt").open("wb") as log:
            started_at = time.monotonic()
            process = subprocess.Popen(command, cwd=home, env=surroundings, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            yield PlayerProcess(process, home / "log.txt", started_at)
        finally:
            end(process)


class EventStream:
    """A page that looks on: the states that a player sends, each with its moment on the monotonic clock."""

    def __init__(self, page: str) -> None:
        self.events: list[tuple[float, dict[str, Any]]] = []
        self._answer = urllib.request.urlopen(f"{page}/api/events", timeout=_START_SECONDS)  # noqa: S310
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the player has ended the stream."""
        return self._thread.is_alive()

    def wait_for_more(self, events: int) -> None:
        """Wait until it was sent more than so many states.

        Raises:
            BenchmarkError: it was not.
        """
        deadline = time.monotonic() + _ANSWER_SECONDS
        while len(self.events) <= events:
            if not self.alive or time.monotonic() > deadline:
                raise BenchmarkError(f"The player told its page nothing of a change within {_ANSWER_SECONDS:.0f} s.")
            time.sleep(_LOOK_SECONDS)

    def _read(self) -> None:
        for line in self._answer:
            if line.startswith(b"data: {"):
                self.events.append((time.monotonic(), json.loads(line.removeprefix(b"data: "))))
