"""Replays: the same moods at the same times, what other settings change, and how delays are counted."""

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import hypothesis
import pytest
from edge.mood.streams import observation, observations, seen, stream
from hypothesis import given
from hypothesis import strategies as st

from mien.config import Settings, load
from mien.mood.tracker import MoodTracker
from mien.replay import MOST_LOOKS, Replay, Rerun, agreeing_seconds, replay, seconds_in_moods
from mien.timeline.chart import Span
from mien.trace_lines import Asked, LessonEnded, TraceItem
from mien.types import EMOTIONS, Emotion, Expression, Observation

Part = tuple[float, Emotion | None]
EVENING: list[Part] = [(4, Emotion.SAD), (0.4, Emotion.HAPPY), (6, Emotion.SAD), (8, Emotion.HAPPY), (12, None)]

STERN = Expression(tuple({Emotion.SAD: 0.75, Emotion.NEUTRAL: 0.1}.get(emotion, 0.03) for emotion in EMOTIONS))


def settings(**mood: float) -> Settings:
    return load(Path(os.devnull), {"mood": mood})


def replayed(parts: Sequence[Part] = EVENING, **mood: float) -> Replay:
    return replay(stream(parts, 6), settings(**mood))


def moods(one: Replay) -> list[str]:
    return [decision.mood.name for decision in one.decisions]


@hypothesis.settings(max_examples=30)
@given(observations())
def test_it_decides_what_the_tracker_decides(seen_ones: list[Observation]) -> None:
    tracker = MoodTracker(settings())
    changes = [change for one in seen_ones if (change := tracker.update(one)) is not None]
    again = replay(seen_ones, settings())
    assert [(one.at, one.mood) for one in again.decisions] == [(change.at, change.current) for change in changes]
    assert len(again.looks) == len(seen_ones)


def test_a_longer_dwell_decides_later_and_skips_what_does_not_last() -> None:
    quick, slow = replayed(dwell_seconds=0.5), replayed(dwell_seconds=2.5)
    assert moods(quick) == moods(slow) == ["sad", "happy", "nobody"]
    assert slow.decisions[0].at - quick.decisions[0].at == pytest.approx(2.0, abs=0.2)
    assert moods(replayed(dwell_seconds=6.5)) == ["happy", "nobody"]


def test_the_first_observations_time_is_the_beginning() -> None:
    shifted = replay((Observation(one.seen_at + 1000.0, one.sightings) for one in stream(EVENING, 6)), settings())
    here = replayed()
    assert shifted.begin == 1000.0
    assert shifted.seconds == pytest.approx(here.seconds)
    assert shifted.spans[0].begin == 1000.0
    assert moods(shifted) == moods(here)


def test_a_delay_counts_from_when_the_answer_became_the_most_probable_and_stayed() -> None:
    one = replayed(dwell_seconds=2.0)
    sad, happy, nobody = one.decisions
    assert sad.delay_seconds == pytest.approx(sad.at)  # seen from the beginning
    assert happy.delay_seconds == pytest.approx(happy.at - 10.5, abs=0.2)  # the moment of it before does not count
    assert nobody.delay_seconds == pytest.approx(5.0, abs=0.4)  # absence_seconds


@pytest.mark.parametrize(("break_seconds", "expected"), [(0.3, 4.0), (0.9, 1.0)])
def test_a_short_break_of_the_answer_does_not_count_and_a_long_one_does(break_seconds: float, expected: float) -> None:
    frames = 20
    parts: list[Part] = [(3, Emotion.NEUTRAL), (3.0 - break_seconds, Emotion.HAPPY), (break_seconds, Emotion.SAD)]
    made = replay(stream([*parts, (30, Emotion.HAPPY)], frames), settings(dwell_seconds=3.5))
    happy = next(one for one in made.decisions if one.mood.name == "happy")
    since_break = happy.at - 6.0
    assert happy.delay_seconds == pytest.approx(since_break + (3.0 if expected == 4.0 else 0.0), abs=2 / frames)


