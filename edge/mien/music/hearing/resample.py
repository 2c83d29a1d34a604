"""Changes the sample rate of an excerpt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def resampled(samples: NDArray[np.float32], rate: int, target_rate: int) -> NDArray[np.float32]:
    """Return samples [N] at another rate, band-limited exactly, by cutting or widening their spectrum.

    An excerpt is transformed as one period, so only its first and last milliseconds, where end and beginning meet, are
    changed. Silence fills it up to a whole second: then the ratio is exact for every rate, and the transforms have
    factors that make them fast.
    """
    if rate == target_rate or not samples.size:
        return samples
    seconds = math.ceil(samples.size / rate)
    spectrum = np.fft.rfft(samples, seconds * rate)
    wanted = seconds * target_rate
    changed = np.fft.irfft(spectrum[: wanted // 2 + 1], wanted)[: round(samples.size * target_rate / rate)]
    changed *= target_rate / rate
    return changed.astype(np.float32, copy=False)
