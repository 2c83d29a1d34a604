"""What lies in a music folder: its files, and the playlists that are named after a mood."""

from __future__ import annotations

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mien.music.index.moodwords import Evidence, named_after_mood
from mien.music.index.tags import Tags

log = logging.getLogger(__name__)

MUSIC_SUFFIXES = frozenset({".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wav", ".wma", ".aiff"})
PLAYLIST_SUFFIXES = frozenset({".m3u", ".m3u8"})
WRITTEN_BY_MIEN = b"#MIEN wrote this list: it is no word of yours until this line is gone."
"""A line of every playlist that mien writes, so that a scan does not take its guesses for the owner's word."""

_GONE_FOR_GOOD = (errno.EACCES, errno.ENOENT, errno.ENOTDIR, errno.ELOOP)  # else a disk was pulled, or fails
_PLAYLIST_BYTES = 16 * 2**20
_TRACK_NUMBER = re.compile(r"^(?:\d{1,2}-)?(?:0\d|\d{1,3}(?=\s*[.\-_]))[\s._-]*(?=\S)")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A music file: its path below the folder, as bytes since names need not be UTF-8, and what tells that it changed.

    A link that leads nowhere has a size of -1.
    """

    path: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Found:
    """All that a walk through a folder found.

    `playlists` maps a file's path to the names of the mood playlists that list it; `lists` maps every playlist's own
    path to what it lists. `unread` are the folders below that a disk did not let read, each with a slash at its end.
    """

    files: tuple[FoundFile, ...]
    playlists: Mapping[bytes, tuple[str, ...]]
    lists: Mapping[bytes, tuple[bytes, ...]]
    unread: tuple[bytes, ...] = ()


def find_music(folder: Path, list_names: Callable[[bytes], list[bytes]] = os.listdir) -> Found:
    """Walk through a folder and what is linked into it, but for hidden names; sorted by path.

    Args:
        folder: where to look.
        list_names: gives the names in a folder, as `os.listdir` does.
    """
    root = os.fsencode(folder)
    unread: list[bytes] = []
    files: list[FoundFile] = []
    lists: dict[bytes, tuple[bytes, ...]] = {}
    for path in sorted(_walk(root, set(), list_names, unread)):
        suffix = os.fsdecode(os.path.splitext(path)[1]).lower()  # noqa: PTH122  (pathlib knows no bytes)
        if suffix in MUSIC_SUFFIXES:
            files.append(_look_at(root, path))
        elif suffix in PLAYLIST_SUFFIXES:
            lists[path[len(root) :].lstrip(b"/")] = _listed(root, path)
    playlists: dict[bytes, tuple[str, ...]] = {}
    for playlist, listed in lists.items():
        if named_after_mood(_stem(playlist)):
            for path in listed:
                playlists[path] = (*playlists.get(path, ()), _stem(playlist))
    below = tuple(os.path.join(path[len(root) :].lstrip(b"/"), b"") for path in unread)  # noqa: PTH118
    return Found(tuple(files), playlists, lists, below)


def evidence(path: bytes, tags: Tags, playlists: tuple[str, ...]) -> Evidence:
    """Gather what is known of a track from its path below the library folder, its tags and the playlists."""
    *folders, _ = readable(path).split("/")
    named = (tags.title or "", _stem(path), tags.artist or "", tags.album or "")
    return Evidence(tags.moods, tuple(folders), playlists, *named)


def title_from(path: bytes) -> str:
    """Return a title for a file that names none: its name without suffix, underscores and track number."""
    stem = _stem(path)
    return " ".join(_TRACK_NUMBER.sub("", stem).replace("_", " ").split()) or stem


def readable(path: bytes) -> str:
    """Return a path as text that can be printed, whatever its bytes."""
    return path.decode("utf-8", errors="replace")


def _stem(path: bytes) -> str:
    return readable(os.path.splitext(path.rpartition(b"/")[2])[0])  # noqa: PTH122


def _walk(
    folder: bytes, seen: set[tuple[int, int]], list_names: Callable[[bytes], list[bytes]], unread: list[bytes]
) -> Iterator[bytes]:
    """Yield the paths of all files. A folder is visited once, since links can lead round in circles."""
    try:
        status = os.stat(folder)  # noqa: PTH116
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        names = sorted(name for name in list_names(folder) if not name.startswith(b"."))
    except OSError as error:
        log.warning("The folder %s is left out of the library: %s.", readable(folder), error.strerror)
        if error.errno not in _GONE_FOR_GOOD:
            unread.append(folder)
        return
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118
        if os.path.isdir(path):  # noqa: PTH112
            yield from _walk(path, seen, list_names, unread)
        else:
            yield path


def _look_at(root: bytes, path: bytes) -> FoundFile:
    relative = path[len(root) :].lstrip(b"/")
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return FoundFile(relative, -1, 0)
    return FoundFile(relative, status.st_size, status.st_mtime_ns)


def _listed(root: bytes, playlist: bytes) -> tuple[bytes, ...]:
    """Return the paths below the root that a playlist of the owner names, each once, whether they exist or not.

    A playlist that mien wrote is not the owner's word and names nothing.
    """
    try:
        with open(playlist, "rb") as file:  # noqa: PTH123
            text = file.read(_PLAYLIST_BYTES).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        log.warning("The playlist %s is left out: %s.", readable(playlist), error.strerror)
        return ()
    lines = [line.strip() for line in text.splitlines()]
    if WRITTEN_BY_MIEN in lines:
        return ()
    base = os.path.dirname(playlist)  # noqa: PTH120
    names = (line.replace(b"\\", b"/") for line in lines if line and not line.startswith(b"#"))
    paths = (os.path.normpath(os.path.join(base, name)) for name in names)  # noqa: PTH118
    return tuple(dict.fromkeys(path[len(root) + 1 :] for path in paths if path.startswith(root + b"/")))
