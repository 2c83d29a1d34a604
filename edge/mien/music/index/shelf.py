"""The playable tracks of an index, placed: tags and words as they were scanned, sound as it was heard."""

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mien.music.index.placing import WORD_SPREADS, Places, place_tracks
from mien.music.index.scan import title_from
from mien.types import Affect, Track

Row = tuple[Any, ...]

_SELECT = """
SELECT t.path, t.title, t.artist, t.album, coalesce(h.duration_seconds, t.duration_seconds), t.affect_source,
    t.affect_word, h.loudness_lufs, coalesce(h.traits, '[]'), coalesce(t.content, x''),
    t.valence, t.arousal, h.valence, h.arousal, h.valence_spread, h.arousal_spread
FROM track t LEFT JOIN heard h ON h.content = t.content
WHERE t.folder = ? AND t.problem IS NULL AND h.problem IS NULL
"""
_TEXT, _TEXT_OR_NONE, _NUMBER, _NUMBER_OR_NONE = (str,), (str, type(None)), (float,), (float, type(None))
_KINDS: tuple[tuple[type, ...], ...] = (
    *((bytes,), _TEXT_OR_NONE, _TEXT_OR_NONE, _TEXT_OR_NONE, _NUMBER_OR_NONE, _TEXT),
    *(_TEXT, _NUMBER_OR_NONE, _TEXT, (bytes,)),
    *(_NUMBER, _NUMBER, _NUMBER_OR_NONE, _NUMBER_OR_NONE, _NUMBER_OR_NONE, _NUMBER_OR_NONE),
)  # of a row
_NOT_MUSIC = "coalesce(h.is_music, 1) = 0 AND t.affect_source IN ('title', 'prior')"  # no word of the owner's own
_MUSIC_ROWS = f"{_SELECT} AND NOT ({_NOT_MUSIC}) ORDER BY t.path"
_ALL_ROWS = f"{_SELECT} ORDER BY t.path"
_NOT_MUSIC_ROWS = f"{_SELECT} AND {_NOT_MUSIC} ORDER BY t.path"


def read_shelf(database: sqlite3.Connection, folder: Path) -> tuple[Track, ...]:
    """Return the playable tracks of a folder in the order of their paths, placed among each other.

    What is not music (wind, speech, silence) is left out unless the owner gave it a mood; but where nothing else would
    be left, it is what the owner has to hear.
    """
    key = (os.fsencode(folder),)
    rows = _whole(database.execute(_MUSIC_ROWS, key)) or _whole(database.execute(_ALL_ROWS, key))
    places = _placed(rows)
    prefix = os.path.join(folder, "")  # noqa: PTH118  (pathlib takes seconds for 100,000 paths)
    return tuple(
        _track(prefix, row, valence, arousal, spread)
        for row, (valence, arousal), spread in zip(rows, places.affects.tolist(), places.spreads.tolist(), strict=True)
    )


def not_music(database: sqlite3.Connection, folder: Path) -> tuple[Path, ...]:
    """Return the files that were heard to be no music and that the owner gave no mood."""
    rows = database.execute(_NOT_MUSIC_ROWS, (os.fsencode(folder),))
    return tuple(folder / os.fsdecode(row[0]) for row in rows)


def _whole(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without those that a torn file made nonsense of."""
    return [row for row in rows if _is_of_kinds(row) and _makes_sense(row)]


def _is_of_kinds(row: Row) -> bool:
    return all(isinstance(value, kinds) for value, kinds in zip(row, _KINDS, strict=True))


def _makes_sense(row: Row) -> bool:
    numbers = [number for number in (row[4], row[7], *row[10:]) if number is not None]
    places = [number for number in row[10:14] if number is not None]
    known = row[5] in WORD_SPREADS and _is_list(row[8])
    return known and all(map(math.isfinite, numbers)) and all(-1.0 <= place <= 1.0 for place in places)


@lru_cache(maxsize=4096)
def _is_list(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def _placed(rows: list[Row]) -> Places:
    numbers = np.array([row[10:] for row in rows], dtype=float).reshape(-1, 6)  # NULL becomes NaN
    return place_tracks([row[5] for row in rows], numbers[:, :2], numbers[:, 2:4], numbers[:, 4:])


def _track(prefix: str, row: Row, valence: float, arousal: float, spread: float) -> Track:
    path, title, artist, album, duration_seconds, source, word, loudness_lufs, traits, content = row[:10]
    return Track(
        path=Path(prefix + os.fsdecode(path)),
        title=title or title_from(path),
        artist=artist,
        album=album,
        duration_seconds=duration_seconds,
        affect=Affect(valence, arousal),
        affect_source="audio" if source == "prior" and row[12] is not None else source,
        affect_word=word,
        spread=spread,
        loudness_lufs=loudness_lufs,
        traits=_traits(traits),
        content_hash=content.hex(),
    )


@lru_cache(maxsize=4096)
def _traits(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
