"""The music index: a folder's tracks in a SQLite file, kept up to date by scans that read only what changed."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Self

from mien.errors import LibraryError
from mien.music.database import pour
from mien.music.index.hearing_queue import HearingQueue
from mien.music.index.index_file import is_blank, open_index, open_index_anyhow
from mien.music.index.scan import find_music
from mien.music.index.shelf import read_shelf
from mien.music.index.update import update_index
from mien.types import Track, Trouble

log = logging.getLogger(__name__)

_SAMPLES = 8  # tracks that are looked for when it is asked whether the music is there
_RETRY_SECONDS = 30.0  # between two tries to open an index whose disk could not be written


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that cannot be read as music, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan found, in files against the scan before; `broken` are those in the folder that cannot be read."""

    added: int
    updated: int
    removed: int
    unchanged: int
    broken: tuple[BrokenFile, ...]


class Library:
    """The tracks of one music folder.

    Several folders may share an index. To be used from the thread that made it; other processes may scan and hear
    meanwhile, whose results show up in `tracks` as they come.
    """

    def __init__(
        self,
        index_path: Path,
        folder: Path,
        *,
        even_in_memory: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the index, without looking into the folder.

        Args:
            index_path: the file of the index.
            folder: the music folder.
            even_in_memory: keep the index in memory while its file cannot be written, instead of raising an error.
            clock: tells when to try to write it again, in seconds.

        Raises:
            LibraryError: the index cannot be opened.
        """
        self._folder = folder.expanduser().absolute()
        self._index_path = index_path
        self._trouble: Trouble | None = None
        if even_in_memory:
            self._database, self._trouble = open_index_anyhow(index_path)
        else:
            self._database = open_index(index_path)
        self._clock = clock
        self._tried_at = clock()
        self._tracks: tuple[Track, ...] = ()
        self._by_path: dict[Path, Track] | None = None
        self._read_at: int | None = None
        self._complained = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; a second call does nothing."""
        self._database.close()

    @property
    def folder(self) -> Path:
        """The music folder."""
        return self._folder

    @property
    def index_path(self) -> Path:
        """The file of the index."""
        return self._index_path

    @property
    def trouble(self) -> Trouble | None:
        """Why the index is kept in memory; None when it is on the disk."""
        return self._trouble

    def missing(self) -> str | None:
        """Say in a sentence that the folder is away, as when its disk is unplugged; None while it is there.

        An empty mount point counts as away.
        """
        if self._is_there():
            return None
        self._refresh()  # another process may have found its files under other names
        if self._is_there():
            return None
        return f"The music in {self._folder} is away: plug its disk in; the music goes on by itself once it is back."

    @property
    def database(self) -> sqlite3.Connection:
        """The index itself, for what reads or writes it beside a scan: check, export, import."""
        return self._database

    def scan(self, progress: Callable[[int, int], None] | None = None) -> ScanReport:
        """Bring the index up to date with the folder, without listening to anything.

        A folder that is missing, holds no music, or goes away meanwhile changes nothing, so that an unplugged disk
        costs no index.

        Args:
            progress: called with the files done and their total.

        Raises:
            LibraryError: the folder is missing or holds no music, or the index cannot be written.
        """
        before = self._identity()
        if before is None:
            raise LibraryError(
                f"The music folder {self._folder} does not exist, or you may not enter it: make it, or set "
                "music.library to yours."
            )
        found = find_music(self._folder)
        if self._identity() != before:
            raise LibraryError(f"The music folder {self._folder} went away while it was read: plug its disk in again.")
        if not found.files:
            raise LibraryError(
                f"The music folder {self._folder} holds no music (mp3, flac, ogg, opus, m4a, wav ...): "
                "copy some into it, or set music.library to another."
            )
        with self.writing():
            counts = update_index(self._database, self._folder, found, progress or (lambda _done, _total: None))
        unchanged = len(found.files) - counts.added - counts.updated
        return ScanReport(counts.added, counts.updated, counts.removed, unchanged, self.broken())

    def tracks(self) -> Sequence[Track]:
        """Return every playable track, in the order of their paths; the same object until the index changes."""
        self._refresh()
        return self._tracks

    def find(self, path: Path) -> Track | None:
        """Return the playable track of a path, absolute or below the library folder."""
        self._refresh()
        if self._by_path is None:
            self._by_path = {track.path: track for track in self._tracks}
        return self._by_path.get(self._folder / path)

    def broken(self) -> tuple[BrokenFile, ...]:
        """Return the files that the last scan could not read or the ear could not decode, and why."""
        rows = self._database.execute(
            "SELECT path, coalesce(t.problem, h.problem) AS reason FROM track t LEFT JOIN heard h USING (content)"
            " WHERE folder = ? AND reason IS NOT NULL ORDER BY path",
            (os.fsencode(self._folder),),
        )
        return tuple(BrokenFile(self._folder / os.fsdecode(path), reason) for path, reason in rows)

    def hearing_queue(self, ear_version: str) -> HearingQueue:
        """Return what an ear of this version has still to hear, the most urgent first."""
        return HearingQueue(self._database, self._folder, ear_version)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Commit what is written in here, or nothing when it fails.

        Raises:
            LibraryError: the index cannot be written.
        """
        try:
            with self._database:
                yield
        except sqlite3.Error as error:
            raise LibraryError(
                f"The music index {self._index_path} cannot be written ({error}): look for free space and permission."
            ) from error

    def _is_there(self) -> bool:
        known = self._tracks[:: max(1, len(self._tracks) // _SAMPLES)][:_SAMPLES]
        # pathlib raises where one may not look
        return os.path.isdir(self._folder) and (not known or any(os.path.exists(track.path) for track in known))  # noqa: PTH110, PTH112

    def _identity(self) -> tuple[int, int] | None:
        """Tell the folder from another one at its place; None while there is none that can be entered."""
        try:
            status = self._folder.stat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else None

    def keep_up(self) -> None:
        """Go from memory back to the disk once that can be written; to be called now and then."""
        if self._trouble is not None and self._clock() - self._tried_at >= _RETRY_SECONDS:
            self._open_again()

    def _refresh(self) -> None:
        """Read the tracks again when a scan or an ear, here or in another process, changed the index."""
        self.keep_up()
        try:
            (generation,) = self._database.execute("SELECT number FROM generation").fetchone()
            if generation != self._read_at:
                self._tracks = read_shelf(self._database, self._folder)
                self._by_path = None
                self._read_at = generation
        except sqlite3.Error as error:  # what was read before is still good enough to play
            if not self._complained:
                log.warning("The music index %s cannot be read any more (%s).", self._index_path, error)
            self._complained = True

    def _open_again(self) -> None:
        """Take what is known along where the disk knows nothing at all; what it knows of other folders is not lost."""
        self._tried_at = self._clock()
        try:
            database = open_index(self._index_path, wait_seconds=0.0)
        except LibraryError:
            return
        try:
            if is_blank(database):
                pour(self._database, database)
        except (TimeoutError, sqlite3.Error) as error:  # there is room for the empty file alone
            log.debug("The music index cannot be written yet (%s).", error)
            database.close()
            return
        self._database.close()
        self._database, self._trouble, self._read_at = database, None, None
