"""How a face stands in the picture, in words, as boxes, and as a seat."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.config import load
from mien.report import observation_json
from mien.setup.framing import Region, Seen, SeenFace, seat_around, seen_from, text_picture, verdict
from mien.types import Box, Expression, Face, Observation, Point, Sighting

HAPPY = Expression((0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0))
MIDDLE = (0.4, 0.3, 0.6, 0.7)
shares = st.floats(-0.5, 1.5)


def seen(region: Region = MIDDLE, pixels: float = 200.0, is_clear: bool = True) -> Seen:
    return Seen((SeenFace(region, pixels, is_clear),))


def test_a_line_of_the_eye_is_read() -> None:
    face = Face(Box(64, 48, 192, 240), Point(100, 100), Point(150, 100), 0.9)
    told = Observation(1.0, (Sighting(face, HAPPY, 1.0), Sighting(face, None, 0.0)), 640, 480)
    expected = SeenFace((0.1, 0.1, 0.3, 0.5), 128.0, True)
    assert seen_from(json.dumps(observation_json(told))) == Seen((expected, SeenFace(expected.region, 128.0, False)))
    assert seen_from(json.dumps(observation_json(Observation(1.0)))) is None


@pytest.mark.parametrize(
    ("picture", "is_good", "words"),
    [
        (Seen(), False, "Nobody is seen"),
        (seen(pixels=20.0, is_clear=False), False, "too small (20 of 32 pixels): come closer"),
        (seen(is_clear=False), False, "too dark, blurred or turned away"),
        (seen((0.0, 0.3, 0.2, 0.7)), False, "at the edge"),
        (seen((0.4, 0.3, 0.6, 1.0)), False, "at the edge"),
        (seen(pixels=50.0), True, "closer would be better"),
        (seen(), True, "stands well (200 pixels)"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(picture: Seen, is_good: bool, words: str) -> None:
    good, sentence = verdict(picture, load())
    assert (good, words in sentence) == (is_good, True)


def test_the_seat_is_where_the_face_mostly_was_with_room_around() -> None:
    faces = [seen((x, 0.4, x + 0.2, 0.6)).faces[0] for x in (0.0, 0.5, 0.52, 0.54, 0.54)]
    assert seat_around(faces) == (0.37, 0.25, 0.87, 0.75)
    assert seat_around(faces[:1]) == (0.0, 0.25, 0.35, 0.75)
    assert seat_around([]) is None


@given(st.tuples(shares, shares, st.floats(0.01, 1.0), st.floats(0.01, 1.0)))
def test_a_seat_can_be_set_and_holds_the_face_s_middle(place: tuple[float, float, float, float]) -> None:
    left, top, width, height = place
    middle = (left + width / 2, top + height / 2)
    seat = seat_around([SeenFace((left, top, left + width, top + height), 100.0, True)])
    assert seat is not None
    if all(0.01 <= share <= 0.99 for share in middle):
        assert load(None, {"people": {"seat": list(seat)}}).people.seat == list(seat)
        assert seat[0] - 0.01 <= middle[0] <= seat[2] + 0.01
        assert seat[1] - 0.01 <= middle[1] <= seat[3] + 0.01


def test_the_picture_is_a_mirror_s_and_the_seat_is_dotted() -> None:
    assert text_picture(seen((0.1, 0.25, 0.4, 0.75)), (0.05, 0.15, 0.6, 0.8), 24, 10) == [
        "┌──────────────────────┐",
        "│        ··············│",
        "│        ·    ╔══════╗·│",
        "│        ·    ║      ║·│",
        "│        ·    ║      ║·│",
        "│        ·    ║      ║·│",
        "│        ·    ╚══════╝·│",
        "│        ··············│",
        "└──────────────────────┘",
    ]


@given(st.lists(st.tuples(shares, shares, shares, shares), max_size=4), st.integers(1, 200), st.integers(1, 80))
def test_faces_anywhere_are_drawn_in_any_room(regions: list[Region], columns: int, rows: int) -> None:
    ordered = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in regions]
    drawn = text_picture(Seen(tuple(SeenFace(region, 9.0, True) for region in ordered)), MIDDLE, columns, rows)
    assert {len(line) for line in drawn} == {len(drawn[0])}
    assert len(drawn[0]) <= max(columns, 12)
    assert len(drawn) <= max(rows, 6)
