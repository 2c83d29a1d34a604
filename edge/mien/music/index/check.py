"""What is wrong in a library, and what an owner may want to know of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mien.music.index.library import BrokenFile, Library
from mien.music.index.scan import find_music
from mien.music.index.shelf import not_music


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that a playlist lists and that is not there."""

    playlist: Path
    path: Path


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a library's files are, each in the order of their paths.

    `broken` cannot be read or decoded; `missing` is listed but not there; `duplicates` are groups of files with one
    content; `not_music` was heard to be wind, speech or silence and is left out; `not_heard` is placed by words alone
    so far; `untagged` names neither a title nor an artist.
    """

    broken: tuple[BrokenFile, ...]
    missing: tuple[MissingFile, ...]
    duplicates: tuple[tuple[Path, ...], ...]
    not_music: tuple[Path, ...]
    not_heard: tuple[Path, ...]
    untagged: tuple[Path, ...]

    @property
    def is_clean(self) -> bool:
        """True when nothing is broken or missing."""
        return not (self.broken or self.missing)


def check_library(library: Library) -> CheckReport:
    """Look through the index as the last scan left it, and through the playlists of the folder."""
    return CheckReport(
        broken=library.broken(),
        missing=_missing(library.folder),
        duplicates=_duplicates(library),
        not_music=not_music(library.database, library.folder),
        not_heard=_paths(library, "content NOT IN (SELECT content FROM heard)"),
        untagged=_paths(library, "title IS NULL AND artist IS NULL"),
    )


def _missing(folder: Path) -> tuple[MissingFile, ...]:
    listed = (
        (folder / os.fsdecode(playlist), folder / os.fsdecode(path))
        for playlist, paths in find_music(folder).lists.items()
        for path in paths
    )
    return tuple(MissingFile(playlist, path) for playlist, path in listed if not os.path.exists(path))  # noqa: PTH110


def _duplicates(library: Library) -> tuple[tuple[Path, ...], ...]:
    rows = library.database.execute(
        "SELECT content, path FROM track WHERE folder = :folder AND content IN"
        " (SELECT content FROM track WHERE folder = :folder GROUP BY content HAVING count(*) > 1) ORDER BY path",
        {"folder": os.fsencode(library.folder)},
    )
    groups: dict[bytes, list[Path]] = {}
    for content, path in rows:
        groups.setdefault(content, []).append(library.folder / os.fsdecode(path))
    return tuple(map(tuple, groups.values()))


def _paths(library: Library, condition: str) -> tuple[Path, ...]:
    rows = library.database.execute(
        f"SELECT path FROM track WHERE folder = ? AND problem IS NULL AND {condition} ORDER BY path",  # noqa: S608
        (os.fsencode(library.folder),),
    )
    return tuple(library.folder / os.fsdecode(path) for (path,) in rows)
