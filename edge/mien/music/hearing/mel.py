"""What the tag network sees: log mel spectrograms of three seconds, as in its training (musicnn 0.1.0).

16 kHz, a Hann window of 512 samples each 256, 96 mel bands of power up to 8 kHz, log10(10000 x + 1).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mien.music.hearing.resample import resampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEL_RATE = 16_000
FRAMES, BANDS = 187, 96
_WINDOW, _HOP = 512, 256
_PATCH_SAMPLES = (FRAMES - 1) * _HOP + _WINDOW
PATCH_SECONDS = _PATCH_SAMPLES / MEL_RATE
_COMPRESSION = 10_000.0


def patch_at(excerpt: NDArray[np.float32], rate: int, start: int) -> NDArray[np.float32]:
    """Return the log mel spectrogram, float32 [187, 96], of the 3 s of an excerpt from a sample on.

    What is shorter is repeated until it is long enough, as in the network's training.
    """
    needed = -(-_PATCH_SAMPLES * rate // MEL_RATE)
    part = excerpt[start : start + needed]
    return log_mel(resampled(np.resize(part, needed), rate, MEL_RATE)[:_PATCH_SAMPLES])


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log mel spectrogram, float32 [frames, 96], of samples at 16 kHz."""
    framed = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(framed * _hann())) ** 2
    compressed: NDArray[np.float32] = np.log10(_COMPRESSION * (power @ mel_bands()) + 1.0)
    return compressed


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def mel_bands() -> NDArray[np.float32]:
    """Return the triangular bands, float32 [257, 96]: evenly spaced in mel, each of the same area (Slaney 1998)."""
    edges = _hertz(np.linspace(0.0, _mel(MEL_RATE / 2), BANDS + 2))
    bins = np.linspace(0.0, MEL_RATE / 2, _WINDOW // 2 + 1)[:, np.newaxis]
    rising = (bins - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - bins) / np.diff(edges)[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * 2.0 / (edges[2:] - edges[:-2])).astype(np.float32)


# Slaney's mel: 3 mel are 200 Hz up to 1 kHz; above, 27 mel are a factor of 6.4.
_LINEAR_HERTZ, _LINEAR_MEL, _STEP = 1000.0, 15.0, float(np.log(6.4) / 27)


def _mel(hertz: float) -> float:
    return _LINEAR_MEL + float(np.log(hertz / _LINEAR_HERTZ)) / _STEP


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _LINEAR_HERTZ * np.exp(_STEP * (mel - _LINEAR_MEL))
    return np.where(mel < _LINEAR_MEL, mel * _LINEAR_HERTZ / _LINEAR_MEL, above)
