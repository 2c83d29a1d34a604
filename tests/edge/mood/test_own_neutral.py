"""The lesson that is asked for, quiet looking on, and what becomes of the looks in between."""

from collections.abc import Iterator
from typing import Any

import pytest
from edge.mood.streams import expression

from mien.config import Settings
from mien.mood.baseline import Baseline, log_ratios_of
from mien.mood.look import Look
from mien.mood.own_neutral import ENOUGH_SECONDS, PATIENCE_SECONDS, OwnNeutral
from mien.setting_layers import default_values
from mien.types import BaselineStage, Emotion, Expression

SAD_AT_REST = Expression((0.02, 0.0, 0.03, 0.02, 0.62, 0.01, 0.3))
KNOWN = Baseline(log_ratios_of(SAD_AT_REST), 45.0)
FRAMES_PER_SECOND = 6


def settings(baseline: str = "asked", follow: str = "largest") -> Settings:
    values = default_values()
    values["mood"]["baseline"], values["people"]["follow"] = baseline, follow
    return Settings.model_validate(values)


class Owner:
    """Shows faces to an `OwnNeutral`, and keeps what it learned."""

    def __init__(self, kept: Baseline | None = None, **words: Any) -> None:
        self.kept: list[Baseline | None] = []
        self.own = OwnNeutral(settings(**words), kept, self._keep)
        self._frames = 0

    def _keep(self, baseline: Baseline | None) -> str:
        self.kept.append(baseline)
        return "It is kept."

    def stage(self) -> BaselineStage:
        return self.own.state.stage

    def show(self, seconds: float, seen: Expression | None, person: int | None = 1) -> Look:
        """Return the last look as it was corrected."""
        return list(self.looks(seconds, seen, person))[-1]

    def looks(self, seconds: float, seen: Expression | None, person: int | None = 1) -> Iterator[Look]:
        for _ in range(round(seconds * FRAMES_PER_SECOND)):
            self._frames += 1
            yield self.own.update(Look(self._frames / FRAMES_PER_SECOND, person, seen, 1.0))


def test_a_minute_of_rest_is_learned_kept_and_corrects_from_then_on() -> None:
    owner = Owner()
    assert owner.stage() is BaselineStage.UNKNOWN
    assert owner.own.learn().stage is BaselineStage.LEARNING
    assert owner.show(30, SAD_AT_REST).expression == SAD_AT_REST
    assert owner.stage() is BaselineStage.LEARNING
    assert 29 <= owner.own.state.seconds <= 30
    owner.show(ENOUGH_SECONDS - 29, SAD_AT_REST)
    assert owner.stage() is BaselineStage.KNOWN
    assert owner.own.state.message == "The face at rest is known, from 45 seconds of it. It is kept."
    (learned,) = owner.kept
    assert learned is not None
    assert learned.log_ratios == pytest.approx(log_ratios_of(SAD_AT_REST))
    look = owner.show(1, SAD_AT_REST, person=2)  # it is the seat's
    assert look.expression is not None
    assert look.expression.top is Emotion.NEUTRAL


def test_seconds_without_a_face_that_can_be_judged_do_not_count() -> None:
    owner = Owner()
    owner.own.learn()
    for _ in range(4):
        owner.show(8, SAD_AT_REST)
        owner.show(10, None)
    assert owner.stage() is BaselineStage.LEARNING
    assert 30 <= owner.own.state.seconds <= 32


def test_too_little_of_a_face_is_refused_and_what_was_known_stays() -> None:
    owner = Owner(KNOWN)
    owner.own.learn()
    owner.show(10, SAD_AT_REST)
    owner.show(PATIENCE_SECONDS - 11, None, person=None)
    assert owner.stage() is BaselineStage.LEARNING
    owner.show(2, None, person=None)
    assert owner.stage() is BaselineStage.REFUSED
    assert "Only 9 of 45 seconds" in owner.own.state.message
    assert "The face at rest is known, from 45 seconds of it." in owner.own.state.message
    assert owner.kept == []
    assert owner.show(1, SAD_AT_REST).expression == KNOWN.correct(SAD_AT_REST)
    assert owner.own.learn().stage is BaselineStage.LEARNING


@pytest.mark.parametrize(("shown", "word"), [(Emotion.HAPPY, "happy"), (Emotion.SURPRISE, "surprised")])
def test_a_happy_minute_is_refused_in_one_sentence(shown: Emotion, word: str) -> None:
    owner = Owner()
    owner.own.learn()
    owner.show(20, SAD_AT_REST)
    owner.show(26, expression(shown, 0.7))
    assert owner.stage() is BaselineStage.REFUSED
    assert owner.own.state.message.startswith(f"The face looked {word} most of the time: ")
    assert owner.own.state.message.count(".") == 1
    assert owner.show(1, SAD_AT_REST).expression == SAD_AT_REST


