"""Where diagnostics go: standard error, and for the journal with the priority that it sorts by, and no times."""

from __future__ import annotations

import logging
import os
import sys
from typing import TextIO

LEVELS = ("debug", "info", "warning", "error")
# syslog's numbers, by which `journalctl -p warning` chooses
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))


def set_up(level: str) -> None:
    """Send mien's diagnostics of this level and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    if goes_to_journal(sys.stderr):
        handler.setFormatter(_JournalFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def goes_to_journal(stream: TextIO) -> bool:
    """Say whether a stream is the one that JOURNAL_STREAM names; a terminal may have inherited the variable."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file behind it
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def for_journal(text: str, level: int) -> str:
    """Begin each line, a traceback's too, with its priority (sd-daemon(3)): the journal keeps lines one by one."""
    priority = next((number for least, number in _PRIORITIES if level >= least), 7)
    return "\n".join(f"<{priority}>{line}" for line in text.splitlines())


class _JournalFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return for_journal(super().format(record), record.levelno)
