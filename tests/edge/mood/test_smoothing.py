import math

import pytest
from edge.mood.streams import expression, observations, seen, stream
from hypothesis import given

from mien import config
from mien.mood.attention import Attention
from mien.mood.look import Look
from mien.mood.smoothing import ExpressionSmoother
from mien.types import Emotion, Observation


def look(observation: Observation) -> Look:
    return Attention(config.load().people).update(observation)


def look_at(at: float, emotion: Emotion | None, probability: float = 0.88) -> Look:
    return look(seen(at, emotion, probability))


@given(observations())
def test_it_stays_a_distribution(stream_of_any_kind: list[Observation]) -> None:
    smoother = ExpressionSmoother(1.0)
    for observation in stream_of_any_kind:
        smoothed = smoother.update(look(observation))  # Expression checks itself
        assert smoothed.at == observation.seen_at
        assert smoothed.absent_seconds >= 0


@pytest.mark.parametrize("frames_per_second", [3, 6, 12, 24, 30])
def test_it_follows_elapsed_time_and_not_the_number_of_frames(frames_per_second: float) -> None:
    smoother = ExpressionSmoother(1.0)
    last = None
    for observation in stream([(2.0 + 1e-9, Emotion.HAPPY)], frames_per_second):
        last = smoother.update(look(observation))
    assert last is not None
    from_uniform = 1 / 7 + (0.88 - 1 / 7) * (1 - math.exp(-2.0))
    assert last.expression.as_dict()["happy"] == pytest.approx(from_uniform, abs=1e-6)


def test_a_single_frame_after_a_gap_counts_for_one_time_constant_at_most() -> None:
    smoother = ExpressionSmoother(1.0)
    smoother.update(look_at(0.0, Emotion.SAD))
    after_gap = smoother.update(look_at(100.0, Emotion.HAPPY, 1.0)).expression
    assert after_gap.as_dict()["happy"] == pytest.approx(1 / 7 + (6 / 7) * (1 - math.exp(-1)), abs=1e-6)


def test_a_poor_face_counts_less() -> None:
    def after(quality: float) -> float:
        smoother = ExpressionSmoother(1.0)
        smoother.update(look_at(0.0, Emotion.HAPPY))
        judged = expression(Emotion.HAPPY)
        return smoother.update(Look(1.0, 1, judged, quality)).expression.as_dict()["happy"]

    assert after(0.0) == pytest.approx(1 / 7)
    assert after(0.0) < after(0.5) < after(1.0)


def test_it_fades_to_anything_is_possible_when_nobody_is_there() -> None:
    smoother = ExpressionSmoother(1.0)
    for observation in stream([(5, Emotion.HAPPY), (10, None)], 6):
        smoothed = smoother.update(look(observation))
    assert max(smoothed.expression.probabilities) < 0.15
    assert smoothed.absent_seconds == pytest.approx(10, abs=0.2)


def test_nobody_was_there_before_the_first_face() -> None:
    assert ExpressionSmoother(1.0).update(look_at(0.0, None)).absent_seconds == math.inf


def test_no_smoothing_gives_the_last_frame() -> None:
    smoother = ExpressionSmoother(0.0)
    smoother.update(look_at(0.0, Emotion.SAD))
    assert smoother.update(look_at(0.1, Emotion.HAPPY)).expression.as_dict()["happy"] == pytest.approx(0.88)
