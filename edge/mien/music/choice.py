"""Tracks ranked for a mood: the nearest to what it asks for, without repeats, the same for the same seed."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.music.targets import Policy, target
from mien.types import Affect, Choice, Mood, Track

_FARTHEST = float(np.hypot(2.0, 2.0))  # from corner to corner of the plane
_SAME_ARTIST = 0.15  # added to the distance
# A recent track stands back behind all that fit nearly as well, but not behind another mood's: a small library repeats
# itself rather than play what does not fit. Only the last track never comes again at once.
_RECENT = 0.5
_LAST = 2.0 * _FARTHEST
_NEAR = 0.5
_SOURCES = {
    "tag": "tagged {}",
    "folder": "in your folder '{}'",
    "playlist": "in your playlist '{}'",
    "title": "title says '{}'",
    "prior": "nothing tells its mood",
}


@dataclass(frozen=True, slots=True)
class Chooser:
    """Ranks tracks for a mood. Pure: the same arguments give the same answer.

    `recent_tracks` is how many of the tracks played last stand back behind others that fit.
    """

    policy: Policy
    recent_tracks: int
    seed: int

    def rank(self, mood: Mood, tracks: Sequence[Track], recent: Sequence[Path], count: int) -> tuple[Choice, ...]:
        """Return the best tracks, the best first; fewer than `count` when there are fewer.

        Args:
            mood: what was decided.
            tracks: all that may be chosen.
            recent: the paths of what was played, the newest last; more than `recent_tracks` help to vary.
            count: how many to return.
        """
        if not tracks or count <= 0:
            return ()
        aim = target(self.policy, mood)
        waiting = tuple(recent[max(0, len(recent) - self.recent_tracks) :])
        distances = _distances(aim, tracks)
        costs = distances + _penalties(tracks, waiting, recent)
        last = min(count, len(tracks)) - 1
        contenders = np.flatnonzero(costs <= np.partition(costs, last)[last]).tolist()
        ties = _hashes(self._salt(recent), [tracks[i] for i in contenders])
        best = [contenders[i] for i in np.lexsort((ties, costs[contenders]))[:count]]
        return tuple(self._choice(tracks[i], aim, float(distances[i]), float(costs[i]), waiting) for i in best)

    def _salt(self, recent: Sequence[Path]) -> int:
        """What was played salts the tie-break, so that all tracks of one place get their turn."""
        text = b"\0".join([str(self.seed).encode(), *map(os.fsencode, recent)])
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())

    def _choice(self, track: Track, aim: Affect, distance: float, cost: float, waiting: Sequence[Path]) -> Choice:
        reasons = [_SOURCES[track.affect_source].format(track.affect_word)]
        near = "close to" if distance <= _NEAR else "the nearest left to"
        reasons.append(f"{near} what the mood asks for: {describe(aim)}")
        if track.path in waiting:
            reasons.append("played a short while ago, but nothing else fits as well")
        elif waiting:
            reasons.append("not the last track" if len(waiting) == 1 else f"not among the last {len(waiting)} tracks")
        return Choice(track, max(0.0, 1.0 - cost / _FARTHEST), tuple(reasons))


def describe(affect: Affect) -> str:
    """Say a place on the plane in two words, such as `lively and bright`."""
    pace = "lively" if affect.arousal > 0.15 else "gentle" if affect.arousal < -0.15 else "easy-going"
    colour = "bright" if affect.valence > 0.15 else "dark" if affect.valence < -0.15 else "neutral"
    return f"{pace} and {colour}"


def _distances(aim: Affect, tracks: Sequence[Track]) -> NDArray[np.float64]:
    places = np.fromiter(
        (value for track in tracks for value in (track.affect.valence, track.affect.arousal)), float, 2 * len(tracks)
    ).reshape(-1, 2)
    offsets = places - (aim.valence, aim.arousal)
    return np.hypot(offsets[:, 0], offsets[:, 1])


def _penalties(tracks: Sequence[Track], waiting: Sequence[Path], recent: Sequence[Path]) -> NDArray[np.float64]:
    """What is added to the distance: for a recent track, more the newer it is, and for the artist of the last one."""
    newest = {path: place for place, path in enumerate(waiting, start=1)}
    penalties = np.zeros(len(tracks))
    for i, track in enumerate(tracks):
        if place := newest.get(track.path):
            penalties[i] = _LAST if place == len(waiting) else _RECENT * (1.0 + place / len(waiting))
    artist = next((track.artist for track in tracks if recent and track.path == recent[-1]), None)
    if artist is not None:
        penalties += _SAME_ARTIST * np.fromiter((track.artist == artist for track in tracks), float, len(tracks))
    return penalties


def _hashes(salt: int, tracks: Sequence[Track]) -> NDArray[np.uint64]:
    """A number for each path, mixed with the salt by the finaliser of splitmix64."""
    mixed = np.fromiter((zlib.crc32(os.fsencode(track.path)) for track in tracks), np.uint64, len(tracks))
    mixed += np.uint64(salt)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
