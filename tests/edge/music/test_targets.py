"""The two policies."""

import pytest

from mien.music.targets import target
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence


def mood(emotion: Emotion | None, valence: float = -0.3, arousal: float = 0.6) -> Mood:
    presence = Presence.DECIDED if emotion else Presence.UNSURE
    return Mood(presence, emotion, Affect(valence, arousal), 0.8)


@pytest.mark.parametrize("emotion", [*EMOTIONS, None])
def test_match_mirrors_the_mood(emotion: Emotion | None) -> None:
    assert target("match", mood(emotion)) == Affect(-0.3, 0.6)


def test_lift_leads_to_a_better_place() -> None:
    for emotion in (Emotion.ANGRY, Emotion.FEAR, Emotion.DISGUST):
        aim = target("lift", mood(emotion))
        assert aim.valence > 0
        assert aim.arousal <= 0


def test_lift_meets_sadness_where_it_is() -> None:
    aim = target("lift", mood(Emotion.SAD))

    assert -0.6 < aim.valence < 0
    assert -0.6 < aim.arousal < 0


def test_lift_keeps_a_happy_mood() -> None:
    assert target("lift", mood(Emotion.HAPPY)) == Affect(0.7, 0.4)


@pytest.mark.parametrize("presence", [Presence.UNSURE, Presence.NOBODY])
def test_nobody_and_unsure_get_what_disturbs_nobody(presence: Presence) -> None:
    assert target("lift", Mood(presence, None, Affect(0, 0), 0)) == target("lift", mood(Emotion.NEUTRAL))
