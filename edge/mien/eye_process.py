"""Runs the eye as a child process of the player and starts it again when it fails: the song never stops for it."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Sequence

_LOG = logging.getLogger(__name__)
_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
_STOP_SECONDS = 3.0


class EyeProcess:
    """Keeps a command running until it ends well (its source came to its end) or `close` is called."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._keep_running, name="eye-process", daemon=True)

    def start(self) -> None:
        """Start the eye."""
        self._thread.start()

    def _keep_running(self) -> None:
        failures = 0
        while True:
            with self._starting:
                if self._closing.is_set():
                    return
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
            status = self._process.wait()
            if status == 0 or self._closing.is_set():
                return
            pause = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
            failures += 1
            _LOG.warning("The eye ended with status %d; it starts again in %g s, the music plays on.", status, pause)
            self._closing.wait(pause)

    def close(self) -> None:
        """End the eye; a second call does nothing."""
        self._closing.set()
        with self._starting:
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
