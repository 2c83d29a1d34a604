"""The SQLite file of the music index: opened, checked, and set aside when it is torn."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from mien.errors import LibraryError

log = logging.getLogger(__name__)

_VERSION = 1
# Paths are bytes, since file names need not be UTF-8. A row with a `problem` is a file that is not readable music.
_SCHEMA = """
CREATE TABLE track (
    folder BLOB NOT NULL, path BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, problem TEXT,
    title TEXT, artist TEXT, album TEXT, duration_seconds REAL, moods TEXT NOT NULL DEFAULT '[]',
    valence REAL NOT NULL DEFAULT 0, arousal REAL NOT NULL DEFAULT 0,
    affect_source TEXT NOT NULL DEFAULT 'prior', affect_word TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (folder, path)
) WITHOUT ROWID
"""


def open_index(path: Path) -> sqlite3.Connection:
    """Open the index, making it when it is missing; one that is no database is renamed to `<name>.broken` first.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            _set_aside(path, error)
            return _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"The music index {path} cannot be opened ({error}): "
            "make its folder writable, or set paths.state to another one."
        ) from error


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection) -> None:
    """Check the file and make the table; a table of another version is dropped, since a scan makes it anew."""
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        with database:
            database.execute("DROP TABLE IF EXISTS track")
            database.execute(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")


def _set_aside(path: Path, error: Exception) -> None:
    aside = path.with_name(f"{path.name}.broken")
    log.warning("The music index %s is torn (%s): it is kept as %s and made anew.", path, error, aside.name)
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
