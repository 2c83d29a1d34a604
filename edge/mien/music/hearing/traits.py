"""Words for what can be heard, the most telling first.

A number of the description that lies far from the usual earns its word; the words that push the track towards the place
it has come first. How far a number pushes is its weight in a small linear model times its distance from the usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mien.types import Affect

if TYPE_CHECKING:
    from mien.music.hearing.affect_card import TraitWeight

# What is heard when a number is low, and when it is high.
WORDS: dict[str, tuple[str, str]] = {
    "strong_onset_rate": ("few onsets", "many onsets"),
    "onset_deviation": ("soft attacks", "sharp attacks"),
    "minor_third": ("major third", "minor third"),
    "pulse_contrast": ("free rhythm", "steady beat"),
    "percussive_share": ("sustained", "percussive"),
    "roughness": ("smooth", "rough"),
    "contrast_800_hertz": ("dense", "clear tones"),
    "level_range": ("even level", "wide dynamics"),
    "harmony_change": ("still harmony", "moving harmony"),
    "pitch": ("mellow", "bright"),
    "flatness": ("pure tones", "noisy"),
}
_TOLD = 3
_LEAST_DISTANCE = 0.5
"""Standard deviations from the usual; what lies nearer is not worth a word."""


def traits(description: Mapping[str, float], affect: Affect, weights: Sequence[TraitWeight]) -> tuple[str, ...]:
    """Return up to three words that are true of a sound and speak for its place on the plane."""
    told: list[tuple[float, str]] = []
    for weight in weights:
        distance = (description[weight.feature] - weight.mean) / weight.deviation
        push = distance * (weight.valence * affect.valence + weight.arousal * affect.arousal)
        if abs(distance) >= _LEAST_DISTANCE and push > 0.0:
            told.append((push, WORDS[weight.feature][distance > 0.0]))
    return tuple(word for _, word in sorted(told, reverse=True)[:_TOLD])
