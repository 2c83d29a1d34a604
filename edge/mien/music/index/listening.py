"""The slow part of a scan: one file after the other is heard, and what was heard is kept at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mien.errors import LibraryError, UnreadableError
from mien.music.index.hearing_queue import HearingQueue, Piece, count_unseen_end
from mien.music.index.library import BrokenFile, Library
from mien.ports import Ear

_SHOWN_SHARE = 200  # readers, who read everything anew, are told after every 200th of the library
_SHOWN_AT_LEAST = 5


@dataclass(frozen=True, slots=True)
class ListenReport:
    """What came of listening, in contents; `waiting` are still unheard, stopped for or changed since the scan."""

    heard: int
    failed: tuple[BrokenFile, ...]
    waiting: int


def listen(
    library: Library,
    ear: Ear,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ListenReport:
    """Hear everything in the library that this version of the ear has not heard yet.

    Each result is committed before the next file is begun, so that it may end at any moment.

    Args:
        library: scanned before; files that a scan adds meanwhile are heard too.
        ear: hears.
        progress: called with the contents heard and their total, first before anything is heard.
        should_stop: asked before each file.

    Raises:
        LibraryError: another process listens to the same index, or the index cannot be written.
    """
    with _only_listener(library.index_path), library.writing():
        count_unseen_end(library.database)
        queue = library.hearing_queue(ear.version)
        try:
            return _listen(queue, ear, progress or (lambda _done, _total: None), should_stop)
        finally:
            queue.show()


def _listen(
    queue: HearingQueue, ear: Ear, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
) -> ListenReport:
    before, total = queue.counts()
    done, failed = 0, list[BrokenFile]()
    progress(before, total)
    for piece in queue.pieces():
        if should_stop():
            break
        if not _is_as_scanned(piece):
            continue  # a scan will tell; a missing disk is no fault of its files
        problem = _hear(queue, ear, piece)
        if problem is not None:
            failed.append(BrokenFile(piece.path, problem))
        done += 1
        if done % max(_SHOWN_AT_LEAST, total // _SHOWN_SHARE) == 0:
            queue.show()
            _, total = queue.counts()
        progress(before + done, max(total, before + done))
    after, total = queue.counts()
    return ListenReport(done - len(failed), tuple(failed), total - after)


def _hear(queue: HearingQueue, ear: Ear, piece: Piece) -> str | None:
    """Hear a piece and keep what came of it; return its problem, if it has one.

    Any other exception leaves the mark that this piece was begun: it crashed the ear.
    """
    queue.begin(piece)
    try:
        heard = ear.hear(piece.path)
    except UnreadableError as error:
        if _is_as_scanned(piece):
            queue.fail(piece, str(error))
        else:  # its disk went away
            queue.leave(piece)
        return str(error)
    except (KeyboardInterrupt, SystemExit):
        queue.leave(piece)
        raise
    queue.finish(piece, heard)
    return None


def _is_as_scanned(piece: Piece) -> bool:
    try:
        status = os.stat(piece.path)  # noqa: PTH116
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (piece.size, piece.mtime_ns)


@contextmanager
def _only_listener(index_path: Path) -> Iterator[None]:
    """Hold the lock that lets one process listen; the system gives it back however a process ends."""
    path = index_path.with_name(f"{index_path.name}.listening")
    with path.open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryError(
                f"Another mien listens to the library of {index_path} already: let it finish, or end it first."
            ) from error
        yield
