"""The picture of a track: out of its file, or out of its folder."""

from __future__ import annotations

import io
from pathlib import Path

from mien.errors import UnreadableError
from mien.music.sound_file import check_file
from mien.pictures import picture_type

LARGEST_COVER_BYTES = 8_000_000
_LONGEST_LOOK_BYTES = 3 * LARGEST_COVER_BYTES  # of a file for its picture, which text may make a third larger
_NAMES = ("cover", "folder", "front", "album")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def cover_of(track: Path) -> bytes | None:
    """Return a track's picture as a file's bytes (JPEG, PNG or WebP); None where there is none that can be shown."""
    embedded = _embedded(track)
    return embedded if embedded is not None else _beside(track.parent)


class _ShortReader(io.BufferedReader):
    """Reads a file, but no more of it than a picture can take: a tag may claim any size."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self._left_bytes = _LONGEST_LOOK_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _LONGEST_LOOK_BYTES if size is None or size < 0 else size
        self._left_bytes -= wanted
        if self._left_bytes < 0:
            raise OSError("it is too large to be a tag")
        return super().read(wanted)


def _embedded(track: Path) -> bytes | None:
    from tinytag import TinyTag, TinyTagException

    try:
        check_file(track)  # one that is no file, such as a pipe, may hang who reads it
        with _ShortReader(track) as file:
            image = TinyTag.get(track, file, duration=False, image=True).images.any
    except (UnreadableError, TinyTagException, OSError):
        return None
    return _shown(image.data) if image is not None else None


def _beside(folder: Path) -> bytes | None:
    """Return the folder's picture, by the usual names; `cover` before `folder`."""
    try:
        found = {path.name.lower(): path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES}
    except OSError:
        return None
    paths = [found[name] for stem in _NAMES for suffix in _SUFFIXES if (name := stem + suffix) in found]
    return next((content for path in paths if (content := _read(path)) is not None), None)


def _read(path: Path) -> bytes | None:
    try:
        check_file(path)
        with path.open("rb") as file:
            return _shown(file.read(LARGEST_COVER_BYTES + 1))
    except (UnreadableError, OSError):
        return None


def _shown(content: bytes) -> bytes | None:
    return content if len(content) <= LARGEST_COVER_BYTES and picture_type(content) is not None else None
