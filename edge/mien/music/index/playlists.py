"""One playlist a mood, for other players: UTF-8 .m3u8 files with relative paths."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from mien.errors import LibraryError
from mien.music.index.scan import WRITTEN_BY_MIEN
from mien.types import Choice, Track
from mien.whole_file import write_whole


def write_playlists(folder: Path, choices: Mapping[str, Sequence[Choice]]) -> tuple[Path, ...]:
    """Write a playlist for each mood, over what was there, and return the files.

    A file name is written as its bytes are; one with a line break cannot be in a playlist and is left out. A scan does
    not take these lists for the owner's word.

    Args:
        folder: where to write; it is made when missing.
        choices: the tracks for each mood's name, the best first.

    Raises:
        LibraryError: a file cannot be written.
    """
    written = []
    for mood, chosen in choices.items():
        path = folder / f"{mood}.m3u8"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, playlist(folder, [choice.track for choice in chosen]))
        except OSError as error:
            raise LibraryError(
                f"The playlist {path} cannot be written ({error.strerror}): name a folder you may write to."
            ) from error
        written.append(path)
    return tuple(written)


def playlist(folder: Path, tracks: Sequence[Track]) -> bytes:
    """Return a playlist that lies in a folder, as the bytes of its file."""
    lines = [b"#EXTM3U", WRITTEN_BY_MIEN]
    for track in tracks:
        path = os.fsencode(os.path.relpath(track.path, folder))
        if b"\n" in path or b"\r" in path:
            continue
        seconds = -1 if track.duration_seconds is None else round(track.duration_seconds)
        name = f"{track.artist} - {track.title}" if track.artist else track.title
        lines += [f"#EXTINF:{seconds},{name}".encode(errors="replace"), b"./" + path if path.startswith(b"#") else path]
    return b"\n".join(lines) + b"\n"
