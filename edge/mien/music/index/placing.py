"""Where each track lies on the plane of the owner's library: words and what was heard, each by its precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

UNKNOWN_SPREAD = 0.7  # the standard deviation of ranks themselves: all that is known of a track nothing is known of
TITLE_SPREAD = 0.35  # names tell more than the ear, which has about 0.5; not all: "Sad" may be a dance
OWNER_SPREAD = 0.15  # the owner's own word is final
_TENTH = 0.1
_ENOUGH_TRACKS = 20  # so many heard tracks make a library in which ranks mean something

WORD_SPREADS = {  # of each who can place a track by words
    "tag": OWNER_SPREAD,
    "folder": OWNER_SPREAD,
    "playlist": OWNER_SPREAD,
    "title": TITLE_SPREAD,
    "prior": np.inf,
}


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on the plane, [N, 2] in [-1, 1] as valence and arousal, and the standard deviation of each, [N]."""

    affects: Numbers
    spreads: Numbers


def place_tracks(sources: list[str], words: Numbers, heard: Numbers, heard_spreads: Numbers) -> Places:
    """Place a library's tracks.

    A tag, a folder and a playlist are the owner's word and stand alone. A title is fused with what was heard, each
    weighted by its precision (inverse variance). A track of which nothing is known lies in the middle.

    Args:
        sources: [N] who placed the words: `tag`, `folder`, `playlist`, `title`, or `prior` for nobody.
        words: [N, 2] valence and arousal by the words, on the plane as it is.
        heard: [N, 2] valence and arousal as heard, NaN for what was not.
        heard_spreads: [N, 2] their standard deviations.
    """
    ranks, rank_spreads = library_ranks(heard, heard_spreads)
    word_spreads = np.fromiter((WORD_SPREADS[source] for source in sources), float, len(sources))
    word_precision = (1.0 / word_spreads**2)[:, np.newaxis]
    listens = np.isfinite(heard).all(axis=1) & (word_spreads > OWNER_SPREAD)
    ear_precision = np.where(listens[:, np.newaxis], 1.0 / rank_spreads**2, 0.0)
    precision = word_precision + ear_precision
    known = precision > 0.0
    weighted = word_precision * words + np.where(known & listens[:, np.newaxis], ear_precision * ranks, 0.0)
    affects = np.divide(weighted, precision, out=np.zeros_like(weighted), where=known)
    variances = np.divide(1.0, precision, out=np.full_like(weighted, UNKNOWN_SPREAD**2), where=known)
    return Places(np.clip(affects, -1.0, 1.0), np.sqrt(variances.mean(axis=1)))


def library_ranks(heard: Numbers, heard_spreads: Numbers) -> tuple[Numbers, Numbers]:
    """Turn what was heard into places within the library, column by column: -1 is the lowest tenth, +1 the highest.

    A spread becomes the share of the ranks' own that the ear leaves unexplained. A small library keeps close to the
    absolute numbers, so that ten calm tracks stay calm.

    Args:
        heard: [N, 2], NaN for what was not heard.
        heard_spreads: [N, 2] standard deviations.

    Returns:
        The ranks and their standard deviations, both [N, 2] and NaN for what was not heard.
    """
    ranks, spreads = np.full_like(heard, np.nan), np.full_like(heard, np.nan)
    present = np.isfinite(heard).all(axis=1)
    count = int(present.sum())
    share = min(1.0, count / _ENOUGH_TRACKS) ** 2
    for column in range(heard.shape[1]):
        values, errors = heard[present, column], np.maximum(heard_spreads[present, column], 1e-3)
        unexplained = errors / np.sqrt(errors**2 + (values.var() if count else 0.0))
        ranks[present, column] = share * _ranks(values) + (1.0 - share) * np.clip(values, -1.0, 1.0)
        blended = share * UNKNOWN_SPREAD * unexplained + (1.0 - share) * errors
        spreads[present, column] = np.minimum(blended, UNKNOWN_SPREAD)
    return ranks, spreads


def _ranks(values: Numbers) -> Numbers:
    """Ranks in [-1, 1]; equal values share their mean rank."""
    _, position, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    quantiles = middle[position] / max(len(values), 1)
    return np.clip((quantiles - 0.5) / (0.5 - _TENTH), -1.0, 1.0)
