"""Parts for cross-validation: an artist is in one part only, and each set is spread evenly over all parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien_training.music.clips import Clips

FOLDS = 10


def folds(clips: Clips, seed: int, count: int = FOLDS) -> NDArray[np.int64]:
    """Return the part of each clip, int [N] in [0, count).

    Artists are dealt out in an order that the seed shuffles, each into the part that has fewest clips of their set.
    """
    random = np.random.default_rng(seed)
    part = np.empty(len(clips), np.int64)
    for name in clips.set_names:
        inside = clips.sets == name
        groups = np.unique(clips.groups[inside])
        random.shuffle(groups)
        filled = np.zeros(count, np.int64)
        for group in groups:
            rows = inside & (clips.groups == group)
            chosen = int(filled.argmin())
            part[rows] = chosen
            filled[chosen] += np.count_nonzero(rows)
    return part
