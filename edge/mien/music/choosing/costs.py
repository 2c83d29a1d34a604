"""What every track costs at one moment: its distance from what the mood asks for, and what stands beside it.

The distance is that of the track's place, widened by its spread (the root of the expected squared distance), with
valence counted 0.7 of arousal, since it is heard less surely. A mood that asks for nothing needs no sure place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.music.choosing.catalogue import Catalogue, Column, Rows
from mien.music.choosing.circumstances import Circumstances, arousal_shift
from mien.music.choosing.policies import Aim
from mien.types import Affect

_VALENCE_WEIGHT = 0.7
# The spreads of what was heard are wide: counted in full, how sure a place is would outweigh how well it fits.
_SPREAD_WEIGHT = 0.4
FARTHEST = math.hypot(2.0 * _VALENCE_WEIGHT, 2.0)
"""The distance from corner to corner of the plane."""

HANDS_REACH = 0.12
"""The most that skips and likes add to a track's cost, or take from it."""

# A recent track stands back behind all that fit nearly as well, but not behind another mood's: a small library repeats
# itself rather than play what does not fit. Only the last track never comes again at once.
_RECENT = 0.5
_LAST = 2.0 * FARTHEST
_WRONG = 1.6 * FARTHEST
_ANGRY = 8.0 * FARTHEST  # more than all else together: it comes only where nothing else is left
_HEARD = 0.35  # right after a track was heard; it halves every four days
_HEARD_HALF_LIFE_SECONDS = 4 * 86_400.0
_HEARD_COUNT = 1000
_ARTIST = (0.15, 0.1, 0.05)  # for the artist of the last track and of those before it
_ALBUM = (0.1, 0.06, 0.03)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one track costs, in distances on the plane.

    `distance` from what the mood asks for, beyond the radius in which all is as good; `hour`, what a late hour changes
    of it; `uncertainty` of the track's place; `recency` of the last time it played; `artist` and `album`, that they
    just played; `hands`, what skips and likes change (negative: liked); `wrong`, that it is wrong for the mood;
    `angry`, that it is angry music where that is shunned.
    """

    distance: float
    hour: float
    uncertainty: float
    recency: float
    artist: float
    album: float
    hands: float
    wrong: float
    angry: float

    @property
    def total(self) -> float:
        """The sum."""
        return float(sum(astuple(self)))


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is added to the distance of a few tracks: different rows [M] and a value for each [M]."""

    rows: Rows
    values: Column

    @staticmethod
    def of(values: Mapping[int, float]) -> _Beside:
        return _Beside(np.array(list(values), np.intp), np.array(list(values.values()), np.float32))

    def at(self, row: int) -> float:
        return float(self.values[self.rows == row].sum())


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of N tracks. `total` [N] is infinite for those that may not be played."""

    total: Column
    _catalogue: Catalogue
    _aim: Aim
    _aim_now: Aim
    _beside: dict[str, _Beside]

    @staticmethod
    def of(
        catalogue: Catalogue, aim: Aim, waiting: Sequence[Path], recent: Sequence[Path], circumstances: Circumstances
    ) -> Costs:
        """Count them; `waiting` and `recent` are paths of what was played, the newest last."""
        newest = [row for path in recent[: -len(_ARTIST) - 1 : -1] if (row := catalogue.row(path)) is not None]
        wrong = catalogue.locate(dict.fromkeys(circumstances.wrong, _WRONG))
        leanings = catalogue.locate(circumstances.leanings)
        beside = {
            "recency": _recency(catalogue, waiting, circumstances),
            "artist": _spacing(_ARTIST, map(catalogue.same_artist, newest)),
            "album": _spacing(_ALBUM, map(catalogue.same_album, newest)),
            "hands": _Beside.of({row: -HANDS_REACH * leaning for row, leaning in leanings.items()}),
            "wrong": _Beside.of(wrong),
            "angry": _shunned(catalogue, aim),
        }
        aim_now = _gentler(aim, circumstances.hour)
        total = _distance(aim_now, catalogue.valence, catalogue.arousal, catalogue.variance)
        for term in beside.values():
            total[term.rows] += term.values
        total[list(catalogue.locate(dict.fromkeys(circumstances.excluded, 0.0)))] = np.inf
        return Costs(total, catalogue, aim, aim_now, beside)

    def terms(self, row: int) -> Terms:
        """Return what the cost of one track is made of."""
        catalogue = self._catalogue
        place = catalogue.valence[row : row + 1], catalogue.arousal[row : row + 1]
        sure, variance = np.zeros(1, np.float32), catalogue.variance[row : row + 1]
        by_day = float(_distance(self._aim, *place, sure)[0])
        now = float(_distance(self._aim_now, *place, sure)[0])
        unsure = float(_distance(self._aim_now, *place, variance)[0])
        beside = {name: term.at(row) for name, term in self._beside.items()}
        return Terms(distance=by_day, hour=now - by_day, uncertainty=unsure - now, **beside)


def _gentler(aim: Aim, hour: float | None) -> Aim:
    if hour is None:
        return aim
    return replace(aim, affect=Affect(aim.affect.valence, max(-1.0, aim.affect.arousal + arousal_shift(hour))))


def _distance(aim: Aim, valence: Column, arousal: Column, variance: Column) -> Column:
    across = valence - aim.affect.valence
    across *= _VALENCE_WEIGHT
    across *= across
    up = arousal - aim.affect.arousal
    up *= up
    across += up
    if not aim.radius:
        across += _SPREAD_WEIGHT**2 * variance
    distances: Column = np.sqrt(across, out=across)
    if aim.radius:
        distances -= aim.radius
        np.maximum(distances, 0.0, out=distances)
    return distances


def is_angry(valence: Column, arousal: Column) -> NDArray[np.bool_]:
    """Return which places are of angry music: dark and lively at once."""
    return (valence < 0) & (arousal > 0)


def _shunned(catalogue: Catalogue, aim: Aim) -> _Beside:
    rows = np.flatnonzero(is_angry(catalogue.valence, catalogue.arousal) & aim.shuns_angry)
    return _Beside(rows, np.full(len(rows), _ANGRY, np.float32))


def _recency(catalogue: Catalogue, waiting: Sequence[Path], circumstances: Circumstances) -> _Beside:
    """More the newer it is: for what was heard within days, and much more for the tracks that stand back."""
    newest = islice(reversed(circumstances.heard.items()), _HEARD_COUNT)
    ages = {key: max(0.0, circumstances.now - at) for key, at in newest}  # a clock may be set back
    values = catalogue.locate({key: _HEARD * 0.5 ** (age / _HEARD_HALF_LIFE_SECONDS) for key, age in ages.items()})
    for place, path in enumerate(waiting, start=1):
        if (row := catalogue.row(path)) is not None:
            values[row] = _LAST if place == len(waiting) else _RECENT * (1.0 + place / len(waiting))
    return _Beside.of(values)


def _spacing(weights: Sequence[float], groups: Iterable[Rows]) -> _Beside:
    different = {id(rows): (rows, weight) for rows, weight in reversed([*zip(groups, weights, strict=False)])}
    pairs = list(different.values()) or [(np.empty(0, np.intp), 0.0)]
    rows = np.concatenate([group for group, _ in pairs])
    return _Beside(rows, np.repeat(np.array([w for _, w in pairs], np.float32), [len(group) for group, _ in pairs]))
