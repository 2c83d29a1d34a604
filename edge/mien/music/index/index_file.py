"""The SQLite file of the music index: opened, checked, and set aside when it is torn."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from mien.errors import LibraryError
from mien.music.write_ahead import use_write_ahead_log

log = logging.getLogger(__name__)

_VERSION = 2
_CHEAP_VERSION = 1  # up to here an index holds nothing that a quick scan does not find again
# Paths are bytes, since file names need not be UTF-8. A track with a `problem` is a file that is not readable music.
# What was heard belongs to a content, not to a path: a file that moves keeps it, and copies are heard once. An
# `attempt` is a hearing that did not come to its end: `begun` while it goes on. `generation` grows when readers should
# look again.
_SCHEMA = (
    """
    CREATE TABLE track (
        folder BLOB NOT NULL, path BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        content BLOB, problem TEXT, title TEXT, artist TEXT, album TEXT, duration_seconds REAL,
        moods TEXT NOT NULL DEFAULT '[]', valence REAL NOT NULL DEFAULT 0, arousal REAL NOT NULL DEFAULT 0,
        affect_source TEXT NOT NULL DEFAULT 'prior', affect_word TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (folder, path)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE heard (
        content BLOB PRIMARY KEY, ear TEXT NOT NULL, problem TEXT, duration_seconds REAL, loudness_lufs REAL,
        valence REAL, arousal REAL, valence_spread REAL, arousal_spread REAL, traits TEXT, is_music INTEGER
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE attempt (
        content BLOB PRIMARY KEY, ear TEXT NOT NULL, begun INTEGER NOT NULL, ends_unseen INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
    "CREATE TABLE generation (number INTEGER NOT NULL)",
    "INSERT INTO generation VALUES (0)",
)


def open_index(path: Path) -> sqlite3.Connection:
    """Open the index, making it when it is missing; one that cannot be read is renamed first.

    A torn one becomes `<name>.broken`, one of a later mien `<name>.version-N`.

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
            _set_aside(path, "broken", f"is torn ({error})")
        except _LaterVersionError as error:
            _set_aside(path, f"version-{error}", "was made by a later mien")
        return _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"The music index {path} cannot be opened ({error}): "
            "make its folder writable, or set paths.state to another one."
        ) from error


def bump_generation(database: sqlite3.Connection) -> None:
    """Have every reader look at the tracks again once this transaction is committed."""
    database.execute("UPDATE generation SET number = number + 1")


class _LaterVersionError(Exception):
    """The index has a version that this mien does not know."""


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30.0, isolation_level="IMMEDIATE")
    try:
        use_write_ahead_log(database)
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection) -> None:
    """Check the file, and make the tables where there are none or only cheap ones."""
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    if _version(database) == _VERSION:
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        version = _version(database)  # again, since another process may have been faster
        if version > _VERSION:
            raise _LaterVersionError(version)
        if version <= _CHEAP_VERSION:
            database.execute("DROP TABLE IF EXISTS track")
            for statement in _SCHEMA:
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {_VERSION}")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _set_aside(path: Path, suffix: str, why: str) -> None:
    aside = path.with_name(f"{path.name}.{suffix}")
    log.warning("The music index %s %s: it is kept as %s and made anew.", path, why, aside.name)
    path.replace(aside)
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
