"""The pitches of sound: partials, the twelve pitch classes, major and minor, roughness.

A longer window than the spectrum's is needed to tell neighbouring notes apart in the bass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mien.music.hearing.spectrum import SAMPLE_RATE, Array, Spectra, decibels, mean_and_deviation, windows

_WINDOW = 8192
_HOP = 4096
_FRAME_SECONDS = _HOP / SAMPLE_RATE
_RANGE_HERTZ = (55.0, 5000.0)
_PARTIALS = 24
"""The strongest of a frame that are kept."""
_DEPTH_DECIBELS = 45.0
"""Partials so far under the frame's strongest are not heard beside it."""
_BLOCK = 5
"""Frames whose pitch classes are taken together as one harmony: 0.9 s."""

# How well each pitch class fits a key (Krumhansl and Kessler 1982), tonic first.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_INTERVALS = ("semitone", "tone", "minor_third", "major_third", "fourth", "tritone")


@dataclass(frozen=True, slots=True, eq=False)
class Partials:
    """The strongest partials of each frame, the strongest first.

    `hertz` and `amplitude` are float32 [frames, 24], the amplitude relative to the frame's strongest and 0 where there
    are fewer; `tonal_share` [frames] is the share of the power between 55 and 5,000 Hz that lies in them.
    """

    hertz: Array
    amplitude: Array
    tonal_share: Array


def find_partials(sound: Spectra) -> Partials:
    """Find peaks of a long-window spectrum, their places refined by a parabola through their decibels."""
    shape = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    low, high = (int(edge * _WINDOW / SAMPLE_RATE) for edge in _RANGE_HERTZ)
    spectrum = np.fft.rfft(windows(sound.samples, _WINDOW, _HOP) * shape, axis=1)[:, low - 1 : high + 1]
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    levels = decibels(power)
    before, middle, after = levels[:, :-2], levels[:, 1:-1], levels[:, 2:]
    strongest = middle.max(axis=1, keepdims=True)
    is_peak = (middle > before) & (middle >= after) & (middle > strongest - _DEPTH_DECIBELS) & (strongest > -100.0)
    order = np.argsort(np.where(is_peak, -middle, np.inf), axis=1)[:, :_PARTIALS]
    left, centre, right, kept = (np.take_along_axis(part, order, 1) for part in (before, middle, after, is_peak))
    bend = left - 2.0 * centre + right
    offset = np.where(kept, 0.5 * (left - right) / np.where(bend < -1e-6, bend, -1e-6), 0.0)
    hertz = (order + low + np.clip(offset, -0.5, 0.5)) * (SAMPLE_RATE / _WINDOW)
    amplitude = np.where(kept, 10.0 ** ((centre - strongest) / 20.0), 0.0)
    # A Hann peak of power 1 holds 1.5 in its bins: what is left over is noise.
    tonal = 1.5 * np.where(kept, 10.0 ** (centre / 10.0), 0.0).sum(axis=1) / (power.sum(axis=1) + 1e-12)
    return Partials(hertz.astype(np.float32), amplitude.astype(np.float32), np.minimum(tonal, 1.0).astype(np.float32))


def describe_harmony(sound: Spectra) -> dict[str, float]:
    """Return the numbers of pitch and harmony, each a finite float."""
    partials = find_partials(sound)
    classes = pitch_classes(partials)
    return {
        **_pitch(partials),
        **_steadiness(partials),
        **_roughness(partials),
        **_key(classes.sum(axis=0)),
        **_harmonies(classes),
    }


def pitch_classes(partials: Partials) -> Array:
    """How strongly each of the twelve pitch classes sounds in each frame, [frames, 12], C first.

    The instruments' common tuning is found first, and a partial between two classes is shared among them.
    """
    notes = 12.0 * np.log2(np.maximum(partials.hertz, 20.0) / 261.6256)
    weight = np.sqrt(partials.amplitude) * (partials.hertz < 2500.0)
    tuning = np.angle((weight * np.exp(2j * np.pi * notes)).sum()) / (2.0 * np.pi)
    notes = notes - tuning
    below = np.floor(notes)
    above_share = np.clip((notes - below - 0.25) * 2.0, 0.0, 1.0)  # within a quarter tone of a note it is that note
    result = np.zeros((len(notes), 12), np.float32)
    rows = np.broadcast_to(np.arange(len(notes))[:, None], notes.shape)
    np.add.at(result, (rows, below.astype(int) % 12), weight * (1.0 - above_share))
    np.add.at(result, (rows, (below.astype(int) + 1) % 12), weight * above_share)
    return result


def _pitch(partials: Partials) -> dict[str, float]:
    weight = partials.amplitude
    octaves = np.log2(np.maximum(partials.hertz, 20.0))
    total = weight.sum(axis=1) + 1e-6
    mean = (weight * octaves).sum(axis=1) / total
    spread = np.sqrt(np.maximum((weight * np.square(octaves - mean[:, None])).sum(axis=1) / total, 0.0))
    lowest = np.where(weight > 0.1, octaves, 12.3).min(axis=1)
    return {
        **mean_and_deviation("pitch", mean),
        **mean_and_deviation("pitch_spread", spread),
        **mean_and_deviation("bass_pitch", lowest),
        "strongest_pitch_deviation": float(octaves[:, 0].std()),
        "partials": float((weight > 0.03).sum(axis=1).mean()),
        **mean_and_deviation("tonal_share", partials.tonal_share),
    }


