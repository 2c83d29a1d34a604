"""The memory of what was played and what hands said of it: a SQLite file of its own, beside the music index."""

from __future__ import annotations

import logging
import math
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from mien.errors import LibraryError
from mien.music.choosing.circumstances import key_of
from mien.music.choosing.feedback import Event, Kind, Taste
from mien.music.database import Form, LaterVersionError, forget_copies, has_copy, keep_copy, open_anyhow, open_database
from mien.types import Fault, Track, Trouble

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
_KEPT_UNWRITTEN = 1000  # events in memory alone, while the disk cannot be written
_RETRY_SECONDS = 30.0
_COPY_SECONDS = 86_400.0
_LASTING = (Kind.LIKED.value, Kind.BANNED.value, Kind.WRONG_MOOD.value)


class ShortMemory:
    """What happens while the process runs; nothing is written. Its names are those of `Memory`."""

    trouble: Trouble | None = None

    def __init__(self) -> None:
        self.taste = Taste()

    def add(self, event: Event) -> None:
        """Learn from an event."""
        self.taste.add(event)

    def recent(self, count: int) -> tuple[Path, ...]:  # noqa: ARG002 - Memory's
        """Return nothing: this process played nothing before."""
        return ()

    def keep_up(self, now: float) -> None:
        """Do nothing: nothing is written."""


class Memory:
    """Events on disk, and the taste learnt from them; for one thread, while other processes may erase.

    What cannot be written is kept in memory until it can. A copy is kept beside the file once a day, and is used when
    the file is torn: what hands said is nowhere else.
    """

    def __init__(self, path: Path, kept_events: int = _KEPT_EVENTS, *, even_in_memory: bool = False) -> None:
        """Open the file, making it when it is missing.

        Args:
            path: the file.
            kept_events: a play is forgotten once there are so many newer events.
            even_in_memory: begin in memory while the file cannot be opened, instead of raising an error.

        Raises:
            LibraryError: the file cannot be opened or made.
        """
        self._path, self._kept_events = path, kept_events
        self._trouble: Trouble | None = None
        self._in_memory = False
        if even_in_memory:
            self._database, self._trouble = open_anyhow(path, _FORM)
            self._in_memory = self._trouble is not None
        else:
            self._database = open_database(path, _FORM)
        self._unwritten: list[Event] = []
        self._tried_at = self._copied_at = -math.inf
        self._changed = not has_copy(path)
        self._taste = Taste()
        self._read_at: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._database.close()

    @property
    def trouble(self) -> Trouble | None:
        """Why what happens is remembered only until the end; None when it is written."""
        return self._trouble

    def keep_up(self, now: float) -> None:
        """Write what could not be written so far, and keep the day's copy; to be called often.

        Args:
            now: seconds of a clock that only grows.
        """
        if self._trouble is not None and now - self._tried_at >= _RETRY_SECONDS:
            self._tried_at = now
            self._try_again()
        if self._changed and self._trouble is None and now - self._copied_at >= _COPY_SECONDS:
            self._copied_at = now
            self._changed = False
            try:
                keep_copy(self._database, self._path)
            except (OSError, sqlite3.Error) as error:
                log.warning("No copy of what was played can be kept (%s).", error)

    @property
    def taste(self) -> Taste:
        """What was learnt so far."""
        try:
            (version,) = self._database.execute("PRAGMA data_version").fetchone()
            if version != self._read_at:  # another process erased or added something
                self._taste = Taste.of([*self.events(), *self._unwritten])
                self._read_at = version
        except sqlite3.Error as error:
            self._warn(error)
        return self._taste

    def add(self, event: Event) -> None:
        """Learn from an event, and write it in one transaction; a disk that is full costs the music nothing."""
        self.taste.add(event)
        self._unwritten = [*self._unwritten, event][-_KEPT_UNWRITTEN:]
        if not self._in_memory:
            self._write_down()

    def events(self, *, by_hand: bool = False) -> Iterator[Event]:
        """Yield what is remembered, the oldest first; with `by_hand`, only what somebody did."""
        rows = self._database.execute("SELECT key, path, title, mood, kind, at, seconds FROM event ORDER BY id")
        for row in rows:
            event = _event(row)
            if event is not None and (event.by_hand or not by_hand):
                yield event

    def recent(self, count: int) -> tuple[Path, ...]:
        """Return the paths of the tracks played last, the newest last."""
        rows = self._database.execute(
            "SELECT path FROM event WHERE kind NOT IN (?, ?, ?) ORDER BY id DESC LIMIT ?", (*_LASTING, count)
        )
        return tuple(Path(os.fsdecode(path)) for (path,) in rows if isinstance(path, bytes))[::-1]

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
            forget_copies(self._path)
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"What was played cannot be forgotten ({error}): look for free space and permission."
            ) from error
        self._read_at = None
        self._changed = True
        return count

    def _try_again(self) -> None:
        if self._in_memory:
            try:
                database = open_database(self._path, _FORM, wait_seconds=0.0)
            except LibraryError:
                return
            self._database.close()
            self._database, self._in_memory, self._read_at = database, False, None
        self._write_down()

    def _write_down(self) -> None:
        """Write in one transaction what is not yet written; a disk that is full costs the music nothing."""
        try:
            with self._database:
                self._database.execute("BEGIN IMMEDIATE")
                # Something is written in any case, so that a disk that cannot be written says so.
                self._database.execute(f"PRAGMA user_version = {_VERSION}")
                for event in self._unwritten:
                    self._insert(event)
        except sqlite3.Error as error:
            self._warn(error)
            return
        self._unwritten.clear()
        self._changed = True
        self._trouble = None

    def _insert(self, event: Event) -> None:
        what = (event.at, event.kind.value, event.mood, event.seconds)
        title = event.title.encode("utf-8", "replace").decode()
        cursor = self._database.execute(
            "INSERT INTO event (at, kind, mood, seconds, key, path, title) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*what, os.fsencode(event.key), os.fsencode(event.path), title),
        )
        if (cursor.lastrowid or 0) % _PRUNE_EVERY == 0:
            self._prune()

    def _warn(self, error: sqlite3.Error) -> None:
        if self._trouble is None:
            self._trouble = Trouble(
                Fault.STATE_UNWRITABLE,
                f"What was played cannot be remembered ({error}): look for free space and permission.",
            )

    def _prune(self) -> None:
        self._database.execute(
            "DELETE FROM event WHERE kind NOT IN (?, ?, ?) AND id <= (SELECT max(id) FROM event) - ?",
            (*_LASTING, self._kept_events),
        )


def _event(row: tuple[Any, ...]) -> Event | None:
    """Return a row as an event; None for one that a torn file made nonsense of."""
    key, path, title, mood, kind, at, seconds = row
    with suppress(TypeError, ValueError):
        event = Event(os.fsdecode(key), Path(os.fsdecode(path)), title, mood, Kind(kind), float(at), float(seconds))
        if isinstance(title, str) and isinstance(mood, str) and math.isfinite(event.at + event.seconds):
            return event
    return None


def _prepare(database: sqlite3.Connection) -> None:
    """Make the table in a new file; one of another version is no file of ours to change."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        with database:
            database.execute(_SCHEMA)
            database.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise LaterVersionError(version)
    database.execute("SELECT key, path, title, mood, kind, at, seconds FROM event LIMIT 1")


_FORM = Form("the memory of what was played", _prepare, lasting=True)
