"""Tracks ranked for a mood: the nearest to what it asks for, without repeats, the same for the same seed.

Costs that differ by less than 0.03 are equal: their tracks take turns. What hands said moves a cost by at most 0.12, so
that a track which fits better by 0.27 stays in front whatever they say.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.music.choosing.catalogue import Catalogue, Rows
from mien.music.choosing.circumstances import Circumstances
from mien.music.choosing.costs import FARTHEST, Costs, Terms, is_angry
from mien.music.choosing.policies import Aim, Policy
from mien.music.choosing.reasons import Session, reasons
from mien.types import Choice, Mood, Track

STEP = 0.03
"""Costs nearer to each other than this are equal."""

_NOTHING = Circumstances()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a track would be chosen for a mood, or not: what it costs, and its rank among the `of` that may be played.

    `rank` begins at 1; None for a track that may not be played.
    """

    choice: Choice
    terms: Terms
    aim: Aim
    rank: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Chooser:
    """Ranks tracks for a mood. Pure: the same arguments give the same answer.

    `recent_tracks` is how many of the tracks played last stand back behind others that fit. What was worked out of the
    last tuple of tracks is kept, so that the next choice from it is fast; to be used from one thread.
    """

    policy: Policy
    recent_tracks: int
    seed: int
    gentler_at_night: bool = True
    _kept: list[Catalogue] = field(default_factory=list, init=False, repr=False, compare=False)

    def rank(
        self,
        mood: Mood,
        tracks: Sequence[Track],
        recent: Sequence[Path],
        count: int,
        circumstances: Circumstances = _NOTHING,
    ) -> tuple[Choice, ...]:
        """Return the best tracks, the best first; fewer than `count` when fewer may be played.

        Args:
            mood: what was decided.
            tracks: all that may be chosen.
            recent: the paths of what was played, the newest last; more than `recent_tracks` help to vary.
            count: how many to return.
            circumstances: what else counts.
        """
        if not tracks or count <= 0:
            return ()
        ranking = self._ranking(mood, self._catalogue(tracks), recent, circumstances)
        return tuple(ranking.choice(row) for row in ranking.best(count))

    def explain(
        self,
        mood: Mood,
        track: Track,
        tracks: Sequence[Track],
        recent: Sequence[Path] = (),
        circumstances: Circumstances = _NOTHING,
    ) -> Explanation:
        """Say what one of the tracks costs for a mood, and its rank among them; the arguments are those of `rank`.

        Raises:
            ValueError: the track is not one of them.
        """
        catalogue = self._catalogue(tracks)
        row = catalogue.row(track.path)
        if row is None:
            raise ValueError(f"{track.path} is none of the tracks")
        ranking = self._ranking(mood, catalogue, recent, circumstances)
        return ranking.explanation(row)

    def shuns(self, mood: Mood, track: Track) -> bool:
        """Return True when a track shall not answer a mood while there is any other."""
        alone = Catalogue.of((track,))
        return self.policy.aim(mood).shuns_angry and bool(is_angry(alone.valence, alone.arousal)[0])

    def score(self, mood: Mood, track: Track, circumstances: Circumstances = _NOTHING) -> float:
        """Return how well a track fits a mood by itself, in [0, 1], whatever was played lately."""
        alone = replace(circumstances, heard={}, excluded=frozenset())
        return self._ranking(mood, Catalogue.of((track,)), (), alone).score(0)

    def _catalogue(self, tracks: Sequence[Track]) -> Catalogue:
        if self._kept and self._kept[0].tracks is tracks:
            return self._kept[0]
        catalogue = Catalogue.of(tracks)
        if isinstance(tracks, tuple):  # a list could change unseen
            self._kept[:] = [catalogue]
        return catalogue

    def _ranking(
        self, mood: Mood, catalogue: Catalogue, recent: Sequence[Path], circumstances: Circumstances
    ) -> _Ranking:
        if not self.gentler_at_night:
            circumstances = replace(circumstances, hour=None)
        aim = self.policy.aim(mood, circumstances.step)
        waiting = tuple(recent[max(0, len(recent) - self.recent_tracks) :])
        costs = Costs.of(catalogue, aim, waiting, recent, circumstances)
        return _Ranking(catalogue, mood, aim, circumstances, waiting, costs, self._salt(recent))

    def _salt(self, recent: Sequence[Path]) -> int:
        """What was played salts the tie-break, so that all tracks of one place get their turn."""
        text = b"\0".join([str(self.seed).encode(), *map(os.fsencode, recent)])
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The order of N tracks at one moment: by the costs in whole units of `STEP`, then by a salted number."""

    catalogue: Catalogue
    mood: Mood
    aim: Aim
    circumstances: Circumstances
    waiting: tuple[Path, ...]
    costs: Costs
    salt: int

    def best(self, count: int) -> list[int]:
        """Return the rows of the best, the best first."""
        total = self.costs.total
        last = min(count, len(total)) - 1
        worst = total.min() if last == 0 else np.partition(total, last)[last]
        contenders = np.flatnonzero((total <= worst + STEP) & np.isfinite(total))
        order = np.lexsort((self._numbers(contenders), self._steps(contenders)))
        return [int(row) for row in contenders[order[:count]]]

    def explanation(self, row: int) -> Explanation:
        """Return all about one track."""
        playable = np.flatnonzero(np.isfinite(self.costs.total))
        order = playable[np.lexsort((self._numbers(playable), self._steps(playable)))]
        (place,) = np.nonzero(order == row)
        rank = int(place[0]) + 1 if len(place) else None
        return Explanation(self.choice(row), self.costs.terms(row), self.aim, rank, len(playable))

    def choice(self, row: int) -> Choice:
        """Return a track with its score and why."""
        track = self.catalogue.tracks[row]
        session = Session(len(self.waiting), track.path in self.waiting)
        why = reasons(track, self.mood, self.aim, self.costs.terms(row), session, self.circumstances)
        return Choice(track, self.score(row), why)

    def score(self, row: int) -> float:
        """Return 1 for a track that costs nothing, 0 for one as far as can be."""
        (steps,) = self._steps(np.array([row]))
        return float(np.clip(1.0 - steps * STEP / FARTHEST, 0.0, 1.0))

    def _steps(self, rows: Rows) -> NDArray[np.float64]:
        return np.floor(self.costs.total[rows].astype(float) / STEP)

    def _numbers(self, rows: Rows) -> NDArray[np.uint64]:
        """A number for each path, mixed with the salt by the finaliser of splitmix64."""
        mixed = self.catalogue.path_numbers[rows] + np.uint64(self.salt)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
