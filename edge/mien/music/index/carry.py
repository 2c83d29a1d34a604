"""Carries what was heard to another machine: JSON lines with relative paths, so that a workstation hears for a device.

The first line is `{"mien_heard": 1, "count": N}`; each of the N others is a file: where it lies below the music folder,
its size, the hash of its content, and what an ear of which version heard in it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.errors import LibraryError
from mien.music.index.content import CONTENT_BYTES
from mien.music.index.hearing_queue import write_heard
from mien.music.index.index_file import bump_generation
from mien.music.index.library import Library
from mien.types import Affect, Heard
from mien.whole_file import write_whole

_FORMAT = 1
_FIELDS = (
    *("size", "content", "ear", "duration_seconds", "loudness_lufs"),
    *("valence", "arousal", "valence_spread", "arousal_spread"),
)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought, in files: `taken` are in the library and new to it, `known` were heard here already.

    `kept` are not in the library; what was heard of them waits for them.
    """

    taken: int
    known: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Carried:
    path: bytes
    size: int
    content: bytes
    ear: str
    heard: Heard


def export_index(library: Library, file: Path) -> int:
    """Write all that was heard of a library into a file, and return of how many files.

    Raises:
        LibraryError: the file cannot be written.
    """
    rows = library.database.execute(
        "SELECT path, size, hex(h.content), ear, h.duration_seconds, loudness_lufs, h.valence, h.arousal,"
        " valence_spread, arousal_spread, traits, is_music FROM track t JOIN heard h USING (content)"
        " WHERE folder = ? AND t.problem IS NULL AND h.problem IS NULL ORDER BY path",
        (os.fsencode(library.folder),),
    ).fetchall()
    objects: list[dict[str, object]] = [{"mien_heard": _FORMAT, "count": len(rows)}]
    for path, *values, traits, is_music in rows:
        rest = {"traits": json.loads(traits), "is_music": bool(is_music)}
        objects.append({"path": os.fsdecode(path), **dict(zip(_FIELDS, values, strict=True)), **rest})
    try:
        write_whole(file, "".join(f"{json.dumps(fields)}\n" for fields in objects).encode())
    except OSError as error:
        raise LibraryError(f"{file} cannot be written ({error.strerror}): name a file that you may write.") from error
    return len(rows)


def import_index(library: Library, file: Path) -> ImportReport:
    """Take over what was heard elsewhere: by content, else by path and size; all of a file, or nothing.

    What was heard here by the same version of the ear stays.

    Raises:
        LibraryError: the file cannot be read, is torn or is no export; or the index cannot be written.
    """
    carried = _read(file)
    rows = library.database.execute(
        "SELECT path, size, content FROM track WHERE folder = ? AND content IS NOT NULL",
        (os.fsencode(library.folder),),
    ).fetchall()
    by_place = {(path, size): content for path, size, content in rows}
    contents = set(by_place.values())
    present = dict(library.database.execute("SELECT content, ear FROM heard WHERE problem IS NULL"))
    taken = known = kept = 0
    with library.writing():
        for one in carried:
            content = one.content if one.content in contents else by_place.get((one.path, one.size), one.content)
            if present.get(content) == one.ear:
                known += 1
                continue
            write_heard(library.database, content, one.ear, one.heard)
            present[content] = one.ear
            taken += content in contents
            kept += content not in contents
        bump_generation(library.database)
    return ImportReport(taken, known, kept)


def _read(file: Path) -> list[_Carried]:
    try:
        return _parsed(file.read_text(encoding="ascii"))
    except OSError as error:
        raise LibraryError(
            f"{file} cannot be read ({error.strerror}): name a file of `mien library export`."
        ) from error
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:  # whatever JSON may hold
        raise LibraryError(
            f"{file} is no whole export of a library ({type(error).__name__}: {error}): export it again on the machine "
            "that heard it."
        ) from error


def _parsed(text: str) -> list[_Carried]:
    head, *lines = map(json.loads, text.splitlines())
    if head["mien_heard"] != _FORMAT or head["count"] != len(lines):
        raise ValueError("it is torn, or of a later mien")
    return [_carried(fields) for fields in lines]


def _carried(fields: dict[str, Any]) -> _Carried:
    content = bytes.fromhex(fields["content"])
    fields["ear"].encode()  # which the index will do, too
    if len(content) != CONTENT_BYTES:
        raise ValueError("a content's hash is none")
    heard = Heard(
        duration_seconds=float(fields["duration_seconds"]),
        loudness_lufs=None if fields["loudness_lufs"] is None else float(fields["loudness_lufs"]),
        affect=Affect(float(fields["valence"]), float(fields["arousal"])),
        valence_spread=float(fields["valence_spread"]),
        arousal_spread=float(fields["arousal_spread"]),
        traits=tuple(str(trait) for trait in fields["traits"]),
        is_music=bool(fields["is_music"]),
    )
    return _Carried(os.fsencode(fields["path"]), fields["size"], content, fields["ear"], heard)
