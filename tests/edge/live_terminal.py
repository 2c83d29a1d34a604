"""A program on a pseudo-terminal, whose keys are pressed and whose screen is read."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
import threading
from pathlib import Path

from edge.command_line import surroundings


class Terminal:
    """A program on a pseudo-terminal of its own, in front there."""

    def __init__(self, *command: str, home: Path) -> None:
        self._master, terminal = pty.openpty()
        self.before = termios.tcgetattr(terminal)
        self._terminal = terminal
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_FRONT, *command],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env=surroundings(home, TERM="xterm-256color", COLUMNS="100", LINES="30"),
        )
        self._said = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while content := os.read(self._master, 4096):
                self._said += content
        except OSError:
            return

    @property
    def said(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._said.decode(errors="replace"))

    @property
    def is_as_before(self) -> bool:
        return termios.tcgetattr(self._terminal) == self.before

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        os.close(self._terminal)
        os.close(self._master)


# Makes its standard input the session's own terminal, as a login does.
_IN_FRONT = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
