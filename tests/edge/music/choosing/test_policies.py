"""The four policies and their ways."""

import pytest

from mien.config import load
from mien.music.choosing.policies import Policy, policy_of
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence


def mood(emotion: Emotion | None, valence: float = -0.3, arousal: float = 0.6) -> Mood:
    presence = Presence.DECIDED if emotion else Presence.UNSURE
    return Mood(presence, emotion, Affect(valence, arousal), 0.8)


def policy(name: str, *, guided: bool = False, **ways: list[list[float]]) -> Policy:
    return policy_of(load(None, {"music": {"policy": name, "guided": guided}, "lift": ways}))


def way(policy: Policy, emotion: Emotion, steps: int) -> list[Affect]:
    return [policy.aim(mood(emotion), step).affect for step in range(steps)]


@pytest.mark.parametrize("emotion", [*EMOTIONS, None])
@pytest.mark.parametrize("guided", [False, True])
def test_match_mirrors_the_mood(emotion: Emotion | None, guided: bool) -> None:
    assert policy("match", guided=guided).aim(mood(emotion), 3).affect == Affect(-0.3, 0.6)


@pytest.mark.parametrize(
    ("emotion", "place"),
    [
        (Emotion.ANGRY, (0.3, -0.3)),
        (Emotion.DISGUST, (0.3, 0.0)),
        (Emotion.FEAR, (0.4, -0.6)),
        (Emotion.HAPPY, (0.7, 0.4)),
        (Emotion.SAD, (-0.4, -0.4)),
        (Emotion.SURPRISE, (0.4, 0.2)),
        (Emotion.NEUTRAL, (0.2, 0.0)),
        (None, (0.2, 0.0)),
    ],
)
def test_lift_asks_for_the_calmest_place_of_each_way(emotion: Emotion | None, place: tuple[float, float]) -> None:
    for step in (0, 5):
        assert policy("lift").aim(mood(emotion), step).affect == Affect(*place)


def test_guided_walks_the_way_and_stays_at_its_end() -> None:
    guided = policy("lift", guided=True)

    assert way(guided, Emotion.SAD, 5) == [Affect(-0.4, -0.4), Affect(0.1, -0.1), *[Affect(0.5, 0.2)] * 3]
    assert way(guided, Emotion.HAPPY, 2) == [Affect(0.7, 0.4)] * 2
    aim = guided.aim(mood(Emotion.ANGRY), 1)
    assert (aim.affect, aim.step, aim.steps) == (Affect(0.3, -0.3), 2, 2)


@pytest.mark.parametrize("emotion", [*EMOTIONS, None])
def test_calm_ends_gentle_and_bright_for_everybody(emotion: Emotion | None) -> None:
    for guided in (False, True):
        aim = policy("calm", guided=guided).aim(mood(emotion), 4).affect
        assert aim.valence >= 0.3
        assert aim.arousal <= -0.5


@pytest.mark.parametrize("emotion", [*EMOTIONS, None])
def test_drive_neither_excites_nor_makes_drowsy_and_goes_there_at_once(emotion: Emotion | None) -> None:
    guided = policy("drive", guided=True)
    first = guided.aim(mood(emotion), 0)
    assert first == guided.aim(mood(emotion), 3)
    assert first.affect.valence >= 0.2
    assert -0.4 <= first.affect.arousal <= 0.1


def test_only_drive_breaks_off_tracks_and_only_for_anger_and_fear() -> None:
    assert policy("drive").changes_at_once == {Emotion.ANGRY, Emotion.FEAR}
    assert not any(policy(name).changes_at_once for name in ("match", "lift", "calm"))


@pytest.mark.parametrize("name", ["match", "lift", "calm", "drive"])
def test_a_face_that_asks_for_nothing_is_not_steered(name: str) -> None:
    radii = {emotion: policy(name).aim(mood(emotion)).radius for emotion in (*EMOTIONS, None)}

    assert radii.pop(Emotion.NEUTRAL) == radii.pop(None) > max(radii.values())


def test_the_ways_are_the_settings() -> None:
    own = policy("lift", guided=True, sad=[[0.0, -0.5], [1, 1]])

    assert way(own, Emotion.SAD, 3) == [Affect(0.0, -0.5), Affect(1.0, 1.0), Affect(1.0, 1.0)]
