import numpy as np
import pytest
from development_data import development_data
from edge.music.hearing.synthetic_sounds import (
    RATE,
    Sound,
    drone,
    drums,
    major_piano,
    noise,
    rain,
    sine,
    siren,
    soft_minor_pad,
    speech_like,
    wind,
)

from mien.music.hearing.decode import read_sound
from mien.music.hearing.describe import describe
from mien.music.hearing.judge import is_alarm, is_music, is_noise, is_silence, is_speech


@pytest.mark.parametrize("sound", [drums(75), drums(170), drone(), soft_minor_pad(), major_piano()])
def test_drums_alone_and_a_drone_are_music(sound: Sound) -> None:
    assert is_music(describe([sound]))


@pytest.mark.parametrize("seed", [1, 2])
def test_wind_and_rain_are_noise(seed: int) -> None:
    for sound in (wind(seed), rain(seed), noise(0.0, seed=seed), noise(0.5, seed=seed)):
        assert is_noise(describe([sound])) or is_alarm(describe([sound]))
        assert not is_music(describe([sound]))


def test_silence_is_no_music() -> None:
    assert is_silence(describe([np.zeros(5 * RATE, np.float32)]))
    assert is_silence(describe(()))
    assert not is_silence(describe([noise(0.0, seconds=2.0)]))


@pytest.mark.parametrize("sound", [sine(440.0), sine(1000.0), siren()])
def test_a_tone_and_a_siren_are_no_music(sound: Sound) -> None:
    assert is_alarm(describe([sound]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_syllables_and_pauses_are_speech(seed: int) -> None:
    assert is_speech(describe([speech_like(seed)]))


def test_labelled_clips_are_music() -> None:
    clips = sorted(development_data("music", "clips").iterdir())[::256]
    assert [clip.name for clip in clips if not is_music(describe(read_sound(clip).excerpts))] == []
