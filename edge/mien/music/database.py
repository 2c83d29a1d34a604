"""SQLite files that survive power cuts, torn files and disks that cannot be written: the music index and the memory."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from urllib.parse import quote

from mien.errors import LibraryError
from mien.types import Fault, Trouble

log = logging.getLogger(__name__)

_WAIT_SECONDS, _ANYHOW_SECONDS = 10.0, 2.0  # for another process that makes or holds a file
_PAUSE_SECONDS = 0.1
_HEAD = b"SQLite format 3\0"
_COMPANIONS = ("-wal", "-shm")
# Anything else tells of the disk, its permissions or another process. The plain error is a table that is not there.
_TORN = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_IOERR_SHORT_READ,
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


def open_database(path: Path, form: Form, wait_seconds: float = _WAIT_SECONDS) -> sqlite3.Connection:
    """Open a database in WAL mode, making it when it is missing.

    A torn one is renamed to `<name>.broken` first, and one of a later mien to `<name>.version-N`; what `keep_copy` kept
    takes its place, as it does where the file is gone or empty.

    Args:
        path: the file.
        form: what it holds.
        wait_seconds: how long another process may still make or hold it.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if _is_gone(path):
            return _restored(path, form, wait_seconds)
        try:
            return _connect(path, form, wait_seconds)
        except sqlite3.Error as error:
            if not _is_torn(error):
                raise
            _set_aside(path, form, "broken", f"is torn ({error})")
        except LaterVersionError as error:
            _set_aside(path, form, f"version-{error}", "was made by a later mien")
        return _restored(path, form, wait_seconds)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"{form.name[0].upper()}{form.name[1:]} {path} cannot be opened ({error}): "
            "make its folder writable, or set paths.state to another one."
        ) from error


def open_anyhow(path: Path, form: Form) -> tuple[sqlite3.Connection, Trouble | None]:
    """Open a database; where that cannot be, one in memory that holds what can be read of the file, and the trouble."""
    try:
        return open_database(path, form, _ANYHOW_SECONDS), None
    except LibraryError as error:
        return _in_memory(path, form), Trouble(Fault.STATE_UNWRITABLE, f"{error} Until then it is kept in memory.")


def pour(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy a whole database into another one, unless a third process holds either.

    Raises:
        TimeoutError: it does.
        sqlite3.Error: the one cannot be read, or the other cannot be written.
    """

    def give_up(status: int, _remaining: int, _total: int) -> None:  # else it would be tried without end
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise TimeoutError("another process holds it")

    (patience,) = target.execute("PRAGMA busy_timeout").fetchone()
    target.execute("PRAGMA busy_timeout = 0")
    try:
        source.backup(target, progress=give_up)
    finally:
        target.execute(f"PRAGMA busy_timeout = {patience}")


def keep_copy(database: sqlite3.Connection, path: Path) -> None:
    """Keep a copy of a database beside its file, whole or not at all.

    Raises:
        OSError: it cannot be written.
        sqlite3.Error: the database cannot be read or is torn, or the copy cannot be written.
    """
    unfinished = _copy_of(path).with_suffix(".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as copy:
            pour(database, copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that needs no companions
            _check(copy)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(_copy_of(path))
    finally:
        unfinished.unlink(missing_ok=True)


def forget_copies(path: Path) -> None:
    """Delete what was kept beside a database, the torn file and those of a later mien too.

    Raises:
        OSError: it cannot be deleted.
    """
    for kept in ("copy", "unfinished*", "restored*", "broken", "broken-wal", "version-*"):
        for file in path.parent.glob(f"{escape(path.name)}.{kept}"):
            file.unlink(missing_ok=True)


def has_copy(path: Path) -> bool:
    """Return whether `keep_copy` kept one."""
    return _copy_of(path).exists()


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def _is_gone(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True


def _is_torn(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code in _TORN or code & 0xFF in _TORN  # without a code it is our own verdict


def _restored(path: Path, form: Form, wait_seconds: float) -> sqlite3.Connection:
    """Open the copy of a database in its place, or a new one where there is no copy that is whole."""
    if has_copy(path):
        try:
            _restore(path, form)
        except (sqlite3.Error, LaterVersionError) as error:
            if isinstance(error, sqlite3.Error) and not _is_torn(error):
                raise
            log.warning("The copy %s of %s cannot be used either (%s).", _copy_of(path).name, form.name, error)
        else:
            log.warning("The last good copy of %s is used.", form.name)
    return _connect(path, form, wait_seconds)


def _restore(path: Path, form: Form) -> None:
    """Put the copy of a database in its place, whole or not at all."""
    restored = path.with_name(f"{path.name}.restored")
    try:
        _unlink(restored)
        shutil.copyfile(_copy_of(path), restored)
        _connect(restored, form, _ANYHOW_SECONDS).close()
        with restored.open("rb") as file:
            os.fsync(file.fileno())
        if _is_gone(path):  # else another process was faster
            _unlink(path)  # a log that was left there would be taken for the copy's
            restored.replace(path)
    finally:
        _unlink(restored)


def _unlink(path: Path) -> None:
    for suffix in ("", *_COMPANIONS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _in_memory(path: Path, form: Form) -> sqlite3.Connection:
    """Return a database in memory with what can be read of a file, or of its copy."""
    # An immutable file is read where nothing may be written, but without its log.
    ways = ((path, "mode=ro"), (path, "mode=ro&immutable=1"), (_copy_of(path), "mode=ro&immutable=1"))
    for file, how in ways:
        database = _settled(sqlite3.connect(":memory:", isolation_level="IMMEDIATE"))
        try:
            if _is_gone(file):
                raise FileNotFoundError(file)
            with closing(sqlite3.connect(_uri(file, how), timeout=0.0, uri=True)) as source:
                pour(source, database)
            _check(database)
            form.prepare(database)
        except (OSError, sqlite3.Error, LaterVersionError):
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


def _connect(path: Path, form: Form, wait_seconds: float) -> sqlite3.Connection:
    _look_at_head(path)
    database = _settled(sqlite3.connect(path, timeout=0.0, isolation_level="IMMEDIATE"))
    try:
        _use_write_ahead_log(database, wait_seconds, lasting=form.lasting)
        database.execute(f"PRAGMA busy_timeout = {round(1000 * wait_seconds)}")
        _check(database)
        form.prepare(database)
        database.execute(f"PRAGMA busy_timeout = {round(1000 * form.patience_seconds)}")
    except BaseException:
        database.close()
        raise
    return database


def _settled(database: sqlite3.Connection) -> sqlite3.Connection:
    """Let a text whose bytes are torn be read, with marks in it, and not end the program."""
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _use_write_ahead_log(database: sqlite3.Connection, wait_seconds: float, *, lasting: bool) -> None:
    """Let one process write while others read; a crash then costs no more than what was not committed."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Two processes that make the same file: SQLite's own time-out does not cover this switch.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
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
    path.replace(aside)
    log.warning("%s %s %s: it is kept as %s.", form.name[0].upper() + form.name[1:], path, reason, aside.name)
    wal, wal_aside = path.with_name(f"{path.name}-wal"), aside.with_name(f"{aside.name}-wal")
    wal_aside.unlink(missing_ok=True)  # that of a file before
    if wal.exists():
        wal.replace(wal_aside)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
