import itertools
from functools import lru_cache

import numpy as np
import pytest
from training.streams.small_pool import small_pool

from mien.types import Emotion, Observation
from mien_training.streams.camera import ONSET_SECONDS
from mien_training.streams.compose import Stream, compose
from mien_training.streams.pool import Kind
from mien_training.streams.score import at_once, tally

HOURS = 0.3


@lru_cache
def stream(frames_per_second: float = 6.0, seed: int = 1) -> Stream:
    return compose(small_pool(), seed, HOURS, frames_per_second, Kind.CLEAR)


def alone(observation: Observation) -> bool:
    return len(observation.sightings) == 1 and observation.sightings[0].expression is not None


def overlap(one: Observation, other: Observation) -> float:
    a, b = one.sightings[0].face.box, other.sightings[0].face.box
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0.0, width) * max(0.0, height) / max(a.area, b.area)


def test_the_same_seed_is_the_same_stream_and_another_one_is_not() -> None:
    again = compose(small_pool(), 1, HOURS, 3.0, Kind.CLEAR)
    assert again == stream(3.0)
    assert stream(3.0, seed=2).truth != again.truth


@pytest.mark.parametrize("frames_per_second", [3.0, 6.0, 24.0])
def test_frames_come_at_their_rate_but_for_the_lost_ones(frames_per_second: float) -> None:
    times = [observation.seen_at for observation in stream(frames_per_second).observations]
    assert all(before < after for before, after in itertools.pairwise(times))
    assert 0.93 < len(times) / (3600 * HOURS * frames_per_second) < 0.99
    assert max(after - before for before, after in itertools.pairwise(times)) > 1.0  # a gap


def test_another_rate_looks_at_the_same_hour() -> None:
    fast = stream(24.0)
    assert (fast.truth, fast.legible) == (stream(3.0).truth, stream(3.0).legible)
    times = np.array([observation.seen_at for observation in fast.observations])
    near = [
        (slow, fast.observations[int(np.abs(times - slow.seen_at).argmin())]) for slow in stream(3.0).observations[::20]
    ]
    same = [len(slow.sightings) == len(quick.sightings) for slow, quick in near]
    assert np.mean(same) > 0.97
    read = [
        slow.sightings[0].expression == quick.sightings[0].expression
        for slow, quick in near
        if alone(slow) and alone(quick)
    ]
    assert np.mean(read) > 0.9


def test_what_is_read_is_what_is_true_but_for_disturbances() -> None:
    lone = [
        (observation, segment)
        for observation in stream().observations
        if (segment := stream().truth.at(observation.seen_at)) and segment.emotion and alone(observation)
    ]
    right = [
        observation.sightings[0].expression is not None and observation.sightings[0].expression.top is segment.emotion
        for observation, segment in lone
        if observation.seen_at - segment.start > ONSET_SECONDS
    ]
    assert 0.97 < np.mean(right) < 1.0  # a smile of a moment is no mood
    assert stream().legible == stream().truth


def test_nobody_is_seen_in_an_empty_seat_but_who_walks_by() -> None:
    empty = [one for one in stream().observations if (now := stream().truth.at(one.seen_at)) and now.emotion is None]
    assert len(empty) > 100
    assert np.mean([bool(one.sightings) for one in empty]) < 0.1


def test_the_person_sways_and_others_pass_and_heads_turn_away() -> None:
    observations = stream().observations
    steps = [overlap(*pair) for pair in itertools.pairwise(observations) if all(map(alone, pair))]
    assert np.quantile(steps, 0.01) > 0.7
    crowds = [one for one in observations if len(one.sightings) == 2]
    assert crowds
    assert all(one.sightings[0].face.box.area >= one.sightings[1].face.box.area for one in crowds)
    unclear = [one for one in observations if one.sightings and one.sightings[0].expression is None]
    assert 0.005 < len(unclear) / len(observations) < 0.05


def test_a_face_that_is_always_misread_is_legible_as_something_else() -> None:
    misread = compose(small_pool(misread={Emotion.NEUTRAL: Emotion.SAD}), 1, HOURS, 1.0, Kind.CLEAR)
    assert misread.truth == stream().truth
    assert {one.name for one in misread.legible.segments} >= {"sad", "happy", "nobody"}
    assert "neutral" not in {one.name for one in misread.legible.segments}
    floor = tally(at_once(misread.legible), misread.truth)
    assert floor.wrong >= sum(one.emotion is Emotion.NEUTRAL for one in misread.truth.segments) / 2


def test_a_face_that_tells_nothing_is_a_gap() -> None:
    vague = compose(small_pool(sure=0.4), 1, HOURS, 1.0, Kind.CLEAR)
    assert {one.emotion for one in vague.legible.segments} == {None}


def test_a_mood_sets_in_over_a_moment() -> None:
    fast = stream(24.0)
    now = next(after for before, after in itertools.pairwise(fast.truth.segments) if before.emotion and after.emotion)
    shares = [
        one.sightings[0].expression.as_dict()[now.name]
        for one in fast.observations
        if now.start <= one.seen_at < now.start + ONSET_SECONDS and alone(one) and one.sightings[0].expression
    ]
    assert len(shares) > 3
    assert all(0.0 <= early < later <= 0.9 for early, later in itertools.pairwise(shares))
