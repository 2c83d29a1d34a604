"""Keys, one at a time, from a terminal that is given back as it was."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from types import TracebackType
from typing import Self


class Keys:
    """Reads single keys while it is entered, where standard input is a terminal; elsewhere there are none."""

    def __init__(self) -> None:
        self._terminal = _standard_input()
        self._before: list[object] | None = None

    def __enter__(self) -> Self:
        """Have keys come at once and unseen; Ctrl-C still ends the program."""
        if self._terminal is not None and is_in_front(self._terminal):
            self._before = termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal, termios.TCSANOW)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Give the terminal back as it was."""
        if self._terminal is not None and self._before is not None:
            try:
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._before)  # type: ignore[arg-type]
            except termios.error:
                return  # the terminal is gone

    @property
    def there(self) -> bool:
        """True where keys come."""
        return self._before is not None

    def next(self, timeout_seconds: float) -> str:
        """Wait for a key; "" when none came in time."""
        if self._terminal is None or not self.there or not is_in_front(self._terminal):
            select.select([], [], [], timeout_seconds)
            return ""
        if not select.select([self._terminal], [], [], timeout_seconds)[0]:
            return ""
        try:
            content = os.read(self._terminal, 1)
        except OSError:
            content = b""
        if not content:  # the terminal is gone
            self._terminal = None
        return content.decode("ascii", "replace")


def is_in_front(terminal: int) -> bool:
    """Say whether this program is the one that a terminal's user talks to, and no job in its background."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False


def _standard_input() -> int | None:
    try:
        return sys.stdin.fileno() if sys.stdin is not None and sys.stdin.isatty() else None
    except (OSError, ValueError):  # it is closed, or no file
        return None
