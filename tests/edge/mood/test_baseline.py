"""A person's neutral: what is learned of looks, and how it corrects them."""

import pytest
from edge.mood.streams import expression, expressions
from hypothesis import given
from hypothesis import strategies as st

from mien.mood.baseline import (
    MOST_LOWERED,
    NEUTRAL_FACES,
    TOLD,
    Baseline,
    RestingLook,
    log_ratios_of,
    offsets,
    without,
)
from mien.mood.look import Look
from mien.types import EMOTIONS, Emotion, Expression

SAD_AT_REST = Expression((0.02, 0.0, 0.03, 0.02, 0.72, 0.01, 0.2))
CALM_SMILE = Expression((0.01, 0.0, 0.01, 0.42, 0.02, 0.0, 0.54))
VERY_CALM = Expression((0.002, 0.001, 0.002, 0.002, 0.006, 0.002, 0.985))

ratios = st.tuples(*(st.floats(-7.0, 7.0) for _ in TOLD))
baselines = st.builds(Baseline, ratios, st.floats(0.0, 600.0), st.booleans())


def learned_from(parts: list[tuple[float, Expression | None, float]], frames_per_second: float) -> RestingLook:
    """Look at parts of (seconds, what is seen, quality), one after the other."""
    resting, frame, end = RestingLook(600), 0, 0.0
    for seconds, seen, quality in parts:
        end += seconds
        while frame / frames_per_second < end:
            resting.add(Look(frame / frames_per_second, 1, seen, quality))
            frame += 1
    return resting


@given(baselines, expressions())
def test_a_corrected_expression_is_a_distribution(baseline: Baseline, seen: Expression) -> None:
    corrected = baseline.correct(seen)
    assert sum(corrected.probabilities) == pytest.approx(1.0)


@given(expressions(), st.booleans())
def test_a_baseline_of_no_seconds_changes_nothing(seen: Expression, asked: bool) -> None:
    corrected = Baseline((3.0, -6.0, 0.0, -1.0, 2.0, 5.0), 0.0, asked).correct(seen)
    assert corrected.probabilities == pytest.approx(seen.probabilities)


@given(expressions())
def test_a_face_whose_rest_is_that_of_faces_in_general_is_seen_as_it_is(seen: Expression) -> None:
    nothing = offsets(NEUTRAL_FACES, 1.0, -9.0, 9.0, smile_reach=0.0)
    assert without(seen, nothing).probabilities == pytest.approx(seen.probabilities)


@given(baselines, st.sampled_from(EMOTIONS), st.data())
def test_a_clear_emotion_keeps_its_name(baseline: Baseline, clear: Emotion, data: st.DataObject) -> None:
    weights = data.draw(st.tuples(*(st.floats(0.0, 1.0) for _ in range(6))))
    rest = [0.04 * weight / (sum(weights) or 1.0) for weight in weights]
    rest.insert(EMOTIONS.index(clear), 1.0 - sum(rest))
    assert baseline.correct(Expression(tuple(rest))).top is clear


def test_a_face_that_looks_sad_at_rest_is_neutral_and_a_small_smile_on_a_calm_one_is_a_smile() -> None:
    sad = Baseline(log_ratios_of(SAD_AT_REST), 45.0)
    assert (SAD_AT_REST.top, sad.correct(SAD_AT_REST).top) == (Emotion.SAD, Emotion.NEUTRAL)
    calm = Baseline(log_ratios_of(VERY_CALM), 45.0)
    assert (CALM_SMILE.top, calm.correct(CALM_SMILE).top) == (Emotion.NEUTRAL, Emotion.HAPPY)
    assert calm.correct(VERY_CALM).top is Emotion.NEUTRAL


@given(st.floats(0.0, 300.0), st.floats(0.0, 300.0))
def test_more_seconds_take_off_more(some: float, more: float) -> None:
    def sadness(seconds: float) -> float:
        shown = Baseline(log_ratios_of(SAD_AT_REST), seconds).correct(SAD_AT_REST).as_dict()
        return shown["sad"] / shown["neutral"]

    few, many = sorted((some, more))
    assert sadness(many) <= sadness(few) + 1e-12


def test_what_was_only_taken_for_rest_takes_off_less() -> None:
    clear = Expression((0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.1))
    quiet, asked = (Baseline(log_ratios_of(clear), 600.0, asked) for asked in (False, True))
    assert quiet.correct(clear).top is Emotion.SAD
    assert quiet.correct(clear).as_dict()["sad"] > asked.correct(clear).as_dict()["sad"] + 0.1
    assert MOST_LOWERED >= 1


@given(st.integers(0, 6), expressions(), expressions())
def test_it_learns_the_same_at_3_and_at_24_frames_a_second(laughs: int, at_rest: Expression, other: Expression) -> None:
    parts: list[tuple[float, Expression | None, float]] = [(9.0, at_rest, 0.8), (laughs / 2, other, 0.8)] * 2
    slow, fast = learned_from(parts, 3.0), learned_from(parts, 24.0)
    assert abs(slow.seconds - fast.seconds) <= 1
    # A laugh's first and last second are mixtures that depend on where frames fall; the middle does not.
    assert slow.middle(asked=True).log_ratios == pytest.approx(fast.middle(asked=True).log_ratios, abs=0.02)


def test_a_laugh_a_blink_and_bad_frames_do_not_move_the_middle() -> None:
    laugh = expression(Emotion.HAPPY, 0.98)
    parts = [(8.0, SAD_AT_REST, 1.0), (4.0, laugh, 1.0), (5.0, None, 0.3), (8.0, SAD_AT_REST, 1.0), (9.0, laugh, 0.0)]
    resting = learned_from([*parts], 12.0)
    assert 19 <= resting.seconds <= 20
    assert resting.middle(asked=True).log_ratios == pytest.approx(log_ratios_of(SAD_AT_REST), abs=1e-6)


def test_within_a_second_better_frames_count_more() -> None:
    resting = RestingLook(10)
    for place, (seen, quality) in enumerate([(CALM_SMILE, 1.0), (SAD_AT_REST, 0.9), (CALM_SMILE, 0.1)]):
        resting.add(Look(place / 2, 1, seen, quality))
    learned = resting.middle(asked=True).log_ratios
    sad, calm = (log_ratios_of(one) for one in (SAD_AT_REST, CALM_SMILE))
    assert learned == pytest.approx([0.9 * one + 0.1 * other for one, other in zip(sad, calm, strict=True)])


def test_a_single_frame_after_a_gap_is_one_second_at_most_and_old_seconds_are_forgotten() -> None:
    resting = RestingLook(3)
    assert not resting.add(Look(0.0, 1, CALM_SMILE, 1.0))
    assert resting.add(Look(1000.0, 1, CALM_SMILE, 1.0))
    assert resting.seconds == 1
    for at in range(1001, 1011):
        resting.add(Look(float(at), 1, SAD_AT_REST, 1.0))
    assert resting.seconds == 3
    assert resting.middle(asked=True).log_ratios == pytest.approx(log_ratios_of(SAD_AT_REST))


@pytest.mark.parametrize(
    ("log_ratios", "seconds"),
    [((0.0,) * 5, 1.0), ((0.0,) * 7, 1.0), ((0.0,) * 5 + (float("nan"),), 1.0), ((0.0,) * 6, -1.0),
     ((0.0,) * 6, float("inf"))],
)  # fmt: skip
def test_what_cannot_be_learned_is_refused(log_ratios: tuple[float, ...], seconds: float) -> None:
    with pytest.raises(ValueError, match=r"six finite numbers|not negative"):
        Baseline(log_ratios, seconds)
