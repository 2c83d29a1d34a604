"""The picture of a track: out of its file, or out of its folder."""

from __future__ import annotations

from pathlib import Path

from mien.pictures import picture_type

LARGEST_COVER_BYTES = 8_000_000
_NAMES = ("cover", "folder", "front", "album")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def cover_of(track: Path) -> bytes | None:
    """Return a track's picture as a file's bytes (JPEG, PNG or WebP); None where there is none that can be shown."""
    embedded = _embedded(track)
    return embedded if embedded is not None else _beside(track.parent)


def _embedded(track: Path) -> bytes | None:
    from tinytag import TinyTag, TinyTagException

    try:
        image = TinyTag.get(track, tags=True, duration=False, image=True).images.any
    except (TinyTagException, OSError):
        return None
    return _shown(image.data) if image is not None else None


def _beside(folder: Path) -> bytes | None:
    """Return the folder's picture, by the usual names; `cover` before `folder`."""
    try:
        found = {path.name.lower(): path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES}
        for name in (f"{stem}{suffix}" for stem in _NAMES for suffix in _SUFFIXES):
            if name in found and found[name].stat().st_size <= LARGEST_COVER_BYTES:
                return _shown(found[name].read_bytes())
    except OSError:
        return None
    return None


def _shown(content: bytes) -> bytes | None:
    return content if len(content) <= LARGEST_COVER_BYTES and picture_type(content) is not None else None
