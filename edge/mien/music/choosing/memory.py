"""The memory of what was played and what hands said of it: a SQLite file of its own, beside the music index."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from mien.errors import LibraryError
from mien.music.choosing.circumstances import key_of
from mien.music.choosing.database import open_database
from mien.music.choosing.feedback import Event, Kind, Taste
from mien.types import Track

log = logging.getLogger(__name__)

_VERSION = 1
_SCHEMA = """
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, mood TEXT NOT NULL, seconds REAL NOT NULL,
    key BLOB NOT NULL, path BLOB NOT NULL, title TEXT NOT NULL
)
"""  # keys and paths are bytes, since file names need not be UTF-8
# A play is forgotten once there are so many newer events: at twenty tracks an hour, after two months without a rest.
_KEPT_EVENTS = 30_000
_PRUNE_EVERY = 500
_LASTING = (Kind.LIKED.value, Kind.BANNED.value, Kind.WRONG_MOOD.value)


class ShortMemory:
    """What happens while the process runs; nothing is written. Its names are those of `Memory`."""

    def __init__(self) -> None:
        self.taste = Taste()

    def add(self, event: Event) -> None:
        """Learn from an event."""
        self.taste.add(event)

    def recent(self, count: int) -> tuple[Path, ...]:  # noqa: ARG002 - Memory's
        """Return nothing: this process played nothing before."""
        return ()


class Memory:
    """Events on disk, and the taste learnt from them; for one thread, while other processes may erase."""

    def __init__(self, path: Path, kept_events: int = _KEPT_EVENTS) -> None:
        """Open the file, making it when it is missing.

        Raises:
            LibraryError: the file cannot be opened or made.
        """
        self._kept_events = kept_events
        self._database = open_database(path, "the memory of what was played", _prepare)
        self._taste = Taste()
        self._read_at: int | None = None
        self._failing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._database.close()

    @property
    def taste(self) -> Taste:
        """What was learnt so far."""
        try:
            (version,) = self._database.execute("PRAGMA data_version").fetchone()
            if version != self._read_at:  # another process erased or added something
                self._taste = Taste.of(self.events())
                self._read_at = version
        except sqlite3.Error as error:
            self._warn(error)
        return self._taste

    def add(self, event: Event) -> None:
        """Learn from an event, and write it in one transaction; a disk that is full costs the music nothing."""
        self.taste.add(event)
        what = (event.at, event.kind.value, event.mood, event.seconds)
        title = event.title.encode("utf-8", "replace").decode()
        try:
            with self._database:
                cursor = self._database.execute(
                    "INSERT INTO event (at, kind, mood, seconds, key, path, title) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*what, os.fsencode(event.key), os.fsencode(event.path), title),
                )
                if (cursor.lastrowid or 0) % _PRUNE_EVERY == 0:
                    self._prune()
            self._failing = False
        except sqlite3.Error as error:
            self._warn(error)

    def events(self, *, by_hand: bool = False) -> Iterator[Event]:
        """Yield what is remembered, the oldest first; with `by_hand`, only what somebody did."""
        rows = self._database.execute("SELECT key, path, title, mood, kind, at, seconds FROM event ORDER BY id")
        for key, path, title, mood, kind, at, seconds in rows:
            event = Event(os.fsdecode(key), Path(os.fsdecode(path)), title, mood, Kind(kind), at, seconds)
            if event.by_hand or not by_hand:
                yield event

    def recent(self, count: int) -> tuple[Path, ...]:
        """Return the paths of the tracks played last, the newest last."""
        rows = self._database.execute(
            "SELECT path FROM event WHERE kind NOT IN (?, ?, ?) ORDER BY id DESC LIMIT ?", (*_LASTING, count)
        )
        return tuple(Path(os.fsdecode(path)) for (path,) in rows)[::-1]

    def rename(self, before: str, after: str) -> None:
        """Let what is remembered of one content count for another, which differs only in its tags.

        Raises:
            LibraryError: the file cannot be written.
        """
        try:
            with self._database:
                self._database.execute(
                    "UPDATE event SET key = ? WHERE key = ?", (os.fsencode(after), os.fsencode(before))
                )
        except sqlite3.Error as error:
            raise LibraryError(
                f"What was played cannot be written ({error}): look for free space and permission."
            ) from error
        self._read_at = None

    def erase(self, track: Track | None = None) -> int:
        """Forget all of one track, or everything, and return how many events that were.

        Raises:
            LibraryError: the file cannot be written.
        """
        where: str = ""
        values: tuple[bytes, ...] = ()
        if track is not None:
            where, values = " WHERE key = ? OR path = ?", (os.fsencode(key_of(track)), os.fsencode(track.path))
        try:
            with self._database:
                count = self._database.execute(f"DELETE FROM event{where}", values).rowcount  # noqa: S608 - constants
        except sqlite3.Error as error:
            raise LibraryError(
                f"What was played cannot be forgotten ({error}): look for free space and permission."
            ) from error
        self._read_at = None
        return count

    def _warn(self, error: sqlite3.Error) -> None:
        if not self._failing:
            log.warning("What was played cannot be remembered (%s): look for free space and permission.", error)
        self._failing = True

    def _prune(self) -> None:
        self._database.execute(
            "DELETE FROM event WHERE kind NOT IN (?, ?, ?) AND id <= (SELECT max(id) FROM event) - ?",
            (*_LASTING, self._kept_events),
        )


def _prepare(database: sqlite3.Connection) -> None:
    """Make the table in a new file; one of another version is no file of ours to change."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        with database:
            database.execute(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise sqlite3.DatabaseError(f"it is of version {version}, and this mien writes version {_VERSION}")
