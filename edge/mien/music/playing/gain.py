"""How loud a track is played, so that loud and soft tracks sound equally loud."""

from __future__ import annotations

import math

REFERENCE_LUFS = -18.0
"""The loudness that tracks are brought to: ReplayGain 2.0's."""

_LOWEST_DECIBELS = -20.0
_HIGHEST_DECIBELS = 8.0
_UNHEARD_DECIBELS = -6.0  # what a track of -12 LUFS gets; much of what is sold lies between -8 and -16


def track_decibels(loudness_lufs: float | None) -> float:
    """Return the gain of a track in dB, in [-20, 8], from its integrated loudness (EBU R128); None is not yet measured.

    An unmeasured track is turned down somewhat: most recordings are louder than the reference, and one that is too soft
    for a while startles nobody.
    """
    if loudness_lufs is None:
        return _UNHEARD_DECIBELS
    return min(_HIGHEST_DECIBELS, max(_LOWEST_DECIBELS, REFERENCE_LUFS - loudness_lufs))


def track_percent(volume_percent: float, decibels: float, maximum_percent: float) -> float:
    """Return the volume of a track, in percent whose cube is the factor of the samples.

    The gain is part of the volume and never lifts it beyond the maximum. So no sample is amplified above the cap,
    nothing clips whatever the track's peaks are, and a gain above 0 dB is given as far as the volume leaves room.
    """
    return min(volume_percent * math.exp(decibels * math.log(10) / 60), maximum_percent)
