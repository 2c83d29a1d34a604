"""A terminal of eighty columns with a person at it, who reads what stands there before each answer."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.command_line import COMMAND, surroundings

_DEADLINE_SECONDS = 30.0
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """Runs `mien setup` on a pseudo-terminal of its own while it is entered."""

    def __init__(self, home: Path, *options: str | Path) -> None:
        self._outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [*COMMAND, "setup", *map(str, options)],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=surroundings(home, COLUMNS="80", TERM="xterm"),
            preexec_fn=_take_terminal,  # noqa: PLW1509 - a terminal has to be taken by the child itself
            start_new_session=True,
        )
        os.close(inner)
        self.text = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._outer)

    def wait_for(self, words: str) -> None:
        """Read until these words stand below what was waited for before."""
        while (place := self._plain().find(words, self._read_to)) < 0:
            assert self._read(), f"it ended without {words!r}:\n{self._plain()}"
        self._read_to = place + len(words)

    def type(self, text: str) -> None:
        os.write(self._outer, text.encode())

    def answer(self, question: str, text: str = "") -> None:
        """Wait for a question's colon, and type an answer and Enter."""
        self.wait_for(question)
        self.wait_for("):" if question != "File or address" else ":")
        self.type(f"{text}\n")

    def end(self) -> int:
        """Read to the end, and return the exit code."""
        while self._read():
            pass
        assert "Traceback" not in self.text, self.text
        return self._process.wait(_DEADLINE_SECONDS)

    def _plain(self) -> str:
        """Return the text on one line, since lines break wherever the terminal ends."""
        return " ".join(_CONTROL.sub("", self.text).split())

    def _read(self) -> bool:
        ends = time.monotonic() + _DEADLINE_SECONDS
        ready, _, _ = select.select([self._outer], [], [], ends - time.monotonic())
        assert ready, f"nothing happened:\n{self._plain()}"
        try:
            content = os.read(self._outer, 65536)
        except OSError:  # the other side has closed it
            return False
        self.text += content.decode("utf-8", "replace")
        return bool(content)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
