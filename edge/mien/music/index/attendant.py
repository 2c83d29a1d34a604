"""Runs what looks after the index as a child of the player, and starts it again when a file crashed it."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from mien.errors import LibraryError
from mien.music.index.hearing_queue import count_crash
from mien.music.index.index_file import open_index

log = logging.getLogger(__name__)

_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


class Attendant:
    """Keeps a command running until `close`, or until it ends well.

    Args:
        command: the command line of what calls `attend` or `listen`.
        index_path: the index, where a crash is put down to the file that was being heard.
        back_off_seconds: the pauses after the first failure, the second, and so on; the last one is repeated.
        stop_seconds: how long a child that shall end may take. It may be ended at any moment, and loses nothing.
    """

    def __init__(
        self,
        command: Sequence[str],
        index_path: Path,
        *,
        back_off_seconds: Sequence[float] = _BACK_OFF_SECONDS,
        stop_seconds: float = 1.0,
    ) -> None:
        self._command, self._index_path = list(command), index_path
        self._back_off_seconds, self._stop_seconds = back_off_seconds, stop_seconds
        self._closing = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, name="attendant", daemon=True)

    def start(self) -> None:
        """Start the child."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the child ended well or was closed; False when it still runs after so long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

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

    def _keep_running(self) -> None:
        failures = 0
        while not self._closing.is_set():
            outcome = self._run_once()
            if outcome is None or self._closing.is_set():
                return
            self._blame()
            pause = self._back_off_seconds[min(failures, len(self._back_off_seconds) - 1)]
            failures += 1
            log.warning("Hearing the library %s; it goes on in %g s, the music plays on.", outcome, pause)
            self._closing.wait(pause)

    def _run_once(self) -> str | None:
        """Run the child to its end and return what went wrong, or None when it ended well."""
        with self._starting:
            if self._closing.is_set():
                return None
            try:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
            except OSError as error:  # a small board may be short of memory for a moment
                return f"cannot be started ({error.strerror})"
        status = self._process.wait()
        return None if status == 0 else f"ended with status {status}"

    def _blame(self) -> None:
        try:
            with closing(open_index(self._index_path)) as database:
                count_crash(database)
        except (LibraryError, sqlite3.Error) as error:
            log.warning("The file that crashed it could not be noted: %s", error)
