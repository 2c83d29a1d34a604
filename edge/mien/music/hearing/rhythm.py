"""The movement of sound: onsets, how strong and how often they come, and how steady their pulse is.

A tempo in beats a minute is often wrong by a factor of two, so no number rests on it alone: what is told is how the
strength of the pulse spreads over the ranges of tempo.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mien.music.hearing.spectrum import FRAME_SECONDS, Array, Spectra, mean_and_deviation

_COMPRESSION = 300.0
_LAG = 2
"""Frames between which a rise is looked for: 46 ms, about half a window."""
_BANDS = {"low": slice(0, 8), "middle": slice(8, 28), "high": slice(28, 48)}
_TEMPO_EDGES = (240.0, 160.0, 120.0, 90.0, 65.0, 40.0)
_MODULATION_EDGES_HERTZ = (0.4, 1.2, 2.4, 4.8, 9.6, 20.0)
_MEDIAN_FRAMES, _MEDIAN_BANDS = 15, 9


def describe_rhythm(sound: Spectra) -> dict[str, float]:
    """Return the numbers of movement, each a finite float."""
    compressed = np.log1p(_COMPRESSION * sound.mel)
    rises = np.zeros_like(compressed)
    rises[_LAG:] = np.maximum(compressed[_LAG:] - compressed[:-_LAG], 0.0)
    onsets = rises.mean(axis=1)
    return {
        **_strength(onsets, rises),
        **_peaks(onsets),
        **_pulse(onsets),
        **_modulation(onsets),
        "percussive_share": _percussive_share(sound),
    }


def _strength(onsets: Array, rises: Array) -> dict[str, float]:
    bands = {f"onset_{name}": float(rises[:, part].mean()) for name, part in _BANDS.items()}
    centred = onsets - onsets.mean()
    spread = float(onsets.std()) + 1e-6
    return {
        **mean_and_deviation("onset", onsets),
        **bands,
        "onset_peakedness": float(np.log1p((np.abs(centred / spread) ** 3).mean())),
    }


def _peaks(onsets: Array) -> dict[str, float]:
    """Onsets that stand out: how many a second, how strong, how evenly spaced."""
    seconds = len(onsets) * FRAME_SECONDS
    padded = np.pad(onsets, 3, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 7).max(axis=1)
    width = min(43, len(onsets))
    ground = np.convolve(onsets, np.full(width, 1.0 / width, np.float32), "same")
    peaks = np.flatnonzero((onsets >= highest) & (onsets > ground + 0.04))
    strong = np.count_nonzero(onsets[peaks] > ground[peaks] + 0.25)
    gaps = np.diff(peaks) * FRAME_SECONDS
    return {
        "onset_rate": len(peaks) / seconds,
        "strong_onset_rate": strong / seconds,
        "onset_height": float(onsets[peaks].mean()) if len(peaks) else 0.0,
        "onset_unevenness": float(gaps.std() / gaps.mean()) if len(gaps) > 1 else 1.0,
    }


def _pulse(onsets: Array) -> dict[str, float]:
    """How well the onsets repeat after the time of a beat (autocorrelation), over ranges of tempo."""
    likeness = _autocorrelation(onsets)
    lags = np.clip(np.round(60.0 / np.array(_TEMPO_EDGES) / FRAME_SECONDS).astype(int), 1, len(likeness) - 1)
    ranges = [likeness[start : stop + 1] for start, stop in pairwise(lags)]
    highest = [float(part.max()) if len(part) else 0.0 for part in ranges]
    names = [f"pulse_{int(slow)}_to_{int(fast)}" for fast, slow in pairwise(_TEMPO_EDGES)]
    whole = likeness[lags[0] : lags[-1] + 1]
    beats = 60.0 / (np.arange(lags[0], lags[0] + len(whole)) * FRAME_SECONDS)
    # People tap near 110 beats a minute, within about an octave (Parncutt 1994).
    preference = np.exp(-0.5 * np.square(np.log2(beats / 110.0)))
    return {
        **dict(zip(names, highest, strict=True)),
        "pulse_clarity": float(whole.max()),
        "pulse_contrast": float(whole.max() - whole.mean()),
        "tempo": float(np.log2(beats[int((np.maximum(whole, 0.0) * preference).argmax())])),
    }


def _autocorrelation(onsets: Array) -> Array:
    """Likeness in [-1, 1] of the onsets and themselves after so many frames, [frames // 2 or a little more]."""
    centred = onsets - onsets.mean()
    count = len(centred)
    length = 1 << int(np.ceil(np.log2(2 * count)))
    spectrum = np.fft.rfft(centred, length)
    products = np.fft.irfft(np.square(np.abs(spectrum)), length)[: max(count // 2, 2)]
    overlap = np.maximum(count - np.arange(len(products)), 1)
    likeness: Array = (products / overlap / (np.mean(np.square(centred)) + 1e-6)).astype(np.float32)
    return likeness


def _modulation(onsets: Array) -> dict[str, float]:
    """How the onsets' power spreads over rates of repetition."""
    centred = (onsets - onsets.mean()) * np.hanning(len(onsets))
    power = np.square(np.abs(np.fft.rfft(centred, max(len(centred), 512))))
    rates = np.fft.rfftfreq(max(len(centred), 512), FRAME_SECONDS)
    total = float(power.sum()) + 1e-9
    return {
        f"modulation_{low:g}_hertz": float(np.sqrt(power[(rates >= low) & (rates < high)].sum() / total))
        for low, high in pairwise(_MODULATION_EDGES_HERTZ)
    }


def _percussive_share(sound: Spectra) -> float:
    """Share of the sound that stands upright in the spectrogram rather than lies along it (Fitzgerald 2010)."""
    magnitude = np.sqrt(sound.mel)
    lying = _median(magnitude, _MEDIAN_FRAMES, 0)
    upright = _median(magnitude, _MEDIAN_BANDS, 1)
    share = np.square(upright) / (np.square(upright) + np.square(lying) + np.float32(1e-12))
    return float((share * magnitude).sum() / (magnitude.sum() + 1e-9))


def _median(values: Array, width: int, axis: int) -> Array:
    pads = [(0, 0), (0, 0)]
    pads[axis] = (width // 2, width // 2)
    view = np.lib.stride_tricks.sliding_window_view(np.pad(values, pads, mode="edge"), width, axis=axis)
    middle: Array = np.partition(view, width // 2, axis=-1)[..., width // 2]
    return middle
