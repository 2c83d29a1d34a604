import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training.streams.small_pool import small_pool

from mien.types import EMOTIONS, Emotion
from mien_training.errors import TrainingError
from mien_training.streams.disturbances import BLINKS, LIGHTS, Spans, column, draw_light, draw_spans, draw_steps
from mien_training.streams.moods import NOBODY, SHORTEST_MOOD_SECONDS, Moods, draw_moods
from mien_training.streams.pool import Kind, columns
from mien_training.streams.variants import WAYS, Condition

SECONDS = 20 * 3600.0
POOL = small_pool()


def moods(kind: Kind = Kind.CLEAR, seed: int = 1) -> Moods:
    return draw_moods(POOL, kind, SECONDS, np.random.default_rng(seed))


def test_neutral_is_most_of_the_time_and_every_emotion_comes() -> None:
    segments = moods().segments
    assert (segments[0].start, segments[-1].end) == (0.0, SECONDS)
    assert all(
        before.end == after.start and before.emotion is not after.emotion for before, after in pairwise(segments)
    )
    there = [one for one in segments if one.emotion]
    neutral = sum(one.seconds for one in there if one.emotion is Emotion.NEUTRAL) / sum(one.seconds for one in there)
    assert 0.5 < neutral < 0.8
    assert {one.emotion for one in there} == set(EMOTIONS)
    assert min(one.seconds for one in there[:-1]) >= SHORTEST_MOOD_SECONDS
    assert 30 < np.median([one.seconds for one in there]) < 50


@pytest.mark.parametrize("kind", list(Kind))
def test_pictures_show_the_mood_and_are_of_the_kind(kind: Kind) -> None:
    drawn = moods(kind)
    rows = drawn.pictures.values
    assert {bool(clear) for clear in POOL.clear[rows[rows != NOBODY]]} == (
        {True} if kind is Kind.CLEAR else {True, False}
    )
    for segment in drawn.segments:
        middles = np.array([segment.start, (segment.start + segment.end) / 2])
        for row in drawn.pictures.at(middles):
            assert (None if row == NOBODY else EMOTIONS[POOL.labels[row]]) is segment.emotion


def test_a_person_keeps_the_face_of_a_mood_until_somebody_else_comes() -> None:
    drawn = moods()
    anchors: dict[Emotion, int] = {}
    kept, other = [], []
    last: dict[Emotion, int] = {}
    for segment in drawn.segments:
        if segment.emotion is None:
            anchors, last = {}, anchors | last
            continue
        row = int(drawn.pictures.at(np.array([segment.start]))[0])
        if segment.emotion in anchors:
            kept.append(anchors[segment.emotion] == row)
        elif segment.emotion in last:
            other.append(last[segment.emotion] == row)
        anchors[segment.emotion] = row
    assert len(kept) > 100
    assert all(kept)
    assert np.mean(other) < 0.5


def test_too_few_pictures_are_told() -> None:
    vague = dataclasses.replace(POOL, clear=POOL.labels == EMOTIONS.index(Emotion.HAPPY))
    with pytest.raises(TrainingError, match=r"A stream needs 8 pictures \(clear\) of neutral .* so many of happy"):
        draw_moods(vague, Kind.CLEAR, 60.0, np.random.default_rng(1))


def test_things_happen_at_their_rate() -> None:
    blinks = draw_spans(BLINKS, SECONDS, np.random.default_rng(1))
    assert len(blinks.starts) / (SECONDS / 60) == pytest.approx(17, rel=0.05)
    assert 0.15 <= (blinks.ends - blinks.starts).min() <= (blinks.ends - blinks.starts).max() <= 0.3
    steps = draw_steps(0.15, SECONDS, np.random.default_rng(1))
    assert steps.starts[-1] > SECONDS
    light = draw_light(50 * SECONDS, np.random.default_rng(1))
    seen = light.at(np.arange(0.0, 50 * SECONDS, 60.0))
    assert np.mean(seen == list(Condition).index(Condition.STEADY)) == pytest.approx(LIGHTS[Condition.STEADY], abs=0.06)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 5))), st.lists(st.floats(-1, 60), min_size=1))
def test_a_moment_is_in_the_span_that_began_last(parts: list[tuple[float, float]], moments: list[float]) -> None:
    parts = sorted(parts)
    starts = np.array([start for start, _ in parts])
    spans = Spans(starts, starts + np.array([length for _, length in parts]))
    number, progress = spans.number(np.array(moments)), spans.progress(np.array(moments))
    for place, moment in enumerate(moments):
        begun = [row for row, start in enumerate(starts) if start <= moment]
        inside = bool(begun) and moment < spans.ends[begun[-1]]
        assert number[place] == (begun[-1] if inside else -1)
        assert 0.0 <= progress[place] < 1.0
        assert inside or progress[place] == 0.0


def test_a_condition_takes_one_of_its_variants() -> None:
    for place, condition in enumerate(Condition):
        draws = np.arange(100)
        taken = column(np.full(100, place), draws)
        assert set(taken.tolist()) == set(columns(condition))
        assert len(set(taken.tolist())) == WAYS[condition].variants
