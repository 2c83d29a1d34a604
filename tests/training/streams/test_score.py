import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.mood.affect import mood_of_emotion, undecided
from mien.types import EMOTIONS, Emotion, Mood, MoodChange, Presence
from mien_training.streams.score import GRACE_SECONDS, SHORTEST_SECONDS, at_once, score, tally
from mien_training.streams.truth import Segment, Truth

ANGRY, HAPPY, SAD, NEUTRAL, SURPRISE = (
    Emotion.ANGRY, Emotion.HAPPY, Emotion.SAD, Emotion.NEUTRAL, Emotion.SURPRISE
)  # fmt: skip


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    """An empty seat and then moods, each another one than that before, all long enough to be asked for."""
    at, segments = 0.0, [Segment(0.0, 10.0, None)]
    for emotion in draw(st.lists(st.sampled_from([*EMOTIONS, None]), min_size=1, max_size=12)):
        if emotion is not segments[-1].emotion:
            at = segments[-1].end + draw(st.sampled_from([0.0, 0.0, 3.0]))
            segments.append(Segment(at, at + draw(st.floats(SHORTEST_SECONDS, 200.0)), emotion))
    return Truth(tuple(segments))


def truth_of(*parts: tuple[float, Emotion | None]) -> Truth:
    """Segments without gaps, given by their ends."""
    starts = [0.0, *(end for end, _ in parts)]
    return Truth(tuple(Segment(start, *part) for start, part in zip(starts, parts, strict=False)))


def changes_to(*parts: tuple[float, Emotion | Presence]) -> list[MoodChange]:
    before, changes = undecided(Presence.NOBODY), []
    for at, name in parts:
        mood: Mood = undecided(name) if isinstance(name, Presence) else mood_of_emotion(name)
        changes.append(MoodChange(at, before, mood))
        before = mood
    return changes


def late(changes: Sequence[MoodChange], seconds: float) -> list[MoodChange]:
    return [MoodChange(change.at + seconds, change.previous, change.current) for change in changes]


@settings(max_examples=40)
@given(truths())
def test_one_who_follows_at_once_makes_no_mistake(truth: Truth) -> None:
    counted = tally(at_once(truth), truth)
    assert (counted.wrong, counted.unsure) == (0, 0)
    for sort in (counted.between, counted.first, counted.left):
        assert sort.missed == 0
        assert set(sort.delays) <= {0.0}
    asked = sum(len(sort.delays) for sort in (counted.between, counted.first, counted.left))
    assert asked == sum(a.emotion is not b.emotion for a, b in zip(truth.segments, truth.segments[1:], strict=False))
    assert counted.right_seconds == pytest.approx(counted.seen_seconds)


@settings(max_examples=40)
@given(truths(), st.floats(0.01, GRACE_SECONDS - 0.01))
def test_one_who_is_late_has_its_delay_and_is_not_wrong(truth: Truth, delay: float) -> None:
    counted = tally(late(at_once(truth), delay), truth)
    assert counted.wrong == 0
    assert counted.between.missed == counted.first.missed == counted.left.missed == 0
    assert all(abs(one - delay) < 1e-6 for one in counted.between.delays + counted.first.delays)


@settings(max_examples=40)
@given(truths())
def test_one_who_says_the_same_for_ever_follows_nothing_else(truth: Truth) -> None:
    counted = tally(changes_to((-1.0, Emotion.DISGUST)), truth)
    assert counted.between.delays == counted.first.delays == counted.left.delays == ()
    others = [one for one in truth.segments[1:] if one.emotion is not Emotion.DISGUST]
    assert counted.between.missed + counted.first.missed + counted.left.missed == len(others)


