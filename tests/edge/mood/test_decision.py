from itertools import pairwise

import pytest
from edge.mood.streams import expressions, observation, observations, seen, stream
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import config
from mien.mood.belief import Belief
from mien.mood.decision import MoodDecision
from mien.mood.tracker import MoodTracker
from mien.types import EMOTIONS, Emotion, Expression, MoodChange, Observation, Presence

SETTINGS = config.load().mood
EMOTIONS_SEEN = st.sampled_from([*Emotion])


def decided(stream_of: list[Observation]) -> list[MoodChange]:
    tracker = MoodTracker(config.load())
    return [change for change in map(tracker.update, stream_of) if change is not None]


def names(changes: list[MoodChange]) -> list[str]:
    return [change.current.name for change in changes]


@given(observations())
def test_never_two_changes_within_the_refractory_time(stream_of_any_kind: list[Observation]) -> None:
    changes = decided(stream_of_any_kind)
    for earlier, later in pairwise(changes):
        assert later.at - earlier.at >= SETTINGS.refractory_seconds


@given(observations())
def test_each_change_starts_where_the_last_one_ended_and_changes_something(stream_of: list[Observation]) -> None:
    changes = decided(stream_of)
    assert all(change.previous.name != change.current.name for change in changes)
    for earlier, later in pairwise(changes):
        assert later.previous == earlier.current


@settings(max_examples=30)
@given(EMOTIONS_SEEN, st.floats(2.0, 30.0), st.floats(0.65, 1.0))
def test_a_stream_of_one_emotion_decides_it_once(emotion: Emotion, rate: float, probability: float) -> None:
    changes = decided([seen(frame / rate, emotion, probability) for frame in range(round(30 * rate))])
    assert names(changes) == [emotion.value]


@settings(max_examples=25)
@given(expressions(), st.floats(2.0, 12.0))
def test_a_stream_of_one_expression_never_changes_once_an_emotion_is_decided(same: Expression, rate: float) -> None:
    changes = decided([observation(frame / rate, same) for frame in range(round(15 * rate))])
    assert all(change.previous.presence is not Presence.DECIDED for change in changes)


@given(EMOTIONS_SEEN, EMOTIONS_SEEN, st.floats(0.05, 0.6), st.sampled_from((3, 6, 12, 24)))
def test_a_short_look_changes_nothing(mood: Emotion, other: Emotion, seconds: float, rate: float) -> None:
    looks: list[tuple[float, Emotion | None]] = [(10, mood), (seconds, other), (6, mood)]
    assert names(decided(list(stream(looks, rate)))) == [mood.value]


@given(observations())
def test_nobody_there_fades_to_nobody(stream_of_any_kind: list[Observation]) -> None:
    last = stream_of_any_kind[-1].seen_at
    gone = [Observation(last + frame / 3) for frame in range(1, round(3 * (SETTINGS.absence_seconds + 10)))]
    changes = decided([*stream_of_any_kind, *gone])
    assert not changes or changes[-1].current.presence is Presence.NOBODY


@pytest.mark.parametrize("rate", [3, 6, 12, 24])
def test_the_same_moods_at_every_frame_rate(rate: float) -> None:
    parts: list[tuple[float, Emotion | None]] = [
        (8, Emotion.SAD), (6, Emotion.HAPPY), (4, Emotion.SURPRISE), (9, None), (6, Emotion.ANGRY),
    ]  # fmt: skip
    fine, coarse = decided(list(stream(parts, 60))), decided(list(stream(parts, rate)))
    assert names(coarse) == names(fine) == ["sad", "happy", "surprise", "nobody", "angry"]
    for one, other in zip(fine, coarse, strict=True):
        assert abs(one.at - other.at) <= 1 / rate + 1e-9


LASTING = st.lists(st.tuples(st.floats(8.0, 14.0), EMOTIONS_SEEN), min_size=1, max_size=3)


@settings(max_examples=12)
@given(LASTING, st.sampled_from((3, 6, 12, 24)))
def test_moods_that_last_are_decided_within_one_frame_interval_at_every_rate(
    parts: list[tuple[float, Emotion]], rate: float
) -> None:
    fine, coarse = decided(list(stream(parts, 60))), decided(list(stream(parts, rate)))
    assert names(coarse) == names(fine)
    for one, other in zip(fine, coarse, strict=True):
        assert abs(one.at - other.at) <= 1 / rate + 1 / 60


def test_a_clear_new_mood_is_decided_within_two_seconds() -> None:
    changes = decided(list(stream([(20, Emotion.SAD), (10, Emotion.HAPPY)], 6)))
    assert names(changes) == ["sad", "happy"]
    assert 20 < changes[1].at <= 22


def test_nobody_is_decided_after_the_time_of_absence_and_not_before() -> None:
    changes = decided(list(stream([(10, Emotion.HAPPY), (30, None)], 6)))
    assert names(changes) == ["happy", "nobody"]
    assert changes[1].at == pytest.approx(10 + SETTINGS.absence_seconds, abs=0.4)


def test_a_face_away_for_a_moment_changes_nothing() -> None:
    away = SETTINGS.absence_seconds - 0.5
    parts: list[tuple[float, Emotion | None]] = [(10, Emotion.HAPPY), (away, None), (10, Emotion.HAPPY)]
    assert names(decided(list(stream(parts, 6)))) == ["happy"]


def test_an_empty_seat_stays_empty() -> None:
    assert decided(list(stream([(60, None)], 6))) == []


def test_an_unclear_face_becomes_unsure_in_time() -> None:
    unclear = [seen(10 + frame / 6, Emotion.HAPPY, 0.2) for frame in range(120)]
    changes = decided([*stream([(10, Emotion.HAPPY)], 6), *unclear])
    assert names(changes) == ["happy", "unsure"]
    assert changes[1].current.presence is Presence.UNSURE
    assert changes[1].at >= 10 + SETTINGS.unsure_seconds


def test_an_eye_that_starts_a_clip_anew_is_followed_at_once() -> None:
    first, again = stream([(60, Emotion.SAD)], 6), stream([(10, Emotion.HAPPY)], 6)
    assert names(decided([*first, *again])) == ["sad", "happy"]


def test_hysteresis_keeps_a_mood_that_would_not_be_entered() -> None:
    torn = Expression(tuple(0.375 if one in (Emotion.HAPPY, Emotion.SAD) else 0.05 for one in EMOTIONS))
    weak = [observation(10 + frame / 6, torn) for frame in range(300)]
    assert names(decided([*stream([(10, Emotion.HAPPY)], 6), *weak])) == ["happy"]
    assert names(decided(weak)) == ["unsure"]


def test_neutral_is_entered_by_a_firmer_belief_than_the_others() -> None:
    between = (SETTINGS.enter_probability + SETTINGS.enter_neutral_probability) / 2
    rest = (1.0 - between) / len(EMOTIONS)

    def after(emotion: Emotion) -> list[str]:
        believed = tuple(between if each is emotion else rest for each in EMOTIONS)
        decision = MoodDecision(SETTINGS)
        made = [decision.update(Belief(at, believed, 0.0)) for at in (0.0, 1.0)]
        return [change.current.name for change in made if change is not None]

    assert after(Emotion.HAPPY) == ["happy"]
    assert after(Emotion.NEUTRAL) == []
