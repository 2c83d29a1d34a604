"""What comes next: shown before, played then, and worked out no oftener than it changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from edge.music.test_jukebox import LIFT, TRACKS, UNSURE, Evening, decided
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.config import load
from mien.mood.affect import mood_of_emotion
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.policies import policy_of
from mien.types import EMOTIONS, Choice, Emotion, MoodChange

CALM = policy_of(load(None, {"music": {"policy": "calm"}}))


def upcoming(evening: Evening) -> Choice:
    choice = evening.jukebox.upcoming
    assert choice is not None
    return choice


@pytest.fixture
def evening() -> Evening:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.wait(1)
    return evening


def begin_override(evening: Evening, emotion: Emotion) -> None:
    evening.jukebox.on_mood(MoodChange(0.0, evening.mood, mood_of_emotion(emotion)), by_hand=True)


ACTS: dict[str, Callable[[Evening], object]] = {
    "end": Evening.let_it_end,
    "skip": lambda evening: evening.jukebox.skip(),
    "like": lambda evening: evening.jukebox.like(),
    "ban": lambda evening: evening.jukebox.ban(),
    "wrong mood": lambda evening: evening.jukebox.wrong_mood(),
    "play": lambda evening: evening.jukebox.play(TRACKS[3]),
    "pause": lambda evening: evening.jukebox.pause(),
    "resume": lambda evening: evening.jukebox.resume(),
    "unsure": lambda evening: evening.feel(UNSURE),
    "calm": lambda evening: evening.jukebox.set_policy(CALM),
    "lift": lambda evening: evening.jukebox.set_policy(LIFT),
    "wait": lambda evening: evening.wait(40),
    "override": lambda evening: begin_override(evening, Emotion.HAPPY),
    **{emotion.value: partial(Evening.feel, mood=decided(emotion)) for emotion in EMOTIONS},
}


@settings(max_examples=60)
@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_whatever_happened_what_is_shown_is_what_comes(acts: list[str]) -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    for act in acts:
        ACTS[act](evening)
        shown = evening.jukebox.upcoming
    if evening.jukebox.choice is None:  # all is banned
        assert evening.jukebox.upcoming is None
        return
    shown = upcoming(evening)
    evening.let_it_end()
    assert evening.jukebox.choice is shown


def test_after_a_track_that_cannot_be_played_the_next_one_comes_that_can() -> None:
    evening = Evening(playable=lambda track: "happy 1" not in track.title)
    evening.start(decided(Emotion.HAPPY))
    for _ in range(8):
        shown = upcoming(evening)
        evening.let_it_end()
        assert evening.jukebox.choice is not None
        if "happy 1" not in shown.track.title:
            assert evening.jukebox.choice == shown
    assert evening.jukebox.problem is None


@pytest.mark.parametrize("act", ["skip", "ban", "happy", "unsure", "calm", "override"])
def test_it_follows_hands_and_moods(evening: Evening, act: str) -> None:
    before = upcoming(evening)
    ACTS[act](evening)
    assert upcoming(evening) != before


def test_a_track_that_was_banned_or_is_gone_from_the_library_is_not_shown(evening: Evening) -> None:
    shown = upcoming(evening).track
    evening.shelf.held = tuple(track for track in TRACKS if track != shown)
    assert upcoming(evening).track != shown
    evening.jukebox.play(shown)
    evening.jukebox.ban()
    evening.shelf.held = TRACKS
    assert upcoming(evening).track != shown


def test_it_is_worked_out_once_while_nothing_changes(evening: Evening) -> None:
    shown = upcoming(evening)
    evening.wait(600)
    assert upcoming(evening) is shown
    evening.jukebox.pause()
    evening.wait(600)
    evening.jukebox.resume()
    assert upcoming(evening) is shown
    evening.jukebox.like()
    assert upcoming(evening) is not shown


def test_another_hour_may_ask_for_other_music(evening: Evening) -> None:
    evening.jukebox.on_time(Moment(evening.now, 1.7e9, 18.99), eye_works=True)
    shown = upcoming(evening)
    evening.jukebox.on_time(Moment(evening.now, 1.7e9, 18.5), eye_works=True)
    assert upcoming(evening) is shown
    evening.jukebox.on_time(Moment(evening.now, 1.7e9, 19.0), eye_works=True)
    assert upcoming(evening) is not shown


def test_where_nothing_plays_nothing_comes() -> None:
    evening = Evening(())
    assert evening.jukebox.upcoming is None
    evening.start(decided(Emotion.SAD))
    assert evening.jukebox.upcoming is None


@pytest.mark.parametrize("emotion", [Emotion.HAPPY, Emotion.SURPRISE])
def test_a_mood_chosen_by_hand_is_worth_a_break_whatever_the_settings_say(emotion: Emotion) -> None:
    evening = Evening(change="track_end")
    evening.start(decided(Emotion.SAD))
    evening.feel(decided(emotion))
    assert evening.begun == ["sad"]
    begin_override(evening, emotion)
    assert evening.begun == ["sad", "happy"]


def test_quick_skips_do_not_doubt_a_mood_that_was_chosen_by_hand(evening: Evening) -> None:
    begin_override(evening, Emotion.HAPPY)
    for _ in range(4):
        evening.jukebox.skip()
        assert not evening.jukebox.doubts_mood
    assert evening.begun[:5] == ["sad", *["happy"] * 4]
    evening.jukebox.on_mood(MoodChange(0.0, mood_of_emotion(Emotion.HAPPY), UNSURE))
    assert not evening.jukebox.doubts_mood
    for _ in range(2):
        evening.jukebox.skip()
    assert evening.jukebox.doubts_mood


def test_an_asked_for_track_is_played_to_its_end_before_a_mood_chosen_by_hand(evening: Evening) -> None:
    evening.jukebox.play(TRACKS[15])
    begin_override(evening, Emotion.HAPPY)
    assert evening.begun[-1] == "angry"
    evening.let_it_end()
    assert evening.begun[-1] == "happy"


def test_another_policy_replaces_what_does_not_fit_and_waits_for_a_pause() -> None:
    evening = Evening(policy=policy_of(load(None, {"music": {"policy": "match"}})))
    evening.start(mood_of_emotion(Emotion.HAPPY))
    assert evening.begun == ["happy"]
    evening.jukebox.pause()
    evening.jukebox.set_policy(CALM)
    assert evening.begun == ["happy"]
    evening.jukebox.resume()
    assert evening.begun == ["happy", "calm"]
    playing = evening.jukebox.choice
    evening.jukebox.set_policy(CALM)  # what fits by it as well plays on
    assert evening.jukebox.choice == playing