def test_what_was_before_the_mood_was_left_does_not_count() -> None:
    # Happy is the most probable answer all the time, but for a while it is not clear enough to be decided.
    looks = [seen(at / 6, Emotion.HAPPY, 0.2 if 60 <= at < 120 else 0.9) for at in range(180)]
    made = replay(looks, settings(unsure_seconds=2.0))
    assert moods(made) == ["happy", "unsure", "happy"]
    first, unsure, again = made.decisions
    assert first.delay_seconds == pytest.approx(first.at)
    assert unsure.delay_seconds is None
    assert again.delay_seconds == pytest.approx(again.at - unsure.at, abs=0.2)


def test_figures_of_a_replay() -> None:
    one = replayed()
    assert one.changes_an_hour is None  # half a minute says nothing of an hour
    hour = replayed([(1800, Emotion.SAD), (1800, Emotion.HAPPY)])
    assert hour.changes_an_hour == pytest.approx(len(hour.decisions), abs=0.1)
    assert one.median_delay_seconds == sorted(decision.delay_seconds or 0.0 for decision in one.decisions)[1]
    assert sum(seconds_in_moods(one.spans).values()) == pytest.approx(one.seconds)
    assert list(seconds_in_moods(one.spans)) == ["happy", "sad", "nobody"]


def test_what_was_asked_for_is_asked_again() -> None:
    frowning = [observation(at / 2, STERN) for at in range(2 * 90)]
    known, unknown = Rerun(settings()), Rerun(settings())
    known.take(Asked.LEARN)
    for one in frowning:
        known.take(one)
        unknown.take(one)
    assert unknown.result().decisions[-1].mood.name == "sad"
    assert known.result().decisions[-1].mood.name != "sad"
    known.take(Asked.FORGET)
    for one in frowning:
        known.take(replace(one, seen_at=one.seen_at + 90.0))
    assert known.result().decisions[-1].mood.name == "sad"


def test_a_lesson_that_the_clock_ended_learns_nothing_again() -> None:
    stern = [observation(at / 2, STERN) for at in range(2 * 90)]
    ended = Rerun(settings())
    items: list[TraceItem] = [Asked.LEARN, LessonEnded(), *stern]
    for item in items:
        ended.take(item)
    assert ended.result().decisions == replay(stern, settings()).decisions


def test_a_lesson_is_learned_again_whatever_the_eye_is_set_to_now() -> None:
    blind = load(Path(os.devnull), {"eye": {"enabled": False}})
    items: list[TraceItem] = [Asked.LEARN, *(observation(at / 2, STERN) for at in range(2 * 90))]
    seeing, turned_off = Rerun(settings()), Rerun(blind)
    for item in items:
        seeing.take(item)
        turned_off.take(item)
    assert turned_off.result().decisions == seeing.result().decisions
    assert turned_off.result().decisions[-1].mood.name != "sad"


def test_of_many_looks_few_are_kept_evenly_and_the_ends_always() -> None:
    count = 3 * MOST_LOOKS + 7
    made = replay((Observation(at / 6) for at in range(count)), settings())
    times = [look.at for look in made.looks]
    assert MOST_LOOKS / 4 < len(times) <= MOST_LOOKS
    assert (made.begin, made.end) == (0.0, (count - 1) / 6)
    assert {round(6 * (after - before)) for before, after in pairwise(times[:-1])} == {4}


def test_nothing_seen_is_no_time_at_all() -> None:
    for empty in (replay([], settings()), replay([Observation(5.0)], settings())):
        assert (empty.seconds, empty.changes_an_hour, empty.median_delay_seconds, empty.spans) == (0.0, None, None, ())


@st.composite
def rows(draw: st.DrawFn) -> list[Span]:
    marks = sorted(draw(st.lists(st.integers(0, 50), min_size=2, max_size=8, unique=True)))
    return [Span(a, b, draw(st.sampled_from(["sad", "happy"]))) for a, b in pairwise(marks)]


@given(rows(), rows())
def test_agreement_is_counted_second_by_second(one: list[Span], other: list[Span]) -> None:
    def at(row: list[Span], second: int) -> str | None:
        return next((span.name for span in row if span.begin <= second < span.end), None)

    expected = sum(at(one, second) is not None and at(one, second) == at(other, second) for second in range(50))
    assert agreeing_seconds(one, other) == agreeing_seconds(other, one) == expected