def test_a_mood_that_is_not_true_and_was_not_a_moment_ago_is_wrong() -> None:
    truth = truth_of((10.0, None), (30.0, NEUTRAL), (60.0, HAPPY))
    assert tally(changes_to((11.0, SAD)), truth).wrong == 1
    assert tally(changes_to((11.0, NEUTRAL), (20.0, SAD), (21.0, NEUTRAL), (31.0, HAPPY)), truth).wrong == 1
    assert tally(changes_to((30.0 + GRACE_SECONDS - 0.1, NEUTRAL)), truth).wrong == 0
    assert tally(changes_to((30.0 + GRACE_SECONDS + 0.1, NEUTRAL)), truth).wrong == 1
    assert tally(changes_to((11.0, NEUTRAL), (25.0, Presence.NOBODY)), truth).wrong == 1


def test_unsure_is_counted_apart() -> None:
    counted = tally(changes_to((11.0, NEUTRAL), (20.0, Presence.UNSURE)), truth_of((10.0, None), (30.0, NEUTRAL)))
    assert (counted.wrong, counted.unsure) == (0, 1)


def test_in_a_gap_nothing_is_wrong() -> None:
    truth = Truth((Segment(0.0, 10.0, NEUTRAL), Segment(20.0, 30.0, HAPPY)))
    assert tally(changes_to((1.0, NEUTRAL), (15.0, SAD), (21.0, HAPPY)), truth).wrong == 0


def test_a_short_mood_may_be_followed_or_not() -> None:
    truth = truth_of((30.0, NEUTRAL), (34.0, HAPPY), (60.0, NEUTRAL))
    for changes in (changes_to((1.0, NEUTRAL)), changes_to((1.0, NEUTRAL), (31.0, HAPPY), (35.0, NEUTRAL))):
        counted = tally(changes, truth)
        assert (counted.wrong, counted.between.missed) == (0, 0)


def test_one_miss_is_counted_once() -> None:
    truth = truth_of((30.0, NEUTRAL), (50.0, HAPPY), (90.0, NEUTRAL))
    counted = tally(changes_to((1.0, NEUTRAL)), truth)
    assert (counted.between.missed, counted.between.delays) == (1, ())


def test_a_mood_that_was_decided_already_is_not_asked_for() -> None:
    truth = truth_of((100.0, SAD), (200.0, HAPPY))
    counted = tally(changes_to((2.0, SAD), (90.0, HAPPY), (150.0, Presence.UNSURE), (155.0, HAPPY)), truth)
    assert (counted.between.delays, counted.between.missed) == ((), 0)


def test_who_decides_nothing_is_never_right() -> None:
    truth = truth_of((100.0, NEUTRAL))
    assert tally([], truth).right_seconds == 0.0
    assert tally(changes_to((0.0, Presence.UNSURE)), truth).right_seconds == 0.0
    assert tally(changes_to((0.0, NEUTRAL)), truth).right_seconds == 100.0


def test_time_is_right_in_the_quadrant_and_not_by_the_word() -> None:
    truth = truth_of((10.0, None), (20.0, HAPPY), (40.0, SAD))
    counted = tally(changes_to((10.0, SURPRISE), (20.0, ANGRY), (30.0, SAD)), truth)
    assert (counted.seen_seconds, counted.right_seconds) == (30.0, 20.0)
    assert tally([], truth).right_seconds == 0.0


def test_streams_are_put_together_with_intervals() -> None:
    truth = truth_of((10.0, None), (1800.0, NEUTRAL), (3600.0, HAPPY))
    good = tally(changes_to((11.0, NEUTRAL), (1801.0, HAPPY)), truth)
    bad = tally(changes_to((13.0, NEUTRAL), (100.0, SAD)), truth)
    whole = score([good, bad])
    assert (whole.wrong_per_hour.value, whole.wrong_per_hour.low, whole.wrong_per_hour.high) == (0.5, 0.0, 1.0)
    assert (whole.missed.value, whole.missed.count) == (0.5, 2)
    assert (whole.delay_median.value, whole.first_delay_median.value) == (1.0, 2.0)
    assert math.isnan(whole.left_delay_median.value)
    assert score([good, bad], seed=7) != score([bad, bad], seed=7)
