"""The colour of sound: one short-time spectrum of an excerpt and what it says of timbre.

All numbers stay the same when the excerpt is made louder or softer. Every frame's spectrum is floored 50 dB under its
peak: what lies lower is the codec's doing (mp3, Opus and FLAC of one track differ there by far).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SAMPLE_RATE = 22050
WINDOW = 2048
HOP = 512
FRAME_SECONDS = HOP / SAMPLE_RATE
_FLOOR = 1e-5
"""Of a frame's peak power: 50 dB under it."""
_MEL_BANDS = 48
_MEL_RANGE_HERTZ = (40.0, 10000.0)
_COEFFICIENTS = 16
_CONTRAST_EDGES_HERTZ = (60.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0)
_BAND_EDGES_HERTZ = (0.0, 120.0, 300.0, 800.0, 2000.0, 5000.0, 11025.0)


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """The short-time spectrum of an excerpt of unit power.

    `samples` [N]; `power` [frames, 1025] as it is and `floored` at 50 dB under each frame's peak; `mel` [frames, 48]
    power in mel bands; `energy` [frames]; `active` [frames] is False for frames in which next to nothing sounds.
    """

    samples: Array
    power: Array
    floored: Array
    mel: Array
    energy: Array
    active: NDArray[np.bool_]


def unit_power(samples: Array) -> Array:
    """Scale an excerpt float32 [N] to a mean power of 1; silence stays what it is."""
    centred: Array = samples - np.float32(np.mean(samples, dtype=np.float64))
    level = float(np.sqrt(np.mean(np.square(centred, dtype=np.float64))))
    return centred / np.float32(level) if level > 1e-7 else np.zeros_like(samples)


def windows(samples: Array, window: int, hop: int) -> Array:
    """Cut samples [N] into windows [count, window], the last one filled with zeros where N asks for it."""
    missing = max(window - len(samples), -(len(samples) - window) % hop)
    padded = np.pad(samples, (0, missing)) if missing else samples
    return np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]


def spectra(samples: Array) -> Spectra:
    """Return the spectrum of an excerpt: float32 [N] mono at 22,050 Hz, of any level and length."""
    samples = unit_power(samples)
    shape = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(windows(samples, WINDOW, HOP) * shape, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power *= np.float32(1.0 / np.square(shape).sum())
    energy = power.sum(axis=1)
    peak = power.max(axis=1, keepdims=True)
    active = energy > 1e-5 * max(float(np.quantile(energy, 0.95)), 1e-12)
    return Spectra(
        samples,
        power,
        np.maximum(power, _FLOOR * peak + np.float32(1e-20)),
        power @ mel_filters().T,
        energy,
        active if active.any() else np.full(len(energy), True),
    )


def frequencies() -> Array:
    """Hertz of the spectrum's bins, float32 [1025]."""
    return np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE).astype(np.float32)


@cache
def mel_filters() -> Array:
    """Triangular mel filters (O'Shaughnessy 1987), float32 [48, 1025], each of sum 1."""
    low, high = (2595.0 * np.log10(1.0 + edge / 700.0) for edge in _MEL_RANGE_HERTZ)
    edges = 700.0 * (10.0 ** (np.linspace(low, high, _MEL_BANDS + 2) / 2595.0) - 1.0)
    bins = frequencies().astype(np.float64)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    # A low band can lie between two bins: it then takes the nearest one.
    empty = filters.sum(axis=1) == 0.0
    filters[empty, np.abs(bins - edges[1:-1][empty, None]).argmin(axis=1)] = 1.0
    filters /= filters.sum(axis=1, keepdims=True)
    return np.asarray(filters, np.float32)


def decibels(power: Array) -> Array:
    """Power -> dB."""
    result: Array = np.float32(10.0) * np.log10(np.maximum(power, np.float32(1e-20)))
    return result


def describe_spectrum(sound: Spectra) -> dict[str, float]:
    """Return the numbers of timbre, each a finite float."""
    return {**_shape(sound), **_bands(sound), **_cepstrum(sound), **_contrast(sound)}


