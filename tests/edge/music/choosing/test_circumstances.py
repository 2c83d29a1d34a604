"""Time and keys."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.music.choosing.circumstances import Moment, arousal_shift, key_of
from mien.types import Affect, Track


@given(st.floats(0, 24, exclude_max=True))
def test_late_hours_are_a_little_gentler_and_none_is_livelier(hour: float) -> None:
    assert -0.1 <= arousal_shift(hour) <= 0.0
    assert (arousal_shift(hour) == 0.0) == (7.0 <= hour <= 20.0)


def test_the_hours_change_smoothly_round_the_clock() -> None:
    shifts = [arousal_shift(minute / 60 % 24) for minute in range(24 * 60 + 1)]

    assert all(abs(later - earlier) < 0.001 for earlier, later in pairwise(shifts))
    assert arousal_shift(2.0) == min(shifts) == -0.1


@pytest.mark.parametrize("numbers", [(math.nan, 0.0, 1.0), (0.0, math.inf, 1.0), (0.0, 0.0, 24.0), (0.0, 0.0, -1.0)])
def test_a_moment_that_is_none_is_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="a moment is"):
        Moment(*numbers)


def test_a_track_is_remembered_by_its_content_and_until_that_is_read_by_its_path() -> None:
    unread = Track(Path("/music/a.mp3"), "a", None, None, None, Affect(0, 0), "prior")
    read = Track(Path("/music/a.mp3"), "a", None, None, None, Affect(0, 0), "prior", content_hash="5eed")

    assert (key_of(unread), key_of(read)) == ("/music/a.mp3", "5eed")
