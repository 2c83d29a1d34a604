"""The quick part of a scan: the index is brought up to date with the files of a folder and their tags."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.errors import UnreadableError
from mien.music.index.content import content_hash
from mien.music.index.index_file import bump_generation
from mien.music.index.moodwords import place
from mien.music.index.scan import Found, FoundFile, evidence
from mien.music.index.tags import Tags, read_tags

_BATCH_FILES = 200  # files read between two commits: an interrupted scan keeps what it had, and none waits long
_PROBLEM = 4  # the place of a row's problem
_MAKES_SENSE = """
    typeof(path) = 'blob' AND typeof(title) IN ('text', 'null') AND typeof(artist) IN ('text', 'null')
    AND typeof(album) IN ('text', 'null') AND CASE WHEN json_valid(moods) THEN json_type(moods) = 'array' ELSE 0 END
    AND typeof(content) IN ('blob', 'null')
"""
_NO_TAGS = Tags(None, None, None, None, ())


@dataclass(frozen=True, slots=True)
class UpdateCounts:
    """What differs from the scan before, in files."""

    added: int
    updated: int
    removed: int


def update_index(
    database: sqlite3.Connection, folder: Path, found: Found, progress: Callable[[int, int], None]
) -> UpdateCounts:
    """Read the tags of what is new, changed, or could not be read before, and forget what is gone for good.

    Files are read outside of any transaction, so that other processes never wait for a slow disk. Every batch is
    committed; what comes after the last one is for the caller to commit.

    Args:
        database: the index.
        folder: the music folder.
        found: all that lies in it.
        progress: called with the files done and their total.
    """
    key = os.fsencode(folder)
    known = _known(database, key)
    added = updated = mended = shown = 0
    batch: list[tuple[Any, ...]] = []
    for done, file in enumerate(found.files, start=1):
        before = known.pop(file.path, None)
        if before != (file.size, file.mtime_ns, None):  # new, changed, or broken when it was last tried
            row = _read(folder, file, found.playlists.get(file.path, ()))
            batch.append(row)
            added += before is None
            updated += before is not None and before[:2] != (file.size, file.mtime_ns)
            mended += before is not None and before[2] != row[_PROBLEM]
        if len(batch) == _BATCH_FILES:
            _write(database, key, batch)
            if added + updated >= 2 * shown:  # not at every batch, since readers then read everything
                bump_generation(database)
                shown = added + updated
            database.commit()
            batch.clear()
        progress(done, len(found.files))
    _write(database, key, batch)
    removed = [(key, path) for path in known if not path.startswith(found.unread)]
    database.executemany("DELETE FROM track WHERE folder = ? AND path = ?", removed)
    moved = _place_again(database, key, found.playlists)
    if added or updated or mended or removed or moved:
        bump_generation(database)
    return UpdateCounts(added, updated, len(removed))


def _known(database: sqlite3.Connection, key: bytes) -> dict[bytes, tuple[int, int, str | None]]:
    """Return size, time and problem of each path; what a torn file made nonsense of is forgotten, and read anew."""
    database.execute(f"DELETE FROM track WHERE folder = ? AND NOT ({_MAKES_SENSE})", (key,))  # noqa: S608 - constants
    database.commit()
    rows = database.execute("SELECT path, size, mtime_ns, problem FROM track WHERE folder = ?", (key,))
    return {path: (size, mtime_ns, problem) for path, size, mtime_ns, problem in rows}


def _read(folder: Path, file: FoundFile, playlists: tuple[str, ...]) -> tuple[Any, ...]:
    tags, content, problem = _NO_TAGS, None, None
    path = folder / os.fsdecode(file.path)
    try:
        tags = read_tags(path)
        content = content_hash(path)
    except UnreadableError as error:
        problem = str(error)
    named = (tags.title, tags.artist, tags.album, tags.duration_seconds, json.dumps(tags.moods))
    stated = (file.path, file.size, file.mtime_ns, content, problem)
    return (*stated, *named, *_placement(file.path, tags, playlists))


def _write(database: sqlite3.Connection, key: bytes, batch: list[tuple[Any, ...]]) -> None:
    database.executemany(
        "INSERT OR REPLACE INTO track (folder, path, size, mtime_ns, content, problem, title, artist, album,"
        " duration_seconds, moods, valence, arousal, affect_source, affect_word)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((key, *row) for row in batch),
    )


def _placement(path: bytes, tags: Tags, playlists: tuple[str, ...]) -> tuple[float, float, str, str]:
    found = place(evidence(path, tags, playlists))
    return found.affect.valence, found.affect.arousal, found.source, found.word


def _place_again(database: sqlite3.Connection, key: bytes, playlists: Mapping[bytes, tuple[str, ...]]) -> int:
    """Place every track by its words anew: a playlist, or a new word list, moves tracks whose files did not change."""
    rows = database.execute(
        "SELECT path, title, artist, album, moods, valence, arousal, affect_source, affect_word FROM track"
        " WHERE folder = ?",
        (key,),
    ).fetchall()
    changed = []
    for path, title, artist, album, moods, *before in rows:
        tags = Tags(title, artist, album, None, tuple(json.loads(moods)))
        now = _placement(path, tags, playlists.get(path, ()))
        if now != tuple(before):
            changed.append((*now, key, path))
    database.executemany(
        "UPDATE track SET valence = ?, arousal = ?, affect_source = ?, affect_word = ? WHERE folder = ? AND path = ?",
        changed,
    )
    return len(changed)
