import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import config
from mien.sections.seeing import PeopleSettings
from mien.types import Box
from mien.who_counts import preference

SIZE = (640, 480)


def people(follow: str) -> PeopleSettings:
    return config.load(changes={"people": {"follow": follow, "seat": [0.5, 0.25, 1.0, 0.75]}}).people


def square(x: float, y: float, width: float = 100.0) -> Box:
    return Box(x - width / 2, y - width / 2, x + width / 2, y + width / 2)


@pytest.mark.parametrize("follow", ["largest", "everyone"])
def test_the_larger_is_the_better_wherever_it_is(follow: str) -> None:
    assert preference(people(follow), square(20, 20, 110), *SIZE) > preference(people(follow), square(320, 240), *SIZE)


def test_the_seat_takes_in_its_edges_and_nobody_beyond() -> None:
    inside, beyond = [(320, 120), (640, 360), (480, 240)], [(319, 240), (641, 240), (480, 119), (480, 361)]
    assert [preference(people("seat"), square(*centre, 90), *SIZE) for centre in inside] == [90, 90, 90]
    assert [preference(people("seat"), square(*centre, 400), *SIZE) for centre in beyond] == [0, 0, 0, 0]


@given(st.floats(-640, 640), st.floats(-640, 640), st.integers(2, 5))
def test_the_nearer_to_the_middle_is_the_better_whatever_the_resolution(one: float, other: float, zoom: int) -> None:
    def central(pixels: float, scale: int) -> float:
        return preference(people("central"), square((320 + pixels) * scale, 240 * scale), 640 * scale, 480 * scale)

    assert central(one, 1) == pytest.approx(central(one, zoom))
    assert (central(one, 1) >= central(other, 1)) == (abs(one) <= abs(other)) or abs(one) == pytest.approx(abs(other))
