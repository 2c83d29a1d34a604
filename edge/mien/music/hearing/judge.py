"""Tells music from what is none: silence, wind, rain and other noise, a tone or an alarm, speech.

Rules with wide margins, each on numbers that all music has in common. What they miss is taken for music, since a track
that is wrongly left out is missed more than a noise that is wrongly kept.
"""

from __future__ import annotations

from collections.abc import Mapping

Description = Mapping[str, float]


def is_music(description: Description) -> bool:
    """Return False for a sound that is surely no music."""
    rules = (is_silence, is_noise, is_scatter, is_alarm, is_speech)
    return not any(rule(description) for rule in rules)


def is_silence(description: Description) -> bool:
    """No partial anywhere; even noise has some."""
    return description["tonal_share"] == 0.0


def is_noise(description: Description) -> bool:
    """Wind, rain, fire, hiss: one colour all the time, with no partial that stays and no beat.

    Noise of one colour moves its cepstrum by 1.8 on average, and what goes on from frame to frame in it drifts as
    chance has it, by 0.17 of a semitone.
    """
    beats = description["pulse_contrast"] > 0.4 and description["strong_onset_rate"] > 1.0
    return timbre_change(description) < 3.0 and description["pitch_drift"] > 0.1 and not beats


def is_scatter(description: Description) -> bool:
    """Single drops and crackles: sounds without pulse, each of another pitch."""
    return (
        description["partials_held"] < 0.25
        and description["harmony_change"] > 0.4
        and description["pulse_contrast"] < 0.2
    )


def is_alarm(description: Description) -> bool:
    """A sine, a hum, a siren, a machine: a level that never moves, or no more than one or two pitches ever."""
    return description["level_deviation"] < 0.25 or description["pitch_class_entropy"] < 1.2


def is_speech(description: Description) -> bool:
    """Syllables and pauses: loud and soft in turns without a beat, pitches that glide, one timbre after another."""
    return (
        description["level_deviation"] > 8.0
        and description["pulse_contrast"] < 0.25
        and description["partials_held"] < 0.4
        and description["harmony_change"] > 0.15
        and timbre_change(description) > 9.5
    )


def timbre_change(description: Description) -> float:
    """How much the colour changes over time: the mean deviation of cepstral coefficients 2 to 15, dB."""
    numbers = range(2, 16)
    return sum(description[f"cepstrum_{number}_deviation"] for number in numbers) / len(numbers)
