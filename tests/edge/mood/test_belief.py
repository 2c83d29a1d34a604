import math
from dataclasses import replace

import pytest
from edge.mood.streams import expression, expressions, observations
from hypothesis import given
from hypothesis import strategies as st

from mien import config
from mien.mood.attention import Attention
from mien.mood.belief import LONGEST_LOOK_SECONDS, Belief, MoodBelief
from mien.mood.decision import MoodDecision
from mien.mood.look import Look
from mien.types import EMOTIONS, Emotion, Expression, Observation

SETTINGS = config.load()
HAPPY = EMOTIONS.index(Emotion.HAPPY)


def believed(looks: list[Look]) -> list[Belief]:
    belief = MoodBelief(SETTINGS.mood)
    return [belief.update(look) for look in looks]


def looks_at(seconds: float, rate: float, seen: Expression | None, quality: float = 1.0) -> list[Look]:
    return [Look(frame / rate, 1, seen, quality) for frame in range(round(seconds * rate) + 1)]


def of_happy(looks: list[Look]) -> float:
    return believed(looks)[-1].probabilities[HAPPY]


@given(observations())
def test_it_stays_a_distribution(stream_of_any_kind: list[Observation]) -> None:
    attention = Attention(SETTINGS.people)
    for belief in believed([attention.update(observation) for observation in stream_of_any_kind]):
        assert all(0.0 <= probability <= 1.0 for probability in belief.probabilities)
        assert sum(belief.probabilities) <= 1.0 + 1e-9
        assert belief.absent_seconds >= 0


@given(expressions(), st.sampled_from((2.0, 3.0, 6.0, 12.0, 24.0)), st.floats(0.1, 1.0))
def test_it_follows_elapsed_time_and_not_the_number_of_frames(seen: Expression, rate: float, quality: float) -> None:
    fine, coarse = (believed(looks_at(3.0, each, seen, quality))[-1] for each in (24.0, rate))
    assert coarse.probabilities == pytest.approx(fine.probabilities, abs=1e-9)


@given(expressions(), expressions(), st.floats(0.1, 5.0))
def test_another_person_starts_from_anything_is_possible(one: Expression, other: Expression, seconds: float) -> None:
    before = looks_at(seconds, 6, one)
    since = before[-1].at + 1 / 6
    handed_over = [*before, *(replace(look, at=look.at + since, person=2) for look in looks_at(1, 6, other))]
    alone = [Look(-1 / 6, None, None, 0.0), *looks_at(1, 6, other)]
    assert believed(handed_over)[-1].probabilities == pytest.approx(believed(alone)[-1].probabilities, abs=1e-6)


def test_a_single_frame_after_a_gap_does_not_count_for_all_of_it() -> None:
    sad, happy = expression(Emotion.SAD), expression(Emotion.HAPPY)
    after_gap = believed([*looks_at(5, 6, sad), Look(100.0, 1, happy, 1.0)])[-1]
    alone = believed([Look(0.0, None, None, 0.0), Look(LONGEST_LOOK_SECONDS, 1, happy, 1.0)])[-1]
    assert after_gap.probabilities == pytest.approx(alone.probabilities)


def test_a_poor_face_counts_less() -> None:
    poor, fair, good = (of_happy(looks_at(0.5, 6, expression(Emotion.HAPPY), quality)) for quality in (0.0, 0.4, 1.0))
    assert poor == pytest.approx(1 / 8)
    assert poor < fair < good


def test_what_cannot_be_judged_for_a_moment_leaves_the_belief_above_the_others_and_fades_in_time() -> None:
    seen, unseen = looks_at(5, 6, expression(Emotion.HAPPY)), looks_at(60, 6, None, 0.0)
    after = [of_happy([*seen, *(replace(look, at=look.at + 5) for look in unseen[: round(seconds * 6)])])
             for seconds in (0, 2, 60)]  # fmt: skip
    assert after[0] > after[1] > SETTINGS.mood.leave_probability
    assert after[2] == pytest.approx(1 / 8, abs=1e-3)


def test_no_emotion_is_clear_in_a_look_that_names_none() -> None:
    flat = Expression(tuple(1 / len(EMOTIONS) for _ in EMOTIONS))
    decision = MoodDecision(SETTINGS.mood)
    changes = [decision.update(belief) for belief in believed(looks_at(60, 6, flat))]
    assert [change.current.name for change in changes if change is not None] == ["unsure"]


def test_a_person_out_of_sight_is_absent_since_they_were_seen_last() -> None:
    first, second, third = believed([
        Look(10.0, None, None, 0.0), Look(20.0, 1, None, 0.0, unseen_seconds=2.5), Look(24.0, None, None, 0.0),
    ])  # fmt: skip
    assert (first.absent_seconds, second.absent_seconds, third.absent_seconds) == (math.inf, 2.5, 6.5)
