"""What has still to be heard, in the order of its urgency, and the record of what came of it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mien.music.index.index_file import bump_generation
from mien.types import Heard

_LOOK_AHEAD = 100  # pieces asked for at once; new files wait no longer than these
_MOST_CRASHES = 2
_MOST_ENDS_UNSEEN = 10  # a device may be switched off in the middle of any file, but hardly of the same one

# New before known to an older ear; what was interrupted last, so that it never holds up the rest; then what is placed
# by nothing, by a title, by its owner.
_NEXT = """
SELECT min(t.path), t.size, t.mtime_ns, t.content
FROM track t LEFT JOIN heard h ON h.content = t.content
    LEFT JOIN attempt a ON a.content = t.content AND a.ear = :ear
WHERE t.folder = :folder AND t.problem IS NULL AND t.content IS NOT NULL AND (h.ear IS NULL OR h.ear <> :ear)
GROUP BY t.content
ORDER BY coalesce(a.ends_unseen + a.crashes, 0), h.ear IS NOT NULL,
    CASE t.affect_source WHEN 'prior' THEN 0 WHEN 'title' THEN 1 ELSE 2 END, t.path
LIMIT :count
"""
_COUNT = """
SELECT count(DISTINCT t.content), count(DISTINCT CASE WHEN h.ear = :ear THEN t.content END)
FROM track t LEFT JOIN heard h ON h.content = t.content
WHERE t.folder = :folder AND t.problem IS NULL
"""
_BEGIN = """
INSERT INTO attempt (content, ear, begun) VALUES (:content, :ear, 1) ON CONFLICT (content) DO UPDATE SET begun = 1,
    ends_unseen = iif(ear = excluded.ear, ends_unseen, 0), crashes = iif(ear = excluded.ear, crashes, 0),
    ear = excluded.ear
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to hear: a file as the last scan found it, and the hash of its content."""

    path: Path
    size: int
    mtime_ns: int
    content: bytes


class HearingQueue:
    """The hearings of one folder by one version of the ear. Every call that records commits."""

    def __init__(self, database: sqlite3.Connection, folder: Path, ear_version: str) -> None:
        self._database, self._folder = database, folder
        self._ear_version = ear_version
        self._parameters = {"folder": os.fsencode(folder), "ear": ear_version}
        self._unseen = 0  # results since readers were last told to look

    def counts(self) -> tuple[int, int]:
        """Return how many contents were heard by this ear, and how many there are; copies count once."""
        total, heard = self._database.execute(_COUNT, self._parameters).fetchone()
        return heard, total

    def pieces(self) -> Iterator[Piece]:
        """Yield what is to be heard, each once; files that a scan finds meanwhile are among them."""
        given: set[bytes] = set()
        while True:
            rows = self._database.execute(_NEXT, {**self._parameters, "count": _LOOK_AHEAD + len(given)}).fetchall()
            fresh = [row for row in rows if row[-1] not in given]
            if not fresh:
                return
            for path, size, mtime_ns, content in fresh:
                given.add(content)
                yield Piece(self._folder / os.fsdecode(path), size, mtime_ns, content)

    def begin(self, piece: Piece) -> None:
        """Note that a piece is being heard, so that a crash is put down to it."""
        with self._database:
            self._database.execute(_BEGIN, {**self._parameters, "content": piece.content})

    def finish(self, piece: Piece, heard: Heard) -> None:
        """Keep what was heard."""
        with self._database:
            write_heard(self._database, piece.content, self._ear_version, heard)
        self._unseen += 1

    def fail(self, piece: Piece, reason: str) -> None:
        """Note that nothing can be heard in a piece."""
        with self._database:
            _write_problem(self._database, piece.content, self._ear_version, reason)
        self._unseen += 1

    def leave(self, piece: Piece) -> None:
        """Forget that a piece was begun: it was interrupted, through no fault of its own."""
        with self._database:
            self._database.execute("UPDATE attempt SET begun = 0 WHERE content = ?", (piece.content,))

    def show(self) -> None:
        """Have every reader of the index see what was heard so far."""
        if self._unseen:
            with self._database:
                bump_generation(self._database)
            self._unseen = 0


def write_heard(database: sqlite3.Connection, content: bytes, ear_version: str, heard: Heard) -> None:
    """Write what was heard in a content, over what another ear heard; for the caller to commit."""
    numbers = (heard.duration_seconds, heard.loudness_lufs, heard.affect.valence, heard.affect.arousal)
    spreads = (heard.valence_spread, heard.arousal_spread)
    database.execute(
        "INSERT OR REPLACE INTO heard (content, ear, duration_seconds, loudness_lufs, valence, arousal, valence_spread,"
        " arousal_spread, traits, is_music) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (content, ear_version, *numbers, *spreads, json.dumps(heard.traits), heard.is_music),
    )
    database.execute("DELETE FROM attempt WHERE content = ?", (content,))


def copy_heard(database: sqlite3.Connection, before: bytes, after: bytes) -> None:
    """Let what was heard in a content count for another, which differs only in its tags; for the caller to commit."""
    columns = (
        "ear, problem, duration_seconds, loudness_lufs, valence, arousal, valence_spread, arousal_spread, traits,"
        " is_music"
    )
    database.execute(
        f"INSERT OR IGNORE INTO heard (content, {columns}) SELECT ?, {columns} FROM heard WHERE content = ?",  # noqa: S608
        (after, before),
    )


def _write_problem(database: sqlite3.Connection, content: bytes, ear_version: str, reason: str) -> None:
    database.execute(
        "INSERT OR REPLACE INTO heard (content, ear, problem) VALUES (?, ?, ?)", (content, ear_version, reason)
    )
    database.execute("DELETE FROM attempt WHERE content = ?", (content,))


def count_crash(database: sqlite3.Connection) -> None:
    """Put a crash of the ear's process down to what it was hearing; the second one makes it a problem."""
    _note_end(database, "crashes")


def count_unseen_end(database: sqlite3.Connection) -> None:
    """Note that a hearing was cut off while nobody looked: a power cut, or a crash; only very many make a problem."""
    _note_end(database, "ends_unseen")


def _note_end(database: sqlite3.Connection, column: str) -> None:
    with database:
        database.execute(f"UPDATE attempt SET begun = 0, {column} = {column} + 1 WHERE begun = 1")  # noqa: S608
        hopeless = database.execute(
            "SELECT content, ear FROM attempt WHERE crashes >= ? OR ends_unseen >= ?",
            (_MOST_CRASHES, _MOST_ENDS_UNSEEN),
        ).fetchall()
        for content, ear_version in hopeless:
            _write_problem(database, content, ear_version, "it crashed the decoder")
        if hopeless:
            bump_generation(database)