def _steadiness(partials: Partials) -> dict[str, float]:
    """Share of the strongest eight partials that go on into the next frame within a third of a semitone."""
    if len(partials.hertz) < 2:
        return {"partials_held": 0.0, "pitch_drift": 0.0}
    notes = 12.0 * np.log2(np.maximum(partials.hertz[:, :8], 20.0))
    present = partials.amplitude[:, :8] > 0.0
    distance = np.abs(notes[:-1, :, None] - notes[1:, None, :])
    distance = np.where(present[:-1, :, None] & present[1:, None, :], distance, np.inf).min(axis=2)
    held = distance < 0.34
    return {
        "partials_held": float(held.sum() / max(1, np.count_nonzero(present[:-1]))),
        "pitch_drift": float(distance[held].mean()) if held.any() else 0.0,
    }


def _roughness(partials: Partials) -> dict[str, float]:
    """Beating of the ten strongest partials of a frame (Sethares 1993), relative to what they could beat at most."""
    hertz, amplitude = partials.hertz[:, :10], partials.amplitude[:, :10]
    first, second = np.triu_indices(10, 1)
    gap = np.abs(hertz[:, first] - hertz[:, second])
    reach = 0.24 / (0.0207 * np.minimum(hertz[:, first], hertz[:, second]) + 18.96) * gap
    beating = np.exp(-3.5 * reach) - np.exp(-5.75 * reach)
    weight = amplitude[:, first] * amplitude[:, second]
    rough = (weight * beating).sum(axis=1) / (weight.sum(axis=1) + 1e-6)
    return mean_and_deviation("roughness", np.sqrt(np.maximum(rough, 0.0)))


@cache
def _key_profiles() -> NDArray[np.float64]:
    """Standardised profiles of the 12 major and the 12 minor keys, [24, 12]."""
    rows = np.array([np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)])
    rows = rows - rows.mean(axis=1, keepdims=True)
    scaled: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def _key(classes: Array) -> dict[str, float]:
    """How the pitch classes of the whole excerpt fit major and minor keys."""
    share = classes / (classes.sum() + 1e-6)
    centred = share - share.mean()
    fits = _key_profiles() @ (centred / (np.linalg.norm(centred) + 1e-6))
    best = int(fits.argmax())
    from_tonic = np.roll(share, -(best % 12))
    third = from_tonic[3] + from_tonic[4] + 1e-3
    return {
        "major_fit": float(fits[:12].max()),
        "minor_fit": float(fits[12:].max()),
        "majorness": float(fits[:12].max() - fits[12:].max()),
        "key_clarity": float(fits[best] - np.sort(fits)[-3]),
        "minor_third": float((from_tonic[3] - from_tonic[4]) / third),
        "sixth_and_seventh": float(from_tonic[9] + from_tonic[11] - from_tonic[8] - from_tonic[10]),
        "pitch_class_entropy": float(-(share * np.log(share + 1e-6)).sum()),
    }


@cache
def _triads() -> NDArray[np.float64]:
    """The 12 major and the 12 minor triads, [24, 12], each of length 1."""
    shapes = (np.isin(np.arange(12), (0, 4, 7)), np.isin(np.arange(12), (0, 3, 7)))
    rows = [np.roll(shape, tonic) for shape in shapes for tonic in range(12)]
    return np.asarray(np.array(rows) / np.sqrt(3.0), np.float64)


def _harmonies(classes: Array) -> dict[str, float]:
    """The harmonies of 0.9 s each: how full, how far minor, how much they change, which intervals sound in them."""
    starts = range(0, max(1, len(classes) - _BLOCK // 2), _BLOCK)
    blocks = np.array([classes[start : start + _BLOCK].sum(axis=0) for start in starts], dtype=np.float64)
    blocks /= np.linalg.norm(blocks, axis=1, keepdims=True) + 1e-6
    fits = blocks @ _triads().T
    major, minor = fits[:, :12].max(axis=1), fits[:, 12:].max(axis=1)
    intervals = np.array([(blocks * np.roll(blocks, step, axis=1)).sum(axis=1).mean() for step in range(1, 7)])
    intervals /= intervals.sum() + 1e-6
    change = 1.0 - (blocks[1:] * blocks[:-1]).sum(axis=1)
    return {
        "triad_fit": float(fits.max(axis=1).mean()),
        "minor_triads": float(np.tanh(20.0 * (minor - major)).mean()),
        "harmony_change": float(change.mean()) if len(change) else 0.0,
        "harmony_change_deviation": float(change.std()) if len(change) else 0.0,
        **{f"interval_{name}": float(value) for name, value in zip(_INTERVALS, intervals, strict=True)},
    }
