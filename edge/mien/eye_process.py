"""Runs the eye as a child process of the player and starts it again when it ends: the song never stops for it."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Sequence

_LOG = logging.getLogger(__name__)
_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


class EyeProcess:
    """Keeps a command running until `close` is called, or until it ends well where its source may come to an end.

    Args:
        command: the eye's command line.
        source_ends: the source is a file, so that status 0 is its end; any other eye shall run for ever.
        back_off_seconds: the pauses after the first failure, the second, and so on; the last one is repeated. They
            begin anew after a run that was longer than the last one.
        stop_seconds: how long an eye that shall end may take.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        source_ends: bool,
        back_off_seconds: Sequence[float] = _BACK_OFF_SECONDS,
        stop_seconds: float = 3.0,
    ) -> None:
        self._command = list(command)
        self._source_ends = source_ends
        self._back_off_seconds = back_off_seconds
        self._stop_seconds = stop_seconds
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep_running, name="eye-process", daemon=True)

    def start(self) -> None:
        """Start the eye."""
        self._thread.start()

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
            _LOG.warning("The eye %s; it starts again in %g s, the music plays on.", outcome, pause)
            self._closing.wait(pause)

    def _run_once(self) -> str | None:
        """Run the eye to its end and return what went wrong, or None when it ended well."""
        with self._starting:
            if self._closing.is_set():
                return None
            try:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
            except OSError as error:  # a small board may be short of memory for a moment
                return f"cannot be started ({error.strerror})"
        status = self._process.wait()
        return None if status == 0 and self._source_ends else f"ended with status {status}"

    def close(self) -> None:
        """End the eye; a second call does nothing."""
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
