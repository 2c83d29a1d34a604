"""SQLite files that survive a power cut, and are set aside when they are torn."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from mien.errors import LibraryError
from mien.music.write_ahead import use_write_ahead_log

log = logging.getLogger(__name__)


def open_database(path: Path, name: str, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """Open a database in WAL mode, making it when it is missing; a torn one is renamed to `<name>.broken` first.

    Args:
        path: the file.
        name: what people call it: "the memory of what was played".
        prepare: makes the tables where they are missing; raises sqlite3.DatabaseError where the file is another one.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(path, prepare)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            _set_aside(path, name, error)
            return _connect(path, prepare)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"{name[0].upper()}{name[1:]} {path} cannot be opened ({error}): "
            "make its folder writable, or set paths.state to another one."
        ) from error


def _connect(path: Path, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10.0)
    try:
        use_write_ahead_log(database)
        _check(database)
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _set_aside(path: Path, name: str, error: Exception) -> None:
    aside = path.with_name(f"{path.name}.broken")
    log.warning(
        "%s %s cannot be used (%s): it is kept as %s and made anew.", *(name.capitalize(), path, error, aside.name)
    )
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
