import time

import numpy as np
import pytest
from edge.music.hearing.synthetic_sounds import RATE, chords, drums, major_piano, noise, sine, soft_minor_pad
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.music.hearing.describe import describe, describe_excerpt
from mien.music.hearing.features import described_names


@pytest.fixture(scope="module")
def pad() -> dict[str, float]:
    return describe([soft_minor_pad()])


@pytest.fixture(scope="module")
def beat() -> dict[str, float]:
    return describe([drums(150)])


@pytest.fixture(scope="module")
def piano() -> dict[str, float]:
    return describe([major_piano()])


def test_a_slow_soft_minor_pad_is_heard_as_one(pad: dict[str, float], beat: dict[str, float]) -> None:
    for name in ("attack", "strong_onset_rate", "onset_deviation", "percussive_share", "pulse_contrast", "flatness"):
        assert pad[name] < beat[name], name
    for name in ("tonal_share", "partials_held", "contrast_800_hertz"):
        assert pad[name] > beat[name], name


def test_minor_and_major_are_told_apart(pad: dict[str, float], piano: dict[str, float]) -> None:
    assert pad["minor_triads"] < -0.5 or pad["minor_triads"] > 0.5
    assert pad["minor_triads"] > piano["minor_triads"]
    assert pad["minor_third"] > 0.0 > piano["minor_third"]


@pytest.mark.parametrize("beats_a_minute", [70.0, 100.0, 140.0])
def test_the_rate_of_onsets_is_that_of_the_drums(beats_a_minute: float) -> None:
    heard = describe([drums(beats_a_minute)])
    assert heard["onset_rate"] == pytest.approx(beats_a_minute / 30.0, rel=0.1)
    octave = heard["tempo"] - np.log2(beats_a_minute)
    assert abs(octave - round(octave)) < 0.05
    assert heard["pulse_contrast"] > 0.5


def test_brightness_follows_the_spectrum() -> None:
    dark, bright = describe([noise(1.5)]), describe([noise(0.0)])
    assert dark["centroid"] < bright["centroid"]
    assert dark["flatness"] < bright["flatness"]
    assert dark["band_0_hertz"] > bright["band_0_hertz"]


def test_a_semitone_is_rougher_than_a_fifth() -> None:
    semitone, fifth = (describe([chords(((0, step),), 4.0, 0.01, 0.1)])["roughness"] for step in (1, 7))
    assert semitone > fifth


@pytest.mark.parametrize("gain", [1e-3, 20.0])
def test_loudness_changes_nothing(gain: float) -> None:
    sound = chords(((0, 3, 7), (5, 8, 12)), 1.0, 0.01, 2.0) + 0.1 * drums(120, seconds=2.0)[: 2 * RATE]
    plain, scaled = (np.array(list(describe([part]).values())) for part in (sound, sound * np.float32(gain)))
    np.testing.assert_allclose(plain, scaled, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(5 * RATE, np.float32),
        np.full(RATE, 0.5, np.float32),
        np.eye(1, RATE, 400, dtype=np.float32)[0],
        sine(440.0, 0.3),
        sine(10000.0, 2.0),
        drums(120, seconds=0.3),
        noise(0.0, seconds=3.0) * np.float32(1e-6),
        np.sign(sine(100.0, 2.0)),
    ],
    ids=["none", "silence", "constant", "click", "short", "high", "short beat", "faint", "square"],
)
@pytest.mark.filterwarnings("error")
def test_every_number_is_finite_for_every_sound(sound: np.ndarray) -> None:
    heard = describe([sound])
    assert tuple(heard) == described_names()
    assert np.isfinite(list(heard.values())).all()


@given(st.integers(0, 2**32 - 1), st.integers(0, 3 * RATE), st.floats(1e-6, 1e3))
@settings(max_examples=12, deadline=None)
def test_random_sound_is_described_in_finite_numbers(seed: int, length: int, level: float) -> None:
    random = np.random.default_rng(seed)
    sound = (random.standard_normal(length) * level * (random.random(length) < random.random())).astype(np.float32)
    assert np.isfinite(list(describe_excerpt(sound).values())).all()


def test_silent_excerpts_are_left_out_while_others_sound() -> None:
    sound = drums(100, seconds=4.0)
    assert describe([sound, np.zeros(4 * RATE, np.float32)]) == describe([sound])


def test_an_excerpt_counts_by_its_length() -> None:
    first, second = drums(100, seconds=4.0), noise(1.0, seconds=4.0)
    one, other, both = (describe(part)["centroid"] for part in ([first], [second], [first, second]))
    assert both == pytest.approx((one + other) / 2, rel=1e-3)


def test_a_minute_is_described_in_a_fraction_of_a_second() -> None:
    excerpts = [drums(100), soft_minor_pad(), noise(1.0)]
    describe(excerpts)
    started = time.process_time()
    describe(excerpts)
    assert time.process_time() - started < 1.0
