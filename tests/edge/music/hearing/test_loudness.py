"""Test signals of EBU Tech 3341, and what BS.1770 says of channels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.music.hearing.loudness import block_powers, integrated_loudness
from mien.music.hearing.recording import Recording

STEREO = ("FL", "FR")
SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")


def sine(parts: list[tuple[float, float]], rate: int = 48_000, hertz: float = 1000.0) -> NDArray[np.float32]:
    """Return a sine of so many dBFS for so many seconds, one after another."""
    levels = np.concatenate([np.full(round(seconds * rate), 10 ** (level / 20)) for level, seconds in parts])
    return (levels * np.sin(2 * np.pi * hertz * np.arange(levels.size) / rate)).astype(np.float32)


def loudness(channels: list[NDArray[np.float32]], speakers: tuple[str, ...], rate: int = 48_000) -> float | None:
    return integrated_loudness(block_powers(Recording(np.stack(channels), rate, speakers)))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_a_sine_in_both_channels_has_the_loudness_of_its_level(rate: int) -> None:
    """Tech 3341, cases 1 and 2, at any rate."""
    for level in (-23.0, -33.0):
        tone = sine([(level, 5)], rate)
        assert loudness([tone, tone], STEREO, rate) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
)
def test_what_is_much_softer_is_gated_out(parts: list[tuple[float, float]]) -> None:
    """Tech 3341, cases 3 to 5."""
    tone = sine(parts, 16_000)
    assert loudness([tone, tone], STEREO, 16_000) == pytest.approx(-23.0, abs=0.1)


def test_surround_channels_are_weighted() -> None:
    """Tech 3341, case 6; its low-frequency channel does not count."""
    front, centre, back, low = (sine([(level, 5)]) for level in (-28.0, -24.0, -30.0, -3.0))
    assert loudness([front, front, centre, low, back, back], SURROUND) == pytest.approx(-23.0, abs=0.1)


def test_unrelated_channels_are_three_louder_than_their_mean() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, (2, 5 * 48_000)).astype(np.float32)
    apart, mixed = loudness([*noise], STEREO), loudness([noise.mean(axis=0)], ("FC",))
    assert apart is not None
    assert mixed is not None
    assert apart - mixed == pytest.approx(3.0, abs=0.1)


def test_a_mono_file_is_as_loud_as_the_same_sound_in_both_channels() -> None:
    tone = sine([(-20, 3)])
    assert loudness([tone], ("FC",)) == pytest.approx(loudness([tone, tone], STEREO))


def test_the_ear_hears_less_below_and_more_above() -> None:
    """BS.1770's weighting at 48 kHz, from its table of coefficients, by a filter run sample by sample."""
    for hertz in (30.0, 60.0, 2000.0, 8000.0):
        tone = sine([(-20, 1)], hertz=hertz)
        power = float(np.mean(_filtered(_filtered(tone, *SHELF), *HIGH_PASS)[24_000:] ** 2))
        assert loudness([tone], ("FC",)) == pytest.approx(10 * np.log10(2 * power) - 0.691, abs=0.1)


SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)
HIGH_PASS = (1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)


def _filtered(samples: NDArray[np.floating], ahead: tuple[float, ...], back: tuple[float, ...]) -> NDArray[np.float64]:
    out, first, second = np.zeros(samples.size), 0.0, 0.0
    for number, sample in enumerate(samples.tolist()):
        value = ahead[0] * sample + first
        first = ahead[1] * sample - back[0] * value + second
        second = ahead[2] * sample - back[1] * value
        out[number] = value
    return out


def test_silence_has_no_loudness() -> None:
    assert loudness([np.zeros(48_000, np.float32)], ("FC",)) is None
    assert integrated_loudness(block_powers(Recording(np.empty((1, 0), np.float32), 1, ("FC",)))) is None


@settings(max_examples=40)
@given(st.floats(-30, 20), st.integers(1, 40_000))
def test_gain_moves_loudness_by_as_much(gain: float, count: int) -> None:
    noise = np.random.default_rng(count).normal(0, 0.05, (2, count)).astype(np.float32)
    before, after = loudness([*noise], STEREO), loudness([*noise * np.float32(10 ** (gain / 20))], STEREO)
    assert before is not None
    assert after == pytest.approx(before + gain, abs=1e-2)
