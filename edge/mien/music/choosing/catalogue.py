"""The library's tracks as arrays, made once for all choices from them."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.types import Track

Rows = NDArray[np.intp]
Column = NDArray[np.float32]
_NO_ROWS: Rows = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """N tracks: valence, arousal and variance of their places, and a number for each path, all [N]."""

    tracks: Sequence[Track]
    valence: Column
    arousal: Column
    variance: Column
    path_numbers: NDArray[np.uint64]
    _by_path: dict[str, int]
    _by_content: dict[str, int]
    _copies: dict[str, list[int]]
    _by_artist: dict[str, Rows]
    _by_album: dict[str, Rows]

    @staticmethod
    def of(tracks: Sequence[Track]) -> Catalogue:
        """Make the arrays."""
        count = len(tracks)
        by_content, copies = _firsts_and_copies(track.content_hash for track in tracks)
        return Catalogue(
            tracks,
            np.fromiter((track.affect.valence for track in tracks), np.float32, count),
            np.fromiter((track.affect.arousal for track in tracks), np.float32, count),
            np.fromiter((track.spread for track in tracks), np.float32, count) ** 2,
            np.fromiter((zlib.crc32(os.fsencode(track.path)) for track in tracks), np.uint64, count),
            {str(track.path): row for row, track in enumerate(tracks)},
            by_content,
            copies,
            _as_rows(_groups(track.artist for track in tracks)),
            _as_rows(_groups(track.album for track in tracks)),
        )

    def row(self, path: Path) -> int | None:
        """Return where the track of a path stands."""
        return self._by_path.get(str(path))

    def locate(self, values: Mapping[str, float]) -> dict[int, float]:
        """Return values by row, for values by the tracks' keys: their content, or the paths of unread ones."""
        found: dict[int, float] = {}
        for key, value in values.items():
            row = self._by_path.get(key)
            for copy in self._of_content(key) if row is None else (row,):
                found[copy] = value
        return found

    def _of_content(self, content: str) -> list[int]:
        first = self._by_content.get(content)
        return [] if first is None else [first, *self._copies.get(content, ())]

    def same_artist(self, row: int) -> Rows:
        """Return where the tracks of a track's artist stand; none where it is unknown."""
        return self._by_artist.get(self.tracks[row].artist or "", _NO_ROWS)

    def same_album(self, row: int) -> Rows:
        """Return where the tracks of a track's album stand; none where it is unknown."""
        return self._by_album.get(self.tracks[row].album or "", _NO_ROWS)


def _firsts_and_copies(contents: Iterable[str]) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Return the first row of each content, and the others of the few that have some."""
    firsts: dict[str, int] = {}
    copies: dict[str, list[int]] = {}
    for row, content in enumerate(contents):
        if content and firsts.setdefault(content, row) != row:
            copies.setdefault(content, []).append(row)
    return firsts, copies


def _groups(names: Iterable[str | None]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name:
            rows.setdefault(name, []).append(row)
    return rows


def _as_rows(groups: Mapping[str, list[int]]) -> dict[str, Rows]:
    return {name: np.array(rows, np.intp) for name, rows in groups.items()}
