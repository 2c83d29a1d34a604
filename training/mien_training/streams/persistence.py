"""How errors last: what an hour of wrong frames means depends on whether they come as blips or as one long misreading.

Measured alike on real clips and on composed streams, so that these can be held to those.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.app.eye import watch
from mien.config import load
from mien.types import EMOTIONS, Observation, Sighting
from mien_training.streams.clip_truth import CLIP_TRUTHS, held
from mien_training.streams.truth import Segment, Truth

LAGS_SECONDS = (0.04, 0.17, 0.5, 1.0, 2.0, 4.0)
LONGEST_PIECE_SECONDS = 5.0
FEWEST_FRAMES = 8
_LEAST_PROBABILITY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A face for some seconds of one true emotion: frames `at` [N], the log-odds of it [N], and if it was read [N]."""

    at: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def interval(self) -> float:
        """Seconds from frame to frame."""
        return float(np.median(np.diff(self.at)))


@dataclass(frozen=True, slots=True)
class Persistence:
    """How errors last.

    `between` and `within` are variances of the log-odds from piece to piece and within one (`within_median`: of the
    median piece). `variogram` is half the mean square of the difference between log-odds so far apart as LAGS_SECONDS,
    of the median piece. `wrong_median` and `wrong_90` are seconds of runs of wrong frames, but for whole pieces.
    """

    pieces: int
    frames_right: float
    mostly_wrong: float
    between: float
    within: float
    within_median: float
    variogram: tuple[float, ...]
    wrong_median: float
    wrong_90: float


def persistence(pieces: Sequence[Piece]) -> Persistence:
    """Measure pieces, at least one."""
    variances = [float(piece.log_odds.var()) for piece in pieces]
    runs = [run for piece in pieces for run in _wrong_runs(piece)] or [0.0]
    return Persistence(
        len(pieces),
        float(np.concatenate([piece.right for piece in pieces]).mean()),
        float(np.mean([piece.right.mean() < 0.5 for piece in pieces])),
        float(np.var([piece.log_odds.mean() for piece in pieces])),
        float(np.average(variances, weights=[len(piece.at) for piece in pieces])),
        float(np.median(variances)),
        tuple(_variogram(pieces, lag) for lag in LAGS_SECONDS),
        float(np.median(runs)),
        float(np.quantile(runs, 0.9)),
    )


def pieces_of(observations: Sequence[Observation], truth: Truth) -> list[Piece]:
    """Cut what was seen into pieces of at most LONGEST_PIECE_SECONDS, each of one face and one mood."""
    times = np.array([observation.seen_at for observation in observations])
    found: list[Piece] = []
    for segment in truth.segments:
        first = segment.start
        while segment.emotion and first < segment.end:
            last = min(first + LONGEST_PIECE_SECONDS, segment.end)
            start, end = np.searchsorted(times, [first, last]).tolist()
            found += _pieces(observations[start:end], segment)
            first = last
    return found


def clip_pieces(videos: Path, *, only_held: bool) -> list[Piece]:
    """Judge every frame of the development clips, as the device does; a minute of one core.

    Args:
        videos: the folder of the clips.
        only_held: leave out what is played to the camera.
    """
    found: list[Piece] = []
    for name, truth in CLIP_TRUTHS.items():
        settings = load(Path(os.devnull), {"camera": {"source": str(videos / name)}})
        seen = [one for one in watch(settings, None) if isinstance(one, Observation)]
        found += pieces_of(seen, held(name) if only_held else truth)
    return found


def _pieces(window: Sequence[Observation], segment: Segment) -> Iterator[Piece]:
    """Yield a piece for each face, of the frames that have as many faces as most."""
    counts = [len(observation.sightings) for observation in window]
    usual = max(set(counts), key=counts.count, default=0)
    place = EMOTIONS.index(segment.emotion) if segment.emotion else 0
    for rank in range(usual):
        frames = [
            (observation.seen_at, expression.probabilities)
            for observation in window
            if len(observation.sightings) == usual
            and (expression := sorted(observation.sightings, key=_left)[rank].expression) is not None
        ]
        if len(frames) >= FEWEST_FRAMES:
            at, probabilities = np.array([at for at, _ in frames]), np.array([row for _, row in frames])
            shares = np.clip(probabilities[:, place], _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
            yield Piece(at, np.log(shares / (1 - shares)), probabilities.argmax(axis=1) == place)


def _left(sighting: Sighting) -> float:
    return sighting.face.box.left


def _wrong_runs(piece: Piece) -> list[float]:
    """Return the seconds of each run of wrong frames; none of a piece that is wrong all the time."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], piece.right, [True]])))
    frames = edges[1::2] - edges[::2]
    return [] if not piece.right.any() else (frames * piece.interval).tolist()


def _variogram(pieces: Sequence[Piece], lag_seconds: float) -> float:
    halves = []
    for piece in pieces:
        lag = max(1, round(lag_seconds / piece.interval))
        if lag < len(piece.at) - 1:
            halves.append(float(np.mean((piece.log_odds[lag:] - piece.log_odds[:-lag]) ** 2) / 2))
    return float(np.median(halves)) if halves else float("nan")