def mean_and_deviation(name: str, values: Array) -> dict[str, float]:
    """Return `name` and `name_deviation` of values [frames]."""
    return {name: float(values.mean()), f"{name}_deviation": float(values.std())}


def _shape(sound: Spectra) -> dict[str, float]:
    power = sound.floored[sound.active, 1:]
    octaves = np.log2(frequencies()[1:])
    total = power.sum(axis=1)
    centroid = power @ octaves / total
    width = np.sqrt(np.maximum(power @ np.square(octaves) / total - np.square(centroid), 0.0))
    flatness = decibels(power).mean(axis=1) - decibels(power.mean(axis=1))
    grown = np.cumsum(power, axis=1)
    half, most = ((grown < share * total[:, None]).sum(axis=1) for share in (0.5, 0.9))
    crossings = np.abs(np.diff(np.signbit(sound.samples).astype(np.int8))).mean()
    return {
        **mean_and_deviation("centroid", centroid),
        **mean_and_deviation("bandwidth", width),
        **mean_and_deviation("flatness", flatness),
        **mean_and_deviation("median_frequency", np.log2(1.0 + half)),
        **mean_and_deviation("roll_off", np.log2(1.0 + most)),
        "zero_crossings": float(np.log2(crossings + 1e-4)),
    }


def _bands(sound: Spectra) -> dict[str, float]:
    """Share of six bands in the power of all frames together, dB with a floor of -50."""
    power = sound.power[sound.active].sum(axis=0, dtype=np.float64)
    share = power / max(power.sum(), 1e-20)
    bins = np.searchsorted(frequencies(), _BAND_EDGES_HERTZ[:-1])
    levels = decibels(np.maximum(np.add.reduceat(share, bins), 1e-5))
    return {f"band_{int(low)}_hertz": float(level) for low, level in zip(_BAND_EDGES_HERTZ, levels, strict=False)}


def _cepstrum(sound: Spectra) -> dict[str, float]:
    """Mel-frequency cepstral coefficients 1 to 15: mean, deviation, and how much they move in 0.1 s."""
    levels = decibels(floored_mel(sound)[sound.active])
    bands = np.arange(_MEL_BANDS) + 0.5
    cosines = np.cos(np.pi / _MEL_BANDS * np.outer(np.arange(1, _COEFFICIENTS), bands)).astype(np.float32)
    values = levels @ cosines.T * np.float32(np.sqrt(2.0 / _MEL_BANDS))
    moves = np.abs(values[4:] - values[:-4]).mean(axis=0) if len(values) > 4 else np.zeros(_COEFFICIENTS - 1)
    result: dict[str, float] = {}
    for number, (mean, deviation, move) in enumerate(zip(values.mean(0), values.std(0), moves, strict=True), start=1):
        result |= {
            f"cepstrum_{number}": float(mean),
            f"cepstrum_{number}_deviation": float(deviation),
            f"cepstrum_{number}_move": float(move),
        }
    return result


def floored_mel(sound: Spectra) -> Array:
    """Mel power [frames, 48], floored 50 dB under each frame's strongest band."""
    floored: Array = np.maximum(sound.mel, _FLOOR * sound.mel.max(axis=1, keepdims=True) + np.float32(1e-20))
    return floored


def _contrast(sound: Spectra) -> dict[str, float]:
    """Peak against valley in octave bands, dB (Jiang et al. 2002): high for clear tones, low for dense sound."""
    levels = decibels(sound.floored[sound.active])
    edges = np.searchsorted(frequencies(), _CONTRAST_EDGES_HERTZ)
    result: dict[str, float] = {}
    for low, start, stop in zip(_CONTRAST_EDGES_HERTZ, edges, edges[1:], strict=False):
        band = np.sort(levels[:, start:stop], axis=1)
        tail = max(1, (stop - start) // 5)
        result |= mean_and_deviation(
            f"contrast_{int(low)}_hertz", band[:, -tail:].mean(axis=1) - band[:, :tail].mean(axis=1)
        )
    return result
