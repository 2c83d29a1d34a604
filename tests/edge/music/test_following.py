"""When a mood changes the music, a way that is walked, the doubt of hands, and an empty room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.config import load
from mien.music.choosing.policies import Policy, policy_of
from mien.music.following import EmptyRoom, MoodWalk, breaks_off
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence

PLACE = Affect(0.0, 0.0)
UNCLEAR = Mood(Presence.UNSURE, None, PLACE, 0.0)
EMPTY = Mood(Presence.NOBODY, None, PLACE, 0.0)


def decided(emotion: Emotion) -> Mood:
    return Mood(Presence.DECIDED, emotion, PLACE, 0.9)


def policy(name: str) -> Policy:
    return policy_of(load(None, {"music": {"policy": name}}))


@pytest.mark.parametrize("name", ["match", "lift", "calm", "drive"])
def test_what_is_worth_a_break(name: str) -> None:
    now = {emotion for emotion in EMOTIONS if breaks_off(decided(emotion), "now", policy(name))}
    at_end = {emotion for emotion in EMOTIONS if breaks_off(decided(emotion), "track_end", policy(name))}

    assert now == {*EMOTIONS} - {Emotion.SURPRISE}
    assert at_end == ({Emotion.ANGRY, Emotion.FEAR} if name == "drive" else set())
    assert not any(breaks_off(mood, "now", policy(name)) for mood in (UNCLEAR, EMPTY))


def test_a_way_is_walked_by_tracks_heard_out_and_another_mood_begins_its_own() -> None:
    walk = MoodWalk()
    walk.decide(decided(Emotion.SAD))
    steps = [walk.step]
    for chosen_for in ("sad", "sad", "happy", ""):
        walk.finished(chosen_for)
        steps.append(walk.step)
    assert steps == [0, 1, 2, 2, 2]

    walk.decide(decided(Emotion.HAPPY))
    assert walk.step == 0
    walk.finished("happy")
    walk.decide(decided(Emotion.SAD))
    assert walk.step == 0


@pytest.mark.parametrize("between", [UNCLEAR, EMPTY, decided(Emotion.SURPRISE)])
def test_a_way_goes_on_after_what_passes(between: Mood) -> None:
    walk = MoodWalk()
    walk.decide(decided(Emotion.SAD))
    walk.finished("sad")

    walk.decide(between)
    assert (walk.mood, walk.step) == (between, 0)
    walk.finished("sad")  # it was chosen before
    walk.decide(decided(Emotion.SAD))

    assert walk.step == 2


def test_two_quick_skips_in_a_row_raise_a_doubt_until_a_mood_is_decided() -> None:
    walk = MoodWalk()
    walk.decide(decided(Emotion.SAD))
    walk.skipped(quick=True)
    assert walk.mood == decided(Emotion.SAD)

    walk.skipped(quick=True)
    assert walk.in_doubt
    assert (walk.mood.presence, walk.step) == (Presence.UNSURE, 0)
    walk.skipped(quick=False)
    walk.finished("unsure")
    walk.decide(UNCLEAR)
    assert walk.in_doubt

    walk.decide(decided(Emotion.HAPPY))
    assert not walk.in_doubt
    assert walk.mood == decided(Emotion.HAPPY)


@pytest.mark.parametrize("between", ["late skip", "heard out", "mood"])
def test_skips_that_are_not_in_a_row_raise_no_doubt(between: str) -> None:
    walk = MoodWalk()
    walk.decide(decided(Emotion.SAD))
    walk.skipped(quick=True)
    if between == "late skip":
        walk.skipped(quick=False)
    elif between == "heard out":
        walk.finished("sad")
    else:
        walk.decide(decided(Emotion.ANGRY))

    walk.skipped(quick=True)

    assert not walk.in_doubt


def test_a_room_is_empty_after_a_time_without_anybody_and_not_before() -> None:
    room = EmptyRoom(300.0)

    def empty(now: float, presence: Presence = Presence.NOBODY, *, eye_works: bool = True) -> bool:
        return room.is_empty(now, presence, eye_works=eye_works)

    assert [empty(now) for now in (1000.0, 1299.0, 1300.0, 1301.0)] == [False, False, True, True]
    assert not empty(1302.0, Presence.UNSURE)
    assert [empty(now) for now in (1303.0, 1602.0, 1603.0)] == [False, False, True]
    room.somebody_is_there()
    assert [empty(now) for now in (1604.0, 1903.0, 1904.0)] == [False, False, True]


def test_an_eye_that_stops_tells_nothing_of_a_room() -> None:
    room = EmptyRoom(300.0)
    assert not room.is_empty(0.0, Presence.NOBODY, eye_works=False)
    assert not room.is_empty(900.0, Presence.NOBODY, eye_works=False)
    assert not room.is_empty(1000.0, Presence.NOBODY, eye_works=True)
    assert room.is_empty(1300.0, Presence.NOBODY, eye_works=True)
    assert room.is_empty(1330.0, Presence.NOBODY, eye_works=False)  # it may start again
    assert not room.is_empty(1331.0, Presence.NOBODY, eye_works=False)


@given(
    pause=st.floats(0, 1000),
    told=st.lists(st.tuples(st.floats(0, 400), st.sampled_from(Presence), st.booleans()), max_size=30),
)
def test_music_never_pauses_for_somebody_or_too_soon(pause: float, told: list[tuple[float, Presence, bool]]) -> None:
    room, now, last_there = EmptyRoom(pause), 0.0, 0.0
    for seconds, presence, eye_works in told:
        now += seconds
        empty = room.is_empty(now, presence, eye_works=eye_works)
        if presence is not Presence.NOBODY:
            last_there = now
        assert not empty or (0.0 < pause <= now - last_there)
