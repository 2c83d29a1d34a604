"""Sound -> the numbers that place it on the valence-arousal plane, in numpy alone.

Every number is finite for every sound, silence included, and does not change with loudness.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mien.music.hearing.dynamics import describe_dynamics
from mien.music.hearing.harmony import describe_harmony
from mien.music.hearing.rhythm import describe_rhythm
from mien.music.hearing.spectrum import SAMPLE_RATE, Array, describe_spectrum, spectra

DESCRIPTION_VERSION = 1
"""To be raised when a number comes out otherwise for the same sound."""
_SHORTEST_SAMPLES = SAMPLE_RATE // 2


def describe_excerpt(samples: Array) -> dict[str, float]:
    """Describe one excerpt: float32 [N] mono at 22,050 Hz; a very short one is filled up with silence to 0.5 s."""
    if len(samples) < _SHORTEST_SAMPLES:
        samples = np.pad(samples, (0, _SHORTEST_SAMPLES - len(samples)))
    sound = spectra(samples)
    return {
        **describe_spectrum(sound),
        **describe_dynamics(sound),
        **describe_rhythm(sound),
        **describe_harmony(sound),
    }


def describe(excerpts: Sequence[Array]) -> dict[str, float]:
    """Describe a track by its excerpts: the mean of each number, silent excerpts left out while others sound."""
    loudest = max((_power(excerpt) for excerpt in excerpts), default=0.0)
    sounding = [excerpt for excerpt in excerpts if _power(excerpt) > 1e-4 * loudest] or [np.zeros(0, np.float32)]
    parts = [describe_excerpt(excerpt) for excerpt in sounding]
    weights = np.array([len(excerpt) + 1.0 for excerpt in sounding])
    return {name: float(np.average([part[name] for part in parts], weights=weights)) for name in parts[0]}


def _power(samples: Array) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
