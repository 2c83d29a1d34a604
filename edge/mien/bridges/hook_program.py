"""A program of the owner's: run with something on its standard input, watched, and ended with its process group."""

from __future__ import annotations

import logging
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

_LOG = logging.getLogger(__name__)
_CHUNK_BYTES = 4096
_KEPT_BYTES = 4096  # of its output, for the log
_PAUSE_SECONDS = 0.05  # between two chunks of a chatterbox
_LOOK_SECONDS = 0.2
# Not what may hold a secret, nor the variables by which systemd knows the player.
_VARIABLES = {
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ",
    "USER", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR",
}  # fmt: skip


class Program:
    """Runs a command, one run at a time. `run` is called from one thread, `end` from any.

    Args:
        command: the program and its arguments; no shell reads them.
        name: what sentences call it: "The hook on_mood".
        timeout_seconds: a run that takes longer is killed.
    """

    def __init__(self, command: Sequence[str], *, name: str, timeout_seconds: float) -> None:
        self._command, self._name, self._timeout_seconds = list(command), name, timeout_seconds
        self._ending = threading.Event()
        self._is_told = False  # that it fails

    def end(self) -> None:
        """Have the run that is under way killed, and let none begin any more."""
        self._ending.set()

    def run(self, told: bytes) -> None:
        """Run it to its end, or to the end of its time, with these bytes on its standard input."""
        if self._ending.is_set():
            return
        failure = self._failure(told)
        if failure is None:
            self._is_told = False
        elif not self._is_told and not self._ending.is_set():
            self._is_told = True
            _LOG.warning("%s %s; this is told once, until it works again: %s", self._name, failure, self._command[0])

    def _failure(self, told: bytes) -> str | None:
        # A file in memory: a pipe would wait for a program that does not read.
        try:
            with os.fdopen(os.memfd_create("told"), "w+b") as paper:
                paper.write(told)
                paper.seek(0)
                process = self._start(paper)
        except OSError as error:
            return f"cannot be run ({error.strerror})"
        status = self._watch(process)
        if status is None:
            return f"did not end within {self._timeout_seconds:g} s and was killed"
        return f"ended with status {status}" if status else None

    def _start(self, paper: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the owner's own program
            self._command,
            stdin=paper,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )

    def _watch(self, process: subprocess.Popen[bytes]) -> int | None:
        """Follow a run to its end and return its status; None when it was killed for its time, or at the end of all."""
        deadline = time.monotonic() + self._timeout_seconds
        assert process.stdout is not None  # a pipe was asked for
        with process.stdout as output:
            self._hear(output, deadline)
            while self._may_go_on(deadline):
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_LOOK_SECONDS)
        # It was not waited for yet, so its number, which is its group's too, is nobody else's.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None

    def _may_go_on(self, deadline: float) -> bool:
        return time.monotonic() < deadline and not self._ending.is_set()

    def _hear(self, output: IO[bytes], deadline: float) -> None:
        """Take its output, the beginning of it for the log, until it and its children have no more to say."""
        said, chunk = b"", b"?"
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while chunk and self._may_go_on(deadline):
                if selector.select(_LOOK_SECONDS):
                    chunk = os.read(output.fileno(), _CHUNK_BYTES)
                    if len(said) >= _KEPT_BYTES:
                        self._ending.wait(_PAUSE_SECONDS)
                    said = (said + chunk)[:_KEPT_BYTES]
        if said:
            _LOG.debug("%s says: %s", self._name, said.decode(errors="replace").rstrip())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _VARIABLES or name.startswith("LC_")}
