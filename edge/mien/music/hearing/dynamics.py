"""Loud and soft within a sound: how levels spread over time, over bands and within an instant.

Levels are relative to the excerpt's own, so how loud the whole is does not matter.
"""

from __future__ import annotations

import numpy as np

from mien.music.hearing.spectrum import SAMPLE_RATE, Array, Spectra, decibels

_ENVELOPE_BLOCK = 128
"""Samples: 5.8 ms, short enough to see an attack."""
_BAND_EDGES = (0, 3, 6, 10, 15, 21, 28, 36, 48)
"""Of eight groups of mel bands."""
_AMPLITUDE_SHARES = (0.5, 0.8, 0.9, 0.97, 0.99, 0.999, 0.9999, 1.0)
_LOUDNESS_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def describe_dynamics(sound: Spectra) -> dict[str, float]:
    """Return the numbers of dynamics, each a finite float."""
    return {**_frames(sound), **_amplitudes(sound.samples), **_loudness(sound.samples), **_band_levels(sound)}


def _frames(sound: Spectra) -> dict[str, float]:
    levels = decibels(sound.energy[sound.active])
    low, middle, high = np.quantile(levels, (0.05, 0.5, 0.95))
    rises = np.sort(np.diff(_envelope(sound.samples)))
    steepest = rises[-max(1, len(rises) // 20) :]
    return {
        "level_deviation": float(levels.std()),
        "level_range": float(high - low),
        "level_skew": float(high + low - 2.0 * middle),
        "level_move": float(np.abs(np.diff(levels)).mean()) if len(levels) > 1 else 0.0,
        "attack": float(steepest.mean()),
        "silent_share": float(1.0 - sound.active.mean()),
    }


def _envelope(samples: Array) -> Array:
    """Level of blocks of 5.8 ms, smoothed over three, dB with a floor 60 dB under the strongest."""
    blocks = np.square(_blocks(samples, _ENVELOPE_BLOCK)).mean(axis=1)
    smooth = np.convolve(blocks, np.full(3, 1.0 / 3.0, np.float32), "same")
    return decibels(np.maximum(smooth, 1e-6 * smooth.max() + np.float32(1e-20)))


def _blocks(samples: Array, size: int) -> Array:
    count = len(samples) // size
    return samples[: count * size].reshape(count, size)


def _amplitudes(samples: Array) -> dict[str, float]:
    """How the amplitude spreads: music made loud has many samples near its peak, and no instant stands out."""
    shares = 20.0 * np.log10(np.quantile(np.abs(samples), _AMPLITUDE_SHARES) + 1e-3)
    instants = _blocks(samples, SAMPLE_RATE // 20)
    peaks = np.log(np.abs(instants).max(axis=1) / (np.sqrt(np.square(instants).mean(axis=1)) + 1e-6) + 1.0)
    return {
        **{f"amplitude_{share:g}": float(value) for share, value in zip(_AMPLITUDE_SHARES, shares, strict=True)},
        "instant_crest": float(peaks.mean()),
        "instant_crest_deviation": float(peaks.std()),
    }


def _loudness(samples: Array) -> dict[str, float]:
    """How the level of 0.4 s spreads about the mean, dB."""
    levels = decibels(np.square(_blocks(samples, SAMPLE_RATE * 2 // 5)).mean(axis=1) + np.float32(1e-4))
    values = np.quantile(levels, _LOUDNESS_SHARES)
    return {f"loudness_{share:g}": float(value) for share, value in zip(_LOUDNESS_SHARES, values, strict=True)}


def _band_levels(sound: Spectra) -> dict[str, float]:
    """Levels of eight bands over time, dB with a floor 40 dB under the loudest frames' strongest mel band."""
    loudest = float(np.quantile(sound.mel.max(axis=1), 0.95))
    levels = decibels(np.maximum(sound.mel, np.float32(1e-4 * loudest + 1e-12)))
    bands = np.add.reduceat(levels, _BAND_EDGES[:-1], axis=1) / np.diff(_BAND_EDGES)
    soft, middle, loud = np.quantile(bands, (0.1, 0.5, 0.9), axis=0)
    moves = np.abs(np.diff(levels, axis=0)).mean(axis=1)
    result = {"flux": float(moves.mean()), "flux_deviation": float(moves.std())}
    rows = zip(bands.mean(axis=0), bands.std(axis=0), loud - middle, middle - soft, strict=True)
    for number, (mean, deviation, above, below) in enumerate(rows):
        result |= {
            f"level_{number}": float(mean),
            f"level_{number}_deviation": float(deviation),
            f"level_{number}_above": float(above),
            f"level_{number}_below": float(below),
        }
    return result
