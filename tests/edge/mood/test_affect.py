import pytest
from edge.eye.fakes import face
from edge.mood.streams import expression, expressions
from hypothesis import given

from mien.mood.affect import expected_affect, mood_of, mood_of_photo, undecided
from mien.types import EMOTIONS, Emotion, Expression, JudgedFace, Judgement, Presence


@pytest.mark.parametrize(
    ("emotion", "valence_sign", "arousal_sign"),
    [
        (Emotion.HAPPY, 1, 1),
        (Emotion.SAD, -1, -1),
        (Emotion.ANGRY, -1, 1),
        (Emotion.FEAR, -1, 1),
        (Emotion.DISGUST, -1, 1),
        (Emotion.SURPRISE, 1, 1),
    ],
)
def test_a_clear_emotion_lies_in_its_quadrant(emotion: Emotion, valence_sign: int, arousal_sign: int) -> None:
    affect = expected_affect(expression(emotion, 1.0))
    assert affect.valence * valence_sign > 0.2
    assert affect.arousal * arousal_sign > 0.2


@given(expressions())
def test_a_mood_of_any_expression_is_its_top_emotion_and_lies_on_the_plane(seen: Expression) -> None:
    mood = mood_of(seen)
    assert mood.presence is Presence.DECIDED
    assert mood.emotion is seen.top
    assert mood.confidence == max(seen.probabilities)


def test_no_expression_is_a_neutral_mood() -> None:
    assert mood_of(None).emotion is Emotion.NEUTRAL


def test_the_mood_of_a_photo_is_its_largest_faces() -> None:
    sad, happy = expression(Emotion.SAD, 0.5), expression(Emotion.HAPPY, 0.5)
    faces = (JudgedFace(face(), sad), JudgedFace(face(), happy, unsure=True))
    assert mood_of_photo(Judgement(9, 9, faces)) == mood_of(sad)
    assert mood_of_photo(Judgement(9, 9, faces[::-1])) == undecided(Presence.UNSURE)
    assert mood_of_photo(Judgement(9, 9, (JudgedFace(face(), None), *faces))) == mood_of(None)
    assert mood_of_photo(Judgement(9, 9, ())) == mood_of(None)


def test_undecided_moods_have_no_emotion() -> None:
    for presence in (Presence.UNSURE, Presence.NOBODY):
        assert undecided(presence).emotion is None
        assert undecided(presence).name == presence.value


def test_there_are_seven_emotions_in_the_order_of_the_model() -> None:
    assert [emotion.value for emotion in EMOTIONS] == [
        "angry", "disgust", "fear", "happy", "sad", "surprise", "neutral",
    ]  # fmt: skip
