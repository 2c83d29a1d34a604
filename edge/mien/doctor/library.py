"""Is there music, and can this user read it?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note
from mien.errors import LibraryError


def check(settings: Settings) -> Iterator[Finding]:
    """Look through the folder, and at what the index knows of it; without an index, into every file."""
    from mien.music.index.scan import find_music

    folder = settings.music.library_folder
    if not os.path.isdir(folder):  # noqa: PTH112  (pathlib raises where one may not look)
        yield bad(
            "library",
            f"The music folder {folder} does not exist, or this user may not enter it: make it, plug its disk in, or "
            "set music.library to yours.",
        )
        return
    files = [Path(os.fsdecode(os.path.join(os.fsencode(folder), file.path))) for file in find_music(folder).files]  # noqa: PTH118
    if not files:
        yield bad("library", f"The music folder {folder} holds no music: copy some into it, or set music.library.")
        return
    if unreadable := [file for file in files if not os.access(file, os.R_OK)]:
        yield bad(
            "library",
            f"{len(unreadable)} of {len(files)} files may not be read by this user, such as {unreadable[0]}: `chmod -R "
            f"a+rX {folder}` lets everyone read.",
        )
    yield _tracks(settings.paths.index_file, folder)


def _tracks(index_file: Path, folder: Path) -> Finding:
    """Say what can be played, from the index or, where there is none, by a scan into a passing one."""
    from mien.music.index.library import Library

    if index_file.is_file():
        return _known_tracks(index_file, folder)
    try:
        with tempfile.TemporaryDirectory() as passing, closing(Library(Path(passing, "index"), folder)) as library:
            broken = len(library.scan().broken)
            return _judge(folder, len(library.tracks()), broken, " The index is made at the first start.")
    except LibraryError as error:
        return bad("library", str(error))


def _known_tracks(index_file: Path, folder: Path) -> Finding:
    import sqlite3

    from mien.doctor.index import open_for_reading

    try:
        with closing(open_for_reading(index_file)) as database:
            broken, count = database.execute(
                "SELECT count(problem), count(*) - count(problem) FROM track WHERE folder = ?", (os.fsencode(folder),)
            ).fetchone()
    except sqlite3.Error:
        return note("library", f"What {folder} holds is not known, since its index cannot be read.")
    if not broken and not count:
        return note("library", f"The index does not know {folder} yet: `mien library scan`, or the next start.")
    return _judge(folder, count, broken, "")


def _judge(folder: Path, count: int, broken: int, more: str) -> Finding:
    if count == 0:
        return bad("library", f"No track of {folder} can be read: `mien library check` says why.")
    left_out = f"; {broken} files are left out, `mien library check` names them" if broken else ""
    return good("library", f"{folder} has {count} tracks{left_out}.{more}")
