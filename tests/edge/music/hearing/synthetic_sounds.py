"""Sounds made for tests: float32 mono at 22,050 Hz, music and what is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 22050
Sound = NDArray[np.float32]

MINOR, MAJOR = (0, 3, 7), (0, 4, 7)
MINOR_CHORDS = ((0, 3, 7), (5, 8, 12), (7, 10, 14), (0, 3, 7))
MAJOR_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))


def times(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * RATE)) / RATE


def scaled(sound: NDArray[np.floating], peak: float = 0.5) -> Sound:
    return (sound * (peak / max(float(np.abs(sound).max()), 1e-9))).astype(np.float32)


def chords(shapes: tuple[tuple[int, ...], ...], seconds_each: float, attack_seconds: float, fade: float) -> Sound:
    """Notes of eight harmonics above A3."""
    moment = times(seconds_each)
    envelope = np.minimum(1.0, moment / attack_seconds) * np.exp(-fade * moment)
    parts = [
        sum(
            np.sin(2 * np.pi * 220.0 * 2 ** (step / 12) * harmonic * moment) / harmonic**1.5
            for step in shape
            for harmonic in range(1, 9)
        )
        * envelope
        for shape in shapes
    ]
    return scaled(np.concatenate(parts))


def soft_minor_pad() -> Sound:
    return chords(MINOR_CHORDS, 2.5, attack_seconds=1.2, fade=0.1)


def major_piano() -> Sound:
    return chords(MAJOR_CHORDS * 5, 0.5, attack_seconds=0.005, fade=3.0)


def drums(beats_a_minute: float, seconds: float = 10.0, seed: int = 1) -> Sound:
    """A kick, a snare and a bright hat on every eighth."""
    random = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE))
    kick = np.sin(2 * np.pi * 70 * np.exp(-np.arange(4000) / 9000) * np.arange(4000) / RATE) * falling(4000, 1200)
    step = int(30.0 / beats_a_minute * RATE)
    for number, start in enumerate(range(0, len(sound) - 4000, step)):
        if number % 2 == 0:
            sound[start : start + 4000] += kick
        if number % 4 == 2:
            sound[start : start + 3000] += 0.8 * random.standard_normal(3000) * falling(3000, 800)
        sound[start : start + 800] += 0.4 * np.diff(random.standard_normal(801)) * falling(800, 200)
    return scaled(sound)


def falling(samples: int, length: float) -> NDArray[np.float64]:
    return np.exp(-np.arange(samples) / length)


def noise(exponent: float, seconds: float = 10.0, seed: int = 1, low_hertz: float = 60.0) -> Sound:
    """Noise whose amplitude falls with the frequency to this power."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), low_hertz)
    return scaled(np.fft.irfft(spectrum / hertz**exponent, count))


def wind(seed: int) -> Sound:
    """Dark noise in slow gusts."""
    sound = noise(1.1, seed=seed)
    knots = np.random.default_rng(seed).random(6)
    gusts = 0.2 + np.interp(np.linspace(0, 5, len(sound)), np.arange(6), knots)
    return scaled(sound * gusts)


def rain(seed: int) -> Sound:
    """Bright hiss with drops in it."""
    random = np.random.default_rng(seed)
    sound = noise(0.2, seed=seed).astype(np.float64)
    for start in random.integers(0, len(sound) - 200, 750):
        drop = np.sin(2 * np.pi * random.uniform(1500, 6000) * np.arange(200) / RATE) * falling(200, 40)
        sound[start : start + 200] += 0.2 * random.random() * drop
    return scaled(sound)


def sine(hertz: float, seconds: float = 10.0) -> Sound:
    return scaled(np.sin(2 * np.pi * hertz * times(seconds)))


def siren() -> Sound:
    moment = times(10.0)
    hertz = np.where(moment % 1.2 < 0.6, 700.0, 960.0)
    return scaled(np.sin(2 * np.pi * np.cumsum(hertz) / RATE))


def drone() -> Sound:
    """Two low notes a fifth apart whose harmonics swell and fade."""
    moment = times(10.0)
    parts = [
        np.sin(2 * np.pi * base * harmonic * moment) / harmonic
        * (0.6 + 0.4 * np.sin(2 * np.pi * moment / (base / 30 + harmonic)))
        for base in (110.0, 165.0) for harmonic in range(1, 10)
    ]  # fmt: skip
    return scaled(np.sum(parts, axis=0))


def speech_like(seed: int) -> Sound:
    """Syllables of a gliding voice through changing resonances, hisses between them, and pauses."""
    random = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    for _ in range(40):
        moment = times(random.uniform(0.09, 0.25))
        pitch = random.uniform(90, 160) * (1 + random.uniform(-0.4, 0.4) * moment / moment[-1])
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        resonances = (random.uniform(250, 900), random.uniform(900, 2500))
        voice = sum(
            np.sin(harmonic * phase)
            * sum(np.exp(-0.5 * ((harmonic * pitch - peak) / 120.0) ** 2) for peak in resonances)
            for harmonic in range(1, 30)
        )
        parts.append(voice * np.sin(np.pi * moment / moment[-1]))
        if random.random() < 0.5:
            parts.append(0.3 * np.diff(random.standard_normal(int(random.uniform(0.04, 0.1) * RATE))))
        parts.append(np.zeros(int(random.choice([0.02, 0.05, 0.3], p=[0.4, 0.4, 0.2]) * RATE)))
    return scaled(np.concatenate(parts))
