import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.mood.override import LONGEST_MINUTES, MoodOverride, check_minutes
from mien.types import Emotion, Override


@given(st.floats(0.01, LONGEST_MINUTES), st.floats(0, 1e6), st.floats(0, 2e9), st.floats(0, 1e5))
def test_it_lasts_for_its_minutes_whatever_the_walls_clock_says(
    minutes: float, now: float, unix: float, later: float
) -> None:
    override = MoodOverride()
    override.begin(Emotion.SAD, minutes, now, unix)
    assert override.shown == Override(Emotion.SAD, unix + 60 * minutes)
    assert override.is_over(now + later) == (now + later >= now + 60 * minutes)


def test_nothing_is_over_that_never_began_or_was_ended() -> None:
    override = MoodOverride()
    assert not override.is_over(1e9)
    override.begin(Emotion.SAD, 1, 0, 0)
    override.end()
    assert override.shown is None
    assert not override.is_over(1e9)


@pytest.mark.parametrize("minutes", [1e308, math.inf, 1440.1, 0.99, 1e-300, 0, -5, -math.inf, math.nan, 10**400])
def test_nothing_is_chosen_for_less_than_a_minute_or_more_than_a_day(minutes: float) -> None:
    with pytest.raises(ValueError, match="for 1 to 1440 minutes"):
        check_minutes(minutes)


@pytest.mark.parametrize("minutes", [1, 1.0, 30, 1440])
def test_from_a_minute_to_a_day_is_good(minutes: float) -> None:
    check_minutes(minutes)
