"""A player that plays into a file, and what the file holds."""

from __future__ import annotations

import wave
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from edge.music.waiting import wait_until
from numpy.typing import NDArray

from mien.config import load
from mien.music.playing.vlc_player import VlcPlayer
from mien.sections.playing import AudioSettings
from mien.types import Affect, Track, TrackEnded

STEP_SECONDS = 0.05
NEAR_HERTZ = 3 / STEP_SECONDS  # a step in which a tone begins or ends blurs its pitch


def audio(**changes: object) -> AudioSettings:
    values = {"output": "silent", "crossfade_seconds": 0, "fade_in_seconds": 0.4, "fade_out_seconds": 0.6}
    values["start_volume_percent"] = 55
    return load(None, {"audio": {**values, "same_loudness": False, **changes}}).audio


def track(path: Path, loudness_lufs: float | None = None) -> Track:
    return Track(path, path.stem, None, None, None, Affect(0, 0), "prior", loudness_lufs=loudness_lufs)


def full_level(volume_percent: int, level: float = 0.5) -> float:
    """Return the level of a sine of the given height at a volume."""
    return float(level / np.sqrt(2) * (volume_percent / 100) ** 3)


def samples_of(path: Path) -> NDArray[np.float64]:
    """Return the left samples of a WAV file at 44.1 kHz, also those beyond a killed process' last header."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 44_100)
    content = path.read_bytes()[44:]
    return np.frombuffer(content[: len(content) // 4 * 4], "<i2").reshape(-1, 2)[:, 0] / 32768


def level_and_hertz(samples: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return level and pitch of each 50 ms."""
    size = round(STEP_SECONDS * 44_100)
    parts = samples[: len(samples) // size * size].reshape(-1, size)
    spectra = np.abs(np.fft.rfft(parts * np.hanning(size), axis=1))
    return np.sqrt((parts**2).mean(axis=1)), spectra.argmax(axis=1) / STEP_SECONDS


class Recording:
    """A player that plays into a file."""

    def __init__(self, folder: Path, settings: AudioSettings) -> None:
        self.news: SimpleQueue[TrackEnded] = SimpleQueue()
        self.path = folder / "out.wav"
        self.player = VlcPlayer(settings, self.news.put, self.path)

    def play_until(self, playing: Track, seconds: float) -> None:
        self.player.play(playing)
        self.wait_for(playing, seconds)

    def wait_for(self, playing: Track, seconds: float) -> None:
        def reached() -> bool:
            playback = self.player.playback()
            return playback.track == playing and playback.position_seconds >= seconds

        wait_until(reached, 15.0)

    def seconds(self) -> float:
        return self.path.stat().st_size / (4 * 44_100)

    def samples(self) -> NDArray[np.float64]:
        self.player.close()
        return samples_of(self.path)

    def finish(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return level_and_hertz(self.samples())