def test_a_lesson_is_of_one_person() -> None:
    owner = Owner()
    owner.own.learn()
    owner.show(40, expression(Emotion.ANGRY, 0.6), person=1)
    owner.show(40, SAD_AT_REST, person=2)
    assert owner.stage() is BaselineStage.LEARNING
    owner.show(6, SAD_AT_REST, person=2)
    (learned,) = owner.kept
    assert learned is not None
    assert learned.log_ratios == pytest.approx(log_ratios_of(SAD_AT_REST))


@pytest.mark.parametrize("looks_begin", [False, True])
def test_a_lesson_ends_by_the_clock_too(looks_begin: bool) -> None:
    owner = Owner()
    owner.own.learn()
    owner.own.on_time(1000.0)
    if looks_begin:
        owner.show(20, SAD_AT_REST)
    owner.own.on_time(1000.0 + PATIENCE_SECONDS - 1)
    assert owner.stage() is BaselineStage.LEARNING
    owner.own.on_time(1000.0 + PATIENCE_SECONDS)
    assert owner.stage() is BaselineStage.REFUSED
    assert owner.own.state.message.startswith("Only 19 of 45" if looks_begin else "Nothing was learned, since no eye ")
    owner.show(60, SAD_AT_REST, person=2)  # whoever comes later is not learned
    assert owner.kept == []
    owner.own.learn()  # and the next lesson has its own time
    owner.own.on_time(2000.0)
    assert owner.stage() is BaselineStage.LEARNING


def test_what_was_kept_holds_from_the_first_look_until_it_is_forgotten() -> None:
    owner = Owner(KNOWN)
    assert owner.stage() is BaselineStage.KNOWN
    assert owner.show(1, SAD_AT_REST).expression == KNOWN.correct(SAD_AT_REST)
    assert owner.own.forget().stage is BaselineStage.UNKNOWN
    assert owner.kept == [None]
    assert owner.show(1, SAD_AT_REST).expression == SAD_AT_REST


def test_forgetting_ends_a_lesson() -> None:
    owner = Owner()
    owner.own.learn()
    owner.own.forget()
    owner.show(60, SAD_AT_REST)
    assert owner.kept == [None]
    assert owner.stage() is BaselineStage.UNKNOWN


@pytest.mark.parametrize(
    "words", [{"baseline": "off"}, {"follow": "everyone"}, {"baseline": "quiet", "follow": "everyone"}]
)
def test_nothing_is_learned_or_corrected_where_it_is_off_or_everyone_counts(words: dict[str, str]) -> None:
    owner = Owner(KNOWN, **words)
    state = owner.own.learn()
    assert state.stage is BaselineStage.REFUSED
    assert state.message.endswith(".")
    assert owner.show(400, SAD_AT_REST).expression == SAD_AT_REST
    assert owner.kept == []
    owner.own.forget()  # works all the same
    assert owner.kept == [None]


def test_quiet_learns_the_commonest_look_of_one_person_and_keeps_nothing() -> None:
    owner = Owner(baseline="quiet")
    assert owner.show(100, SAD_AT_REST).expression == SAD_AT_REST
    owner.show(40, expression(Emotion.HAPPY))
    look = owner.show(20, SAD_AT_REST)
    assert look.expression is not None
    assert look.expression.as_dict()["sad"] < 0.5
    assert owner.stage() is BaselineStage.KNOWN
    assert "taken for" in owner.own.state.message
    assert owner.kept == []
    assert owner.show(1, SAD_AT_REST, person=2).expression == SAD_AT_REST
    assert owner.stage() is BaselineStage.UNKNOWN


def test_quiet_does_not_correct_the_next_person_by_the_last_one_while_a_lesson_runs() -> None:
    owner = Owner(baseline="quiet")
    owner.show(130, SAD_AT_REST)
    owner.own.learn()
    assert owner.show(5, SAD_AT_REST).expression != SAD_AT_REST
    assert owner.show(5, SAD_AT_REST, person=2).expression == SAD_AT_REST
    assert owner.stage() is BaselineStage.LEARNING


def test_quiet_does_not_take_laughter_for_rest_nor_turn_ten_sad_minutes_into_neutral() -> None:
    laughing = Owner(baseline="quiet")
    laughing.show(200, expression(Emotion.HAPPY))
    assert laughing.stage() is BaselineStage.UNKNOWN
    crying, sad = Owner(baseline="quiet"), expression(Emotion.SAD, 0.8)
    look = crying.show(620, sad)
    assert crying.stage() is BaselineStage.KNOWN
    assert look.expression is not None
    assert look.expression.top is Emotion.SAD


def test_what_was_asked_for_comes_before_what_was_seen_quietly() -> None:
    owner = Owner(KNOWN, baseline="quiet")
    owner.show(300, expression(Emotion.ANGRY, 0.6), person=3)
    assert owner.show(1, SAD_AT_REST, person=4).expression == KNOWN.correct(SAD_AT_REST)
