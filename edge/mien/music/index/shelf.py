"""The playable tracks of an index, placed: tags and words as they were scanned, sound as it was heard."""

from __future__ import annotations

import gc
import json
import math
import os
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _uncollected():
        return _shelf(database, folder, _MUSIC_ROWS) or _shelf(database, folder, _ALL_ROWS)


def not_music(database: sqlite3.Connection, folder: Path) -> tuple[Path, ...]:
    """Return the files that were heard to be no music and that the owner gave no mood."""
    rows = database.execute(_NOT_MUSIC_ROWS, (os.fsencode(folder),))
    return tuple(folder / os.fsdecode(row[0]) for row in rows)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from searching for garbage: new tracks are none, and each search would go through all of them."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _shelf(database: sqlite3.Connection, folder: Path, query: str) -> tuple[Track, ...]:
    """Return the tracks of a query's rows, without those that a torn file made nonsense of.

    A row is let go once what a track keeps of it is taken: all rows at once would take more memory than the tracks.
    """
    prefix = os.path.join(folder, "")  # noqa: PTH118  (pathlib takes seconds for 100,000 paths)
    taken: list[Row] = []
    numbers = array("d")
    shared: dict[str, str] = {}
    for row in database.execute(query, (os.fsencode(folder),)):
        if _are_right(tuple(map(type, row))) and _makes_sense(row):
            taken.append(_taken(prefix, row, shared))
            numbers.extend(math.nan if number is None else number for number in row[10:])
    places = _placed(taken, numbers)
    placed = zip(taken, places.affects.tolist(), places.spreads.tolist(), strict=True)
    return tuple(_track(one, valence, arousal, spread) for one, (valence, arousal), spread in placed)


@lru_cache(maxsize=256)
def _are_right(kinds: tuple[type, ...]) -> bool:
    return all(kind in known for kind, known in zip(kinds, _KINDS, strict=True))


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


def _taken(prefix: str, row: Row, shared: dict[str, str]) -> Row:
    """Return what a track keeps of a row; equal names become one string, since SQLite makes a new one each time."""
    path, title, artist, album, duration_seconds, source, word, loudness_lufs, traits, content = row[:10]
    return (
        Path(prefix + os.fsdecode(path)),
        title or title_from(path),
        artist and shared.setdefault(artist, artist),
        album and shared.setdefault(album, album),
        duration_seconds,
        shared.setdefault(source, source),
        shared.setdefault(word, word),
        loudness_lufs,
        _traits(traits),
        content.hex(),
        row[12] is not None,
    )


def _placed(taken: list[Row], numbers: array[float]) -> Places:
    columns = np.frombuffer(numbers).reshape(-1, 6) if taken else np.empty((0, 6))
    return place_tracks([one[5] for one in taken], columns[:, :2], columns[:, 2:4], columns[:, 4:])


def _track(taken: Row, valence: float, arousal: float, spread: float) -> Track:
    path, title, artist, album, duration_seconds, source, word, loudness_lufs, traits, content_hash, heard = taken
    return Track(
        path=path,
        title=title,
        artist=artist,
        album=album,
        duration_seconds=duration_seconds,
        affect=Affect(valence, arousal),
        affect_source="audio" if source == "prior" and heard else source,
        affect_word=word,
        spread=spread,
        loudness_lufs=loudness_lufs,
        traits=traits,
        content_hash=content_hash,
    )


@lru_cache(maxsize=4096)
def _traits(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
