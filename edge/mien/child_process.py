"""Runs a program as a child of the player and starts it again when it fails: the song never stops for it.

The child's half stands here too: it goes when its parent goes, and it ends when it means to.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from mien.errors import LinkError

_LOG = logging.getLogger(__name__)
_PR_SET_PDEATHSIG = 1
_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


class ChildProcess:
    """Keeps a command running until `close` is called, or until it ends well where it may.

    Args:
        command: the command line.
        name: what sentences call it: "The eye".
        may_end: status 0 is its end, as of an eye whose source is a file; else it shall run for ever.
        environment: variables for the child besides this process's own; no other user reads them, unlike a command.
        on_failure: called on a thread of its own after each failure, before the pause.
        back_off_seconds: the pauses after the first failure, the second, and so on; the last one is repeated. They
            begin anew after a run that was longer than the last one.
        stop_seconds: how long a child that shall end may take.
    """

    def __init__(  # noqa: PLR0913 - what differs between the children
        self,
        command: Sequence[str],
        *,
        name: str,
        may_end: bool,
        environment: Mapping[str, str] | None = None,
        on_failure: Callable[[], None] = lambda: None,
        back_off_seconds: Sequence[float] = _BACK_OFF_SECONDS,
        stop_seconds: float = 3.0,
    ) -> None:
        self._command = list(command)
        self._name, self._may_end, self._on_failure = name, may_end, on_failure
        self._environment = {**os.environ, **(environment or {})}
        self._back_off_seconds = back_off_seconds
        self._stop_seconds = stop_seconds
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)

    def start(self) -> None:
        """Start the child."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the child ended well or was closed; False when it still runs after so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _keep_running(self) -> None:
        failures = 0
        while not self._closing.is_set():
            started = time.monotonic()
            outcome = self._run_once()
            if outcome is None or self._closing.is_set():
                return
            if time.monotonic() - started > self._back_off_seconds[-1]:
                failures = 0
            pause = self._back_off_seconds[min(failures, len(self._back_off_seconds) - 1)]
            failures += 1
            self._on_failure()
            _LOG.warning("%s %s; it starts again in %g s, the music plays on.", self._name, outcome, pause)
            self._closing.wait(pause)

    def _run_once(self) -> str | None:
        """Run the child to its end and return what went wrong, or None when it ended well."""
        with self._starting:
            if self._closing.is_set():
                return None
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    self._command, stdin=subprocess.DEVNULL, env=self._environment
                )
            except OSError as error:  # a small board may be short of memory for a moment
                return f"cannot be started ({error.strerror})"
        status = self._process.wait()
        return None if status == 0 and self._may_end else f"ended with status {status}"

    def close(self) -> None:
        """End the child; a second call does nothing."""
        self._closing.set()
        with self._starting:
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with_parent(parent: int) -> None:
    """Let the kernel kill this process once the one that started it is gone, whatever it hangs in (prctl(2)).

    It counts as gone when the thread that started this process ended, so that one has to wait for its child.

    Args:
        parent: its process id.

    Raises:
        LinkError: it is gone already.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        raise LinkError("The player went away, so its children end.")


def end_within(seconds: float) -> None:
    """Let the kernel kill this process after so long: native code that hangs may hold up its end (alarm(2))."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
