"""SQLite's write-ahead log, which lets one process write while others read."""

from __future__ import annotations

import sqlite3
import time

_TRIES = 100
_PAUSE_SECONDS = 0.1


def use_write_ahead_log(database: sqlite3.Connection) -> None:
    """Switch a database to its write-ahead log; a crash then costs no more than what was not committed.

    Raises:
        sqlite3.Error: the file cannot be written, or other processes hold it for ten seconds.
    """
    for left in reversed(range(_TRIES)):
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Two processes that make the same file: SQLite's own time-out does not cover this switch.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or left == 0:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            database.execute("PRAGMA synchronous = NORMAL")
            return
