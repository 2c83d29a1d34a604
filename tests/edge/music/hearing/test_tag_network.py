"""The shipped network: what it sees and what it says."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.music.hearing.decode import RATE, Sound
from mien.music.hearing.mel import BANDS, FRAMES, MEL_RATE, log_mel, mel_bands, patch_at
from mien.music.hearing.resample import resampled
from mien.music.hearing.tag_network import PATCHES, TagNetwork, patch_places, shipped_tag_network


@pytest.fixture(scope="module")
def network() -> TagNetwork:
    return TagNetwork(shipped_tag_network())


def sound(*excerpts: NDArray[np.floating]) -> Sound:
    return Sound(60.0, tuple(excerpt.astype(np.float32) for excerpt in excerpts), -20.0)


def noise(seconds: float, seed: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * RATE))


def beat(seconds: float) -> NDArray[np.float64]:
    """A bass drum and a bright saw, twice a second: what a listener would call electronic dance."""
    moment = np.arange(round(seconds * RATE)) / RATE
    phase = moment % 0.5
    drum = np.sin(2 * np.pi * 60 * phase) * np.exp(-phase * 12)
    return 0.4 * drum + 0.2 * ((moment * 110) % 1.0 - 0.5) * (phase > 0.25)


def choir(seconds: float) -> NDArray[np.float64]:
    moment = np.arange(round(seconds * RATE)) / RATE
    pitches = np.array([220.0, 261.6, 329.6, 440.0])[:, np.newaxis]
    chord: NDArray[np.float64] = 0.05 * np.sin(2 * np.pi * pitches * moment).sum(axis=0)
    return chord


def test_a_beat_is_electronic_and_soft_chords_are_ambient(network: TagNetwork) -> None:
    danced, soft = (network.listen(sound(made(12))).probabilities for made in (beat, choir))
    electronic, dance, ambient = (network.names.index(name) for name in ("electronic", "dance", "ambient"))
    assert danced[electronic] + danced[dance] > 0.4
    assert soft[ambient] > soft[dance]
    assert danced[ambient] < soft[ambient]


def test_probabilities_and_features_are_means_of_patches(network: TagNetwork) -> None:
    first, second = sound(noise(6.2)), sound(beat(6.2))
    both = network.listen(sound(first.excerpts[0], second.excerpts[0]))
    apart = [network.listen(first), network.listen(second)]
    np.testing.assert_allclose(both.probabilities, np.mean([a.probabilities for a in apart], axis=0), atol=1e-6)
    np.testing.assert_allclose(both.features, np.mean([a.features for a in apart], axis=0), atol=1e-4)
    assert both.probabilities.shape == (50,)
    assert both.features.shape == (200,)


@pytest.mark.parametrize("seconds", [0.001, 0.5, 3.0])
def test_a_sound_shorter_than_a_patch_is_repeated(network: TagNetwork, seconds: float) -> None:
    heard = network.listen(sound(noise(seconds)))
    assert np.isfinite(heard.features).all()
    assert ((heard.probabilities >= 0) & (heard.probabilities <= 1)).all()


def test_silence_is_heard_without_harm(network: TagNetwork) -> None:
    assert np.isfinite(network.listen(sound(np.zeros(RATE * 20))).probabilities).all()


@pytest.mark.parametrize("seconds", [(20, 20, 20), (16,), (15, 15), (1,), (4, 20, 20)])
def test_patches_lie_inside_the_excerpts_and_apart(seconds: tuple[int, ...]) -> None:
    excerpts = [noise(length) for length in seconds]
    places = patch_places(sound(*excerpts))
    assert len(places) <= PATCHES
    assert {excerpt.size for excerpt, _ in places} == {excerpt.size for excerpt in excerpts}
    for excerpt in {id(excerpt): excerpt for excerpt, _ in places}.values():
        starts = [start for other, start in places if other is excerpt]
        assert all(later - earlier >= 3 * RATE for earlier, later in itertools.pairwise(starts))
        assert starts[-1] + 3 * RATE <= excerpt.size or len(starts) == 1


def test_bands_have_one_area_and_their_peaks_in_order() -> None:
    bands = mel_bands()
    assert bands.shape == (257, BANDS)
    assert (np.diff(bands.argmax(axis=0)) >= 0).all()
    np.testing.assert_allclose(bands[:, 60:].sum(axis=0) * MEL_RATE / 512, 1.0, atol=0.02)


def test_a_tone_lies_in_its_band_and_full_scale_stays_finite() -> None:
    tone = np.sin(2 * np.pi * 3000 * np.arange(4 * RATE) / RATE).astype(np.float32)
    patch = patch_at(tone, RATE, 0)
    assert patch.shape == (FRAMES, BANDS)
    assert patch.dtype == np.float32
    expected = mel_bands()[96].argmax()
    assert set(patch[5:-5].argmax(axis=1)) == {expected}
    assert log_mel(np.zeros(512, np.float32)).max() == 0.0


@pytest.mark.parametrize(("rate", "target"), [(44_100, 22_050), (48_000, 22_050), (8_000, 22_050), (22_050, 16_000)])
def test_another_rate_keeps_a_tone(rate: int, target: int) -> None:
    seconds = 1.7
    tone = np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate).astype(np.float32)
    expected = np.sin(2 * np.pi * 440 * np.arange(round(seconds * target)) / target)
    changed = resampled(tone, rate, target)
    assert changed.size == expected.size
    np.testing.assert_allclose(changed[500:-500], expected[500:-500], atol=3e-3)


def test_what_is_not_the_network_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "torn.onnx"
    torn.write_bytes(shipped_tag_network().read_bytes()[:5000])
    with pytest.raises(ModelError, match="cannot be loaded"):
        TagNetwork(torn)
    with pytest.raises(ModelError, match="cannot be loaded"):
        TagNetwork(tmp_path / "missing.onnx")
    with pytest.raises(ModelError, match="is not the tag network"):
        TagNetwork(shipped_tag_network().with_name("expression.onnx"))
