"""The music index: a folder's tracks in a SQLite file, kept up to date by scans that read only what changed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mien.errors import LibraryError, UnreadableError
from mien.music.index import open_index
from mien.music.moodwords import place
from mien.music.scan import FoundFile, evidence, find_music, title_from
from mien.music.tags import Tags, read_tags
from mien.types import Affect, Track

_COMMIT_EVERY = 200  # files read between two commits: an interrupted scan keeps what it had


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

    Several folders may share an index. To be used from the thread that made it; other processes may scan meanwhile.
    """

    def __init__(self, index_path: Path, folder: Path) -> None:
        """Open the index, without looking into the folder.

        Raises:
            LibraryError: the index cannot be opened.
        """
        self._folder = folder.expanduser().absolute()
        self._key = os.fsencode(self._folder)
        self._index_path = index_path
        self._database = open_index(index_path)
        self._tracks: tuple[Track, ...] = ()
        self._by_path: dict[Path, Track] = {}
        self._read_at: int | None = None

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

    def scan(self, progress: Callable[[int, int], None] | None = None) -> ScanReport:
        """Bring the index up to date with the folder.

        A folder that is missing or holds no music changes nothing, so that an unplugged disk costs no index.

        Args:
            progress: called with the files done and their total.

        Raises:
            LibraryError: the folder is missing or holds no music, or the index cannot be written.
        """
        if not os.path.isdir(self._folder):  # noqa: PTH112  (pathlib raises where one may not look)
            raise LibraryError(
                f"The music folder {self._folder} does not exist, or you may not enter it: make it, or set "
                "music.library to yours."
            )
        found = find_music(self._folder)
        if not found.files:
            raise LibraryError(
                f"The music folder {self._folder} holds no music (mp3, flac, ogg, opus, m4a, wav ...): "
                "copy some into it, or set music.library to another."
            )
        try:
            return self._update(found.files, found.playlists, progress or (lambda _done, _total: None))
        except sqlite3.Error as error:
            self._database.rollback()
            raise LibraryError(
                f"The music index {self._index_path} cannot be written ({error}): look for free space and permission."
            ) from error
        finally:
            self._read_at = None

    def tracks(self) -> Sequence[Track]:
        """Return every playable track, in the order of their paths; the same object until the index changes."""
        self._refresh()
        return self._tracks

    def find(self, path: Path) -> Track | None:
        """Return the playable track of a path, absolute or below the library folder."""
        self._refresh()
        return self._by_path.get(self._folder / path)

    def broken(self) -> tuple[BrokenFile, ...]:
        """Return the files that the last scan could not read, and why."""
        rows = self._database.execute(
            "SELECT path, problem FROM track WHERE folder = ? AND problem IS NOT NULL ORDER BY path", (self._key,)
        )
        return tuple(BrokenFile(self._absolute(path), problem) for path, problem in rows)

    def _update(
        self,
        files: Sequence[FoundFile],
        playlists: Mapping[bytes, tuple[str, ...]],
        progress: Callable[[int, int], None],
    ) -> ScanReport:
        known = self._known()
        added = updated = 0
        for done, file in enumerate(files, start=1):
            before = known.pop(file.path, None)
            if before != (file.size, file.mtime_ns, None):  # new, changed, or broken when it was last tried
                same = before is not None and before[:2] == (file.size, file.mtime_ns)
                self._read(file)
                added += before is None
                updated += before is not None and not same
            if done % _COMMIT_EVERY == 0:
                self._database.commit()
            progress(done, len(files))
        removed = [(self._key, path) for path in known]
        self._database.executemany("DELETE FROM track WHERE folder = ? AND path = ?", removed)
        self._place_all(playlists)
        self._database.commit()
        return ScanReport(added, updated, len(removed), len(files) - added - updated, self.broken())

    def _known(self) -> dict[bytes, tuple[int, int, str | None]]:
        rows = self._database.execute("SELECT path, size, mtime_ns, problem FROM track WHERE folder = ?", (self._key,))
        return {path: (size, mtime_ns, problem) for path, size, mtime_ns, problem in rows}

    def _read(self, file: FoundFile) -> None:
        tags, problem = Tags(None, None, None, None, ()), None
        try:
            tags = read_tags(self._absolute(file.path))
        except UnreadableError as error:
            problem = str(error)
        self._database.execute(
            "INSERT OR REPLACE INTO track"
            " (folder, path, size, mtime_ns, problem, title, artist, album, duration_seconds, moods)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self._key, file.path, file.size, file.mtime_ns, problem),
                *(tags.title, tags.artist, tags.album, tags.duration_seconds, json.dumps(tags.moods)),
            ),
        )

    def _place_all(self, playlists: Mapping[bytes, tuple[str, ...]]) -> None:
        """Place every track anew: a playlist changes tracks whose own files did not change."""
        rows = self._database.execute("SELECT path, title, moods FROM track WHERE folder = ?", (self._key,)).fetchall()
        placed = []
        for path, title, moods in rows:
            found = place(evidence(path, title, tuple(json.loads(moods)), playlists.get(path, ())))
            placed.append((found.affect.valence, found.affect.arousal, found.source, found.word, self._key, path))
        self._database.executemany(
            "UPDATE track SET valence = ?, arousal = ?, affect_source = ?, affect_word = ?"
            " WHERE folder = ? AND path = ?",
            placed,
        )

    def _refresh(self) -> None:
        """Read the tracks again when a scan, here or in another process, changed the index."""
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        if version == self._read_at:
            return
        rows = self._database.execute(
            "SELECT path, title, artist, album, duration_seconds, valence, arousal, affect_source, affect_word"
            " FROM track WHERE folder = ? AND problem IS NULL ORDER BY path",
            (self._key,),
        )
        self._tracks = tuple(
            Track(
                self._absolute(path),
                title or title_from(path),
                artist,
                album,
                duration_seconds,
                Affect(valence, arousal),
                source,
                word,
            )
            for path, title, artist, album, duration_seconds, valence, arousal, source, word in rows
        )
        self._by_path = {track.path: track for track in self._tracks}
        self._read_at = version

    def _absolute(self, path: bytes) -> Path:
        return self._folder / os.fsdecode(path)
