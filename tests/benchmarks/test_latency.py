"""Finding the moment of another tone in a recording, against sound whose moments are known."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.latency_sound import (
    CHANNELS,
    RATE,
    TONES,
    WAV_HEADER_BYTES,
    GrowingRecording,
    level_of,
    mood_alone,
    seconds_until,
    write_tones,
)

LOW, HIGH = TONES.values()


def tone(hertz: float, moments: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * moments), np.float64)


def crossfade(begin_seconds: float, cross_seconds: float, seconds: float = 1.5) -> NDArray[np.float64]:
    """One tone that sounds out as the other comes in, with equal power."""
    moments = np.arange(round(seconds * RATE)) / RATE
    share = np.clip((moments - begin_seconds) / cross_seconds, 0.0, 1.0) * np.pi / 2
    return tone(LOW, moments) * np.cos(share) + tone(HIGH, moments) * np.sin(share)


@pytest.mark.parametrize("begin", [0.1, 0.35])
@pytest.mark.parametrize("level", [0.003, 0.03])
def test_the_moment_is_found_at_which_a_tone_reaches_a_level(begin: float, level: float) -> None:
    expected = begin + np.arcsin(level / 0.3) * 2 / np.pi
    assert seconds_until(crossfade(begin, 1.0), HIGH, level) == pytest.approx(expected, abs=0.003)


def test_a_tone_that_sounds_at_once_is_there_at_once() -> None:
    assert seconds_until(crossfade(-2.0, 1.0), HIGH, 0.2) == pytest.approx(0.005, abs=0.001)


def test_a_tone_is_heard_alone() -> None:
    sound = crossfade(10.0, 1.0)
    assert level_of(sound, LOW) == pytest.approx(0.3, rel=0.01)
    assert level_of(sound, HIGH).max() < 0.0003


@pytest.mark.parametrize(("begin", "expected"), [(10.0, "happy"), (-2.0, "calm")])
def test_a_mood_is_known_by_its_tone(begin: float, expected: str) -> None:
    mood, level = mood_alone(crossfade(begin, 1.0))
    assert mood == expected
    assert level == pytest.approx(0.3, rel=0.01)


@pytest.mark.parametrize("sound", [crossfade(-0.2, 1.75), np.zeros(RATE)])
def test_what_is_not_one_mood_alone_is_refused(sound: NDArray[np.float64]) -> None:
    with pytest.raises(BenchmarkError, match="no tone, or two at once"):
        mood_alone(sound)


def test_a_tone_that_never_comes_is_told() -> None:
    with pytest.raises(BenchmarkError, match="No tone of 2640 Hz"):
        seconds_until(crossfade(10.0, 1.0), HIGH, 0.003)


def test_a_recording_tells_when_its_samples_sounded(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    recording = GrowingRecording(path, WAV_HEADER_BYTES)
    assert len(recording.since(time.monotonic())) == 0
    samples = np.arange(RATE // 2, dtype="<i2").repeat(CHANNELS)
    path.write_bytes(bytes(WAV_HEADER_BYTES) + samples.tobytes())
    written_at = time.monotonic()
    recording.follow(written_at + 0.01)
    assert recording.began_at == pytest.approx(written_at - 0.5, abs=0.1)
    heard = recording.since(recording.began_at + 0.25)
    assert len(heard) == pytest.approx(RATE // 4, abs=2)
    assert heard[-1] * 32768 == RATE // 2 - 1
    assert len(recording.since(recording.began_at - 9.0)) == RATE // 2


def test_each_mood_has_its_tone(tmp_path: Path) -> None:
    write_tones(tmp_path, 0.2)
    for mood, hertz in TONES.items():
        tracks = sorted((tmp_path / mood).iterdir())
        samples, rate = soundfile.read(tracks[-1])
        assert rate == RATE
        assert level_of(samples[:, 0], hertz) == pytest.approx(0.5, rel=0.01)
