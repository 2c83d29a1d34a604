import pytest
from edge.eye.fakes import face
from hypothesis import given
from hypothesis import strategies as st

from mien.eye.pace import Pace, steady
from mien.types import EMOTIONS, Emotion, Expression, Observation, Sighting

FULL, CALM, EMPTY = 1 / 6, 1 / 3, 1 / 2


def showing(emotion: Emotion, probability: float = 0.9) -> Sighting:
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return Sighting(face(), Expression(tuple(probability if one is emotion else rest for one in EMOTIONS)), 1.0)


def periods(*seen: tuple[float, tuple[Sighting, ...]], frames_per_second: float = 6.0) -> list[float]:
    pace = Pace(frames_per_second)
    found = []
    for at, sightings in seen:
        pace.see(Observation(at, sightings))
        found.append(pace.period_seconds)
    return found


def test_it_looks_as_often_as_it_may_before_anything_was_seen() -> None:
    assert Pace(6.0).period_seconds == FULL


def test_an_expression_that_lasts_is_looked_at_half_as_often_until_it_changes() -> None:
    happy, happier, sad = (showing(Emotion.HAPPY),), (showing(Emotion.HAPPY, 0.99),), (showing(Emotion.SAD),)
    assert periods((0, happy), (2.9, happier), (3, happier), (9, happy), (9.1, sad), (12, sad), (12.2, sad)) == [
        FULL, FULL, CALM, CALM, FULL, FULL, CALM,
    ]  # fmt: skip


def test_what_changes_slowly_has_changed_in_the_end() -> None:
    fading = [(float(at), (showing(Emotion.HAPPY, 0.9 - 0.02 * at),)) for at in range(14)]
    assert periods(*fading)[:13] == [FULL] * 3 + [CALM] * 10
    assert periods(*fading)[13] == FULL


def test_an_empty_seat_is_looked_at_seldom_until_somebody_comes() -> None:
    assert periods((0, ()), (9.9, ()), (10, ()), (60, ()), (60.5, (showing(Emotion.SAD),))) == [
        FULL, FULL, EMPTY, EMPTY, FULL,
    ]  # fmt: skip


def test_who_comes_goes_or_cannot_be_read_any_more_is_a_change() -> None:
    one, poor = showing(Emotion.SAD), Sighting(face(), None, 0.3)
    assert periods((0, (one,)), (5, (one,)), (6, (one, one)), (10, (one, one)), (11, (one,)), (15, (poor,))) == [
        FULL, CALM, FULL, CALM, FULL, FULL,
    ]  # fmt: skip
    assert periods((0, (poor,)), (5, (poor,))) == [FULL, CALM]


def test_two_people_of_a_size_who_change_places_by_noise_are_no_change() -> None:
    one, other = showing(Emotion.SAD), Sighting(face(left=200), showing(Emotion.HAPPY).expression, 1.0)
    assert periods((0, (one, other)), (3, (other, one)), (6, (one, other))) == [FULL, CALM, CALM]


def test_a_clip_that_begins_anew_is_a_change() -> None:
    happy = (showing(Emotion.HAPPY),)
    assert periods((100, happy), (104, happy), (0, happy), (2, happy), (3, happy)) == [FULL, CALM, FULL, FULL, CALM]


def test_a_hot_board_looks_half_as_often_whatever_is_seen() -> None:
    pace = Pace(6.0)
    pace.set_hot(True)
    assert pace.period_seconds == 2 * FULL
    pace.see(Observation(0.0, (showing(Emotion.SAD),)))
    pace.see(Observation(5.0, (showing(Emotion.SAD),)))
    assert pace.period_seconds == 2 * CALM
    pace.set_hot(False)
    assert pace.period_seconds == CALM


@given(
    st.floats(1, 120),
    st.booleans(),
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.sampled_from([(), (showing(Emotion.SAD),), (showing(Emotion.FEAR),)]))),
)
def test_it_never_looks_more_often_than_the_settings_say_nor_forgets_to_look(
    frames_per_second: float, hot: bool, seen: list[tuple[float, tuple[Sighting, ...]]]
) -> None:
    pace = Pace(frames_per_second)
    pace.set_hot(hot)
    for at, sightings in seen:
        pace.see(Observation(at, sightings))
        assert 1 / frames_per_second <= pace.period_seconds <= 2 * max(0.5, 2 / frames_per_second)


@pytest.mark.parametrize(("frames_per_second", "period_seconds"), [(None, 0.0), (4.0, 0.25)])
def test_a_steady_rate_has_one_period(frames_per_second: float | None, period_seconds: float) -> None:
    assert steady(frames_per_second)() == period_seconds
