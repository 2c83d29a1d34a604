"""Loud and soft tracks come out equally loud, and never above the cap."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.music.playing.gain import track_decibels, track_percent

percents = st.floats(0, 100)
decibels = st.floats(-20, 8)


def factor_decibels(percent: float) -> float:
    """The gain in dB that a percentage stands for."""
    return 60 * math.log10(percent / 100)


@pytest.mark.parametrize(
    ("loudness", "gain"), [(-18.0, 0.0), (-9.0, -9.0), (-23.5, 5.5), (-40.0, 8.0), (5.0, -20.0), (None, -6.0)]
)
def test_tracks_are_brought_to_eighteen_below_full(loudness: float | None, gain: float) -> None:
    assert track_decibels(loudness) == gain


def test_a_gain_in_decibels_is_a_gain_of_the_sound() -> None:
    for gain in (-20.0, -6.0, 0.0, 4.0):
        assert factor_decibels(track_percent(55, gain, 85)) - factor_decibels(55) == pytest.approx(gain)


@given(volume=percents, gain=decibels, maximum=percents)
def test_the_cap_is_above_all(volume: float, gain: float, maximum: float) -> None:
    assert 0 <= track_percent(volume, gain, maximum) <= maximum


@given(volume=percents, one=decibels, other=decibels)
def test_more_gain_is_never_softer(volume: float, one: float, other: float) -> None:
    soft, loud = sorted((one, other))
    assert track_percent(volume, soft, 85) <= track_percent(volume, loud, 85)
