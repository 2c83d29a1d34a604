"""Instruments, room and level for the composer: small functions from pitch and length to samples.

A signal is float64 at `RATE`. Notes are cached, since music repeats them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 22_050
Signal = NDArray[np.float64]

_LOUDNESS = 10 ** (-19 / 20)  # root mean square, as a share of full scale
_CEILING = 0.85


@lru_cache(maxsize=512)
def pad(note: int, seconds: float, brightness: float) -> Signal:
    """Strings: three slightly detuned voices that swell and sink."""
    harmonics = _harmonics(7, 1.6 + 1.4 * (1 - brightness))
    voices = sum(_tone(_hertz(note) * detune, seconds + 0.5, harmonics) for detune in (0.9975, 1.0, 1.0028))
    return _shaped(np.asarray(voices) / 3, attack=0.28, release=0.5)


@lru_cache(maxsize=512)
def pluck(note: int, seconds: float, brightness: float) -> Signal:
    """A plucked string: the higher a partial, the sooner it is gone."""
    harmonics = _harmonics(9, 1.1 + 1.3 * (1 - brightness))
    return _shaped(_tone(_hertz(note), seconds + 0.6, harmonics, decay=2.2), attack=0.004, release=0.25)


@lru_cache(maxsize=512)
def bell(note: int, seconds: float, brightness: float) -> Signal:
    """An electric piano: one sine bends another, less and less."""
    time = _time(seconds + 0.8)
    bend = (0.5 + 1.6 * brightness) * np.exp(-5 * time) * np.sin(2 * np.pi * 2 * _hertz(note) * time)
    return _shaped(np.sin(2 * np.pi * _hertz(note) * time + bend) * np.exp(-1.8 * time), attack=0.005, release=0.3)


@lru_cache(maxsize=512)
def flute(note: int, seconds: float, brightness: float) -> Signal:
    """A soft wind instrument whose vibrato comes in late."""
    time = _time(seconds + 0.12)
    vibrato = 0.9 * np.clip(time - 0.25, 0, 0.5) * np.sin(2 * np.pi * 5.1 * time)
    phase = 2 * np.pi * _hertz(note) * time + vibrato * _hertz(note) / 220
    tone = np.sin(phase) + (0.1 + 0.35 * brightness) * np.sin(2 * phase) + 0.25 * brightness * np.sin(3 * phase)
    return _shaped(tone / 1.4, attack=0.06, release=0.14)


@lru_cache(maxsize=512)
def drive(note: int, seconds: float, brightness: float) -> Signal:
    """An overdriven guitar: root and fifth, squeezed together."""
    harmonics = _harmonics(12, 1.0)
    chord = _tone(_hertz(note), seconds + 0.05, harmonics) + _tone(_hertz(note + 7), seconds + 0.05, harmonics)
    squeezed = np.tanh((1.0 + 4.0 * brightness) * chord)
    return _shaped(squeezed * np.exp(-1.2 * _time(seconds + 0.05)) * 0.7, attack=0.004, release=0.04)


@lru_cache(maxsize=512)
def bass(note: int, seconds: float, brightness: float) -> Signal:
    """A round bass string."""
    harmonics = _harmonics(5, 1.3 + 1.2 * (1 - brightness))
    return _shaped(_tone(_hertz(note), seconds + 0.1, harmonics, decay=0.9), attack=0.008, release=0.1)


@lru_cache(maxsize=8)
def kick() -> Signal:
    """A bass drum: a sine that falls from 130 to 45 Hz."""
    time = _time(0.32)
    phase = 2 * np.pi * (45 * time + 85 * 0.035 * (1 - np.exp(-time / 0.035)))
    return np.sin(phase) * np.exp(-time / 0.09)


@lru_cache(maxsize=8)
def snare() -> Signal:
    """A snare drum: noise over a short tone."""
    time = _time(0.24)
    noise = np.random.default_rng(7).standard_normal(len(time))
    return 0.35 * noise * np.exp(-time / 0.07) + 0.5 * np.sin(2 * np.pi * 187 * time) * np.exp(-time / 0.05)


@lru_cache(maxsize=8)
def hat() -> Signal:
    """A closed cymbal: the upper half of noise, soon gone."""
    time = _time(0.09)
    noise = np.random.default_rng(11).standard_normal(len(time) + 2)
    return 0.25 * np.diff(noise, 2) * np.exp(-time / 0.022)


def place(into: Signal, what: Signal, at_seconds: float, gain: float, pan: float = 0.0) -> None:
    """Add a note to a stereo signal [samples, 2]; pan is -1 for left to 1 for right."""
    start = round(at_seconds * RATE)
    part = what[: max(0, len(into) - start)] * gain
    angle = (pan + 1) * np.pi / 4
    into[start : start + len(part), 0] += part * np.cos(angle)
    into[start : start + len(part), 1] += part * np.sin(angle)


def room(dry: Signal, seconds: float, wet: float) -> Signal:
    """Put a stereo signal into a room: an echo of soft noise that fades over some seconds, another at each ear."""
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    noise = np.random.default_rng(23).standard_normal((count, 2))
    for _ in range(3):  # walls swallow the treble
        noise[1:] = 0.5 * (noise[1:] + noise[:-1])
    answer = noise * np.exp(-5.0 * time / seconds)[:, None]
    answer /= np.sqrt((answer**2).sum(axis=0))
    size = 1 << (len(dry) + count - 1).bit_length()
    spectrum = np.fft.rfft(dry, size, axis=0) * np.fft.rfft(answer, size, axis=0)
    return dry + wet * np.fft.irfft(spectrum, size, axis=0)[: len(dry)]


def levelled(signal: Signal) -> Signal:
    """Bring a signal to the common loudness; peaks are bent below the ceiling, not cut."""
    for _ in range(4):  # bending takes a little of the loudness
        signal = signal * (_LOUDNESS / np.sqrt(np.mean(signal**2)))
        signal = _CEILING * np.tanh(signal / _CEILING)
    return signal


def _hertz(note: int) -> float:
    return float(440.0 * 2.0 ** ((note - 69) / 12))


def _time(seconds: float) -> Signal:
    return np.arange(round(seconds * RATE)) / RATE


def _harmonics(count: int, slope: float) -> Signal:
    return np.arange(1, count + 1, dtype=np.float64) ** -slope


def _tone(hertz: float, seconds: float, harmonics: Signal, decay: float = 0.0) -> Signal:
    """A sum of partials; with `decay` the k-th fades k times as fast, by so much a second."""
    time = _time(seconds)
    tone = np.zeros_like(time)
    for k, loudness in enumerate(harmonics, start=1):
        if hertz * k < 0.45 * RATE:
            tone += loudness * np.sin(2 * np.pi * hertz * k * time) * np.exp(-decay * (0.5 + 0.5 * k) * time)
    return tone / float(harmonics.sum())


def _shaped(tone: Signal, attack: float, release: float) -> Signal:
    """Let a tone rise and end without a click."""
    count = len(tone)
    rise = np.clip(np.arange(count) / (attack * RATE), 0, 1)
    fall = np.clip((count - np.arange(count)) / (release * RATE), 0, 1)
    shaped: Signal = tone * np.sin(rise * np.pi / 2) * fall**2
    shaped.flags.writeable = False  # it is cached
    return shaped
