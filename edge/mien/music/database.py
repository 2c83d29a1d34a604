"""SQLite files that survive power cuts, torn files and disks that cannot be written: the music index and the memory."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mien.errors import LibraryError
from mien.types import Fault, Trouble

log = logging.getLogger(__name__)

_TRIES = 100
_PAUSE_SECONDS = 0.1
_HEAD = b"SQLite format 3\0"
_COMPANIONS = ("-wal", "-shm")
# A file with one of these is no torn file: the disk, its permissions or another process are the matter.
_OF_THE_DISK = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of file holds.

    `name` is what people call it: "the music index". `prepare` makes the tables where they are missing, and raises
    sqlite3.DatabaseError where the file is another one, or `LaterVersionError`. `patience_seconds` is how long it waits
    for other processes. With `lasting`, what is committed is on the disk, at one wait for it each; without, a power cut
    costs the last commits.
    """

    name: str
    prepare: Callable[[sqlite3.Connection], None]
    patience_seconds: float = 10.0
    lasting: bool = False


class LaterVersionError(Exception):
    """A file has a version, given as the argument, that this mien does not know."""


def open_database(path: Path, form: Form) -> sqlite3.Connection:
    """Open a database in WAL mode, making it when it is missing.

    A torn one is renamed to `<name>.broken` first, and one of a later mien to `<name>.version-N`; what `keep_copy` kept
    takes its place.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(path, form)
        except sqlite3.Error as error:
            if not _is_torn(error):
                raise
            _set_aside(path, form, "broken", f"is torn ({error})")
        except LaterVersionError as error:
            _set_aside(path, form, f"version-{error}", "was made by a later mien")
        return _restored(path, form)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"{form.name[0].upper()}{form.name[1:]} {path} cannot be opened ({error}): "
            "make its folder writable, or set paths.state to another one."
        ) from error


def open_anyhow(path: Path, form: Form) -> tuple[sqlite3.Connection, Trouble | None]:
    """Open a database; where that cannot be, one in memory that holds what can be read of the file, and the trouble."""
    try:
        return open_database(path, form), None
    except LibraryError as error:
        return _in_memory(path, form), Trouble(Fault.STATE_UNWRITABLE, f"{error} Until then it is kept in memory.")


def keep_copy(database: sqlite3.Connection, path: Path) -> None:
    """Keep a copy of a database beside its file, whole or not at all.

    Raises:
        OSError: it cannot be written.
        sqlite3.Error: the database cannot be read, or the copy cannot be written.
    """
    unfinished = _copy_of(path).with_suffix(".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as copy:
            database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that needs no companions
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(_copy_of(path))
    finally:
        unfinished.unlink(missing_ok=True)


def forget_copies(path: Path) -> None:
    """Delete what was kept beside a database, the torn file too.

    Raises:
        OSError: it cannot be deleted.
    """
    for name in (_copy_of(path).name, f"{path.name}.broken", f"{path.name}.broken-wal"):
        path.with_name(name).unlink(missing_ok=True)


def has_copy(path: Path) -> bool:
    """Return whether `keep_copy` kept one."""
    return _copy_of(path).exists()


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def _is_torn(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or code is None or code & 0xFF not in _OF_THE_DISK


def _restored(path: Path, form: Form) -> sqlite3.Connection:
    """Open the copy of a torn database in its place, or a new one."""
    copy = _copy_of(path)
    if copy.exists():
        try:
            with closing(sqlite3.connect(_uri(copy, "immutable=1"), uri=True)) as source:
                _check(source)
                with closing(sqlite3.connect(path)) as database:
                    source.backup(database)
            database = _connect(path, form)
        except (sqlite3.Error, LaterVersionError) as error:
            log.warning("The copy %s of %s cannot be used either (%s).", copy.name, form.name, error)
            for suffix in ("", *_COMPANIONS):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        else:
            log.warning("The last good copy of %s is used.", form.name)
            return database
    return _connect(path, form)


def _in_memory(path: Path, form: Form) -> sqlite3.Connection:
    """Return a database in memory with what can be read of a file."""
    for how in ("mode=ro", "immutable=1"):  # the latter reads where nothing may be written, but no -wal file
        database = _settled(sqlite3.connect(":memory:", isolation_level="IMMEDIATE"))
        try:
            with closing(sqlite3.connect(_uri(path, how), uri=True)) as source:
                source.backup(database)
            _check(database)
            form.prepare(database)
        except (sqlite3.Error, LaterVersionError):
            database.close()
        else:
            return database
    database = _settled(sqlite3.connect(":memory:", isolation_level="IMMEDIATE"))
    form.prepare(database)
    return database


def _uri(path: Path, how: str) -> str:
    return f"file:{quote(os.fsencode(path.absolute()))}?{how}"


def _look_at_head(path: Path) -> None:
    """Refuse another file before SQLite sees it, which would delete its log."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        if file.read(len(_HEAD)) not in (b"", _HEAD):
            raise sqlite3.DatabaseError("file is not a database")


def _connect(path: Path, form: Form) -> sqlite3.Connection:
    _look_at_head(path)
    database = _settled(sqlite3.connect(path, timeout=form.patience_seconds, isolation_level="IMMEDIATE"))
    try:
        _use_write_ahead_log(database, lasting=form.lasting)
        _check(database)
        form.prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _settled(database: sqlite3.Connection) -> sqlite3.Connection:
    """Let a text whose bytes are torn be read, with marks in it, and not end the program."""
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _use_write_ahead_log(database: sqlite3.Connection, *, lasting: bool) -> None:
    """Let one process write while others read; a crash then costs no more than what was not committed."""
    for left in reversed(range(_TRIES)):
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Two processes that make the same file: SQLite's own time-out does not cover this switch.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or left == 0:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            return


def _check(database: sqlite3.Connection) -> None:
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _set_aside(path: Path, form: Form, suffix: str, why: str) -> None:
    aside = path.with_name(f"{path.name}.{suffix}")
    reason = " ".join(why.split())  # SQLite tells some in lines
    log.warning("%s %s %s: it is kept as %s.", form.name[0].upper() + form.name[1:], path, reason, aside.name)
    path.replace(aside)
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists():
        wal.replace(aside.with_name(f"{aside.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
