import pytest
from edge.music.hearing.synthetic_sounds import Sound, drums, soft_minor_pad

from mien.music.hearing.affect_card import TraitWeight
from mien.music.hearing.affect_model import AffectModel, shipped_affect_model
from mien.music.hearing.describe import describe
from mien.music.hearing.ear import Listener
from mien.music.hearing.tag_network import shipped_tag_network
from mien.music.hearing.traits import WORDS, traits
from mien.types import Affect

CALM, LIVELY = Affect(0.0, -0.8), Affect(0.2, 0.8)


@pytest.fixture(scope="module")
def weights() -> tuple[TraitWeight, ...]:
    names = Listener(shipped_tag_network()).names
    return AffectModel(shipped_affect_model(), names).card.traits


def told(sound: Sound, affect: Affect, weights: tuple[TraitWeight, ...]) -> set[str]:
    return set(traits(describe([sound]), affect, weights))


def all_words(sound: Sound, weights: tuple[TraitWeight, ...]) -> set[str]:
    """Every word that any place on the plane would bring out."""
    places = (Affect(valence, arousal) for valence in (-1.0, 0.0, 1.0) for arousal in (-1.0, 0.0, 1.0))
    return set().union(*(told(sound, place, weights) for place in places))


def test_a_word_is_known_for_each_weight_of_the_shipped_model(weights: tuple[TraitWeight, ...]) -> None:
    assert {weight.feature for weight in weights} == set(WORDS)


def test_a_slow_soft_pad_is_called_so(weights: tuple[TraitWeight, ...]) -> None:
    words = told(soft_minor_pad(), CALM, weights)
    assert len(words) == 3
    assert words <= {"few onsets", "soft attacks", "sustained", "clear tones", "mellow", "smooth", "pure tones"}


def test_drums_are_called_so(weights: tuple[TraitWeight, ...]) -> None:
    words = told(drums(150), LIVELY, weights)
    assert len(words) == 3
    assert words <= {"sharp attacks", "percussive", "steady beat", "many onsets", "dense", "bright", "noisy"}


def test_no_word_is_the_opposite_of_what_sounds(weights: tuple[TraitWeight, ...]) -> None:
    assert not all_words(drums(150), weights) & {"few onsets", "soft attacks", "sustained", "free rhythm", "mellow"}
    assert not all_words(soft_minor_pad(), weights) & {"sharp attacks", "percussive", "major third", "noisy"}


def test_what_is_usual_is_not_told() -> None:
    weights = [TraitWeight(feature="onset_deviation", mean=2.0, deviation=1.0, valence=0.0, arousal=1.0)]
    assert traits({"onset_deviation": 2.4}, LIVELY, weights) == ()
    assert traits({"onset_deviation": 2.6}, LIVELY, weights) == ("sharp attacks",)


def test_what_speaks_against_the_place_is_not_told() -> None:
    weights = [TraitWeight(feature="onset_deviation", mean=2.0, deviation=1.0, valence=0.0, arousal=1.0)]
    assert traits({"onset_deviation": 4.0}, CALM, weights) == ()
    assert traits({"onset_deviation": 0.0}, CALM, weights) == ("soft attacks",)


def test_the_most_telling_word_comes_first_and_three_are_told() -> None:
    names = ("onset_deviation", "pitch", "roughness", "level_range")
    weights = [TraitWeight(feature=name, mean=0.0, deviation=1.0, valence=0.0, arousal=1.0) for name in names]
    description = {"onset_deviation": 1.0, "pitch": 3.0, "roughness": 2.0, "level_range": 0.6}
    assert traits(description, LIVELY, weights) == ("bright", "rough", "sharp attacks")
