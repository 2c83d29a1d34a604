"""The SQLite file of the music index: what it holds, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mien.music.database import Form, LaterVersionError, open_anyhow, open_database
from mien.types import Trouble

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


def open_index(path: Path, wait_seconds: float = 10.0) -> sqlite3.Connection:
    """Open the index, making it when it is missing; one that cannot be read is renamed first.

    Args:
        path: the file.
        wait_seconds: how long another process may still make or hold it.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    return open_database(path, _FORM, wait_seconds)


def open_index_anyhow(path: Path) -> tuple[sqlite3.Connection, Trouble | None]:
    """Open the index, or one in memory with the trouble why."""
    return open_anyhow(path, _FORM)


def is_blank(database: sqlite3.Connection) -> bool:
    """Return whether an index knows of no file and of no content."""
    return database.execute("SELECT 1 FROM track UNION ALL SELECT 1 FROM heard LIMIT 1").fetchone() is None


def bump_generation(database: sqlite3.Connection) -> None:
    """Have every reader look at the tracks again once this transaction is committed."""
    database.execute("UPDATE generation SET number = number + 1")


def _prepare(database: sqlite3.Connection) -> None:
    """Make the tables where there are none or only cheap ones, and look whether they are all there."""
    if _version(database) != _VERSION:
        with database:
            database.execute("BEGIN IMMEDIATE")
            _make_tables(database)
    for table in ("track", "heard", "attempt"):
        database.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - constants
    if database.execute("SELECT count(*) FROM generation").fetchone() != (1,):
        raise sqlite3.DatabaseError("its number of changes is gone")


def _make_tables(database: sqlite3.Connection) -> None:
    version = _version(database)  # again, since another process may have been faster
    if version > _VERSION:
        raise LaterVersionError(version)
    if version <= _CHEAP_VERSION:
        database.execute("DROP TABLE IF EXISTS track")
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {_VERSION}")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


_FORM = Form("the music index", _prepare, patience_seconds=30.0)
