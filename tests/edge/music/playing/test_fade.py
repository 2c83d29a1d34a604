"""Levels that move steadily."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.music.playing.fade import SILENCE, Fade, crossing_share

levels = st.floats(0, 1)
seconds = st.floats(0, 30)
moments = st.floats(0, 100)


def test_a_fade_goes_halfway_in_half_the_time() -> None:
    fade = SILENCE.towards(1.0, 10.0, 2.0)

    assert [fade.level(now) for now in (9.0, 10.0, 11.0, 12.0, 99.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_fade_that_turns_back_starts_where_it_is() -> None:
    turned = SILENCE.towards(1.0, 0.0, 1.0).towards(0.0, 0.25, 2.0)

    assert turned.level(0.25) == pytest.approx(0.25)
    assert turned.level(0.75) == pytest.approx(0.0)


def test_a_fade_without_time_is_there_at_once() -> None:
    assert SILENCE.towards(1.0, 5.0, 0.0).level(5.0) == 1.0


@given(start=levels, end=levels, began_at=moments, length=seconds, now=moments)
def test_a_level_stays_between_its_ends(start: float, end: float, began_at: float, length: float, now: float) -> None:
    level = Fade(start, end, began_at, length).level(now)

    assert min(start, end) - 1e-9 <= level <= max(start, end) + 1e-9


@given(start=levels, end=levels, length=seconds, now=moments)
def test_asking_again_changes_nothing(start: float, end: float, length: float, now: float) -> None:
    fade = Fade(start, end, 0.0, length)

    assert fade.towards(end, now, 7.0) == fade


def test_a_hurried_fade_ends_in_time_and_begins_where_it_is() -> None:
    slow = Fade(1.0, 0.0, 10.0, 4.0)
    hurried = slow.within(12.0, 0.5)

    assert hurried.level(12.0) == slow.level(12.0) == 0.5
    assert hurried.level(12.5) == 0.0
    assert hurried.within(12.4, 0.5) == hurried


@given(level=levels)
def test_what_leaves_and_what_comes_add_up_to_one_power(level: float) -> None:
    factors = crossing_share(level) ** 3, crossing_share(1.0 - level) ** 3

    assert factors[0] ** 2 + factors[1] ** 2 == pytest.approx(1.0)
