import math
from collections.abc import Iterable
from itertools import pairwise

import pytest
from edge.mood.scenes import (
    arriving,
    between,
    but_for,
    crowds,
    frame,
    poster,
    scene,
    sitting,
    still_face,
    walking,
)
from edge.mood.streams import expression, swaying_face
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import config
from mien.mood.attention import Attention
from mien.mood.look import Look
from mien.mood.tracks import Tracks
from mien.types import Emotion, Observation, Sighting

RATES = [3, 6, 12, 24]
SEAT = [0.5, 0.0, 1.0, 1.0]
HAND_OVER_SECONDS = 2.0


def attention(follow: str = "largest", hand_over_seconds: float = HAND_OVER_SECONDS) -> Attention:
    people = {"follow": follow, "hand_over_seconds": hand_over_seconds, "seat": SEAT, "still_seconds": 30.0}
    return Attention(config.load(changes={"people": people}).people)


def looks(stream: Iterable[Observation], follow: str = "largest") -> list[Look]:
    return list(map(attention(follow).update, stream))


def shown(seen: Iterable[Look]) -> list[str]:
    """What the faces followed show, each once in a row; `nobody`, and `unseen` for who is out of sight."""
    words = [
        "nobody" if look.person is None else "unseen" if look.expression is None else look.expression.top.value
        for look in seen
    ]
    return [word for index, word in enumerate(words) if index == 0 or words[index - 1] != word]


@given(crowds(), st.sampled_from(["largest", "central"]), st.floats(0.0, 4.0))
@settings(max_examples=40)
def test_no_hand_over_is_quicker_than_its_time(crowd: list[Observation], follow: str, seconds: float) -> None:
    told, tracks = attention(follow, seconds), Tracks(30.0, 3.0 + seconds)
    there_since, followed, taken_at, followed_until = dict[int, float](), None, -math.inf, 0.0
    for observation in crowd:
        look = told.update(observation)
        there_since = {p.number: look.at for p in tracks.update(observation)} | there_since
        if look.person is None:
            continue
        if look.person != followed:
            if followed is not None:
                assert look.at - taken_at >= seconds
                assert look.at - min(followed_until, there_since[look.person]) >= seconds
            taken_at = look.at
        followed, followed_until = look.person, look.at


@given(crowds())
@settings(max_examples=40)
def test_with_a_seat_nobody_outside_it_is_ever_followed(crowd: list[Observation]) -> None:
    told = attention("seat")
    for observation in crowd:
        in_seat = {
            sighting.quality
            for sighting in observation.sightings
            if (sighting.face.box.left + sighting.face.box.right) / 2 >= SEAT[0] * 640
        }
        look = told.update(observation)
        assert look.expression is None or any(look.quality == pytest.approx(quality) for quality in in_seat)


@given(crowds(), st.floats(1.0, 1e6))
@settings(max_examples=20)
def test_only_time_that_passes_counts(crowd: list[Observation], later: float) -> None:
    whole = [Observation(round(one.seen_at * 8) / 8, one.sightings, 640, 480) for one in crowd]
    moved = [Observation(one.seen_at + round(later), one.sightings, 640, 480) for one in whole]
    assert [look.person for look in looks(whole)] == [look.person for look in looks(moved)]


def test_a_lone_face_is_followed_at_once() -> None:
    first = next(scene(1, 6, poster(200, 100)))
    (look,) = looks([first])
    assert look.person == 1
    assert look.quality == pytest.approx(0.9)
    assert shown([look]) == ["angry"]


@pytest.mark.parametrize("rate", RATES)
def test_who_comes_nearer_takes_over_after_the_time_of_a_hand_over(rate: float) -> None:
    seen = looks(scene(20, rate, sitting(400, 100), arriving(10, 100, 140, Emotion.HAPPY)))
    assert shown(seen) == ["neutral", "happy"]
    taken = next(look.at for look in seen if look.person == 2)
    assert 10 + HAND_OVER_SECONDS <= taken <= 10 + HAND_OVER_SECONDS + 1  # when that it lives is seen, too


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("widths_a_second", [1.0, 2.0, 4.0, 6.0])
def test_somebody_larger_who_walks_by_takes_nothing_over(rate: float, widths_a_second: float) -> None:
    seen = looks(scene(10, rate, sitting(400, 90), walking(150, 3.0, widths_a_second)))
    assert shown(seen) == ["neutral"]


@pytest.mark.parametrize("rate", RATES)
def test_somebody_larger_who_stops_for_a_moment_takes_nothing_over(rate: float) -> None:
    seen = looks(scene(12, rate, sitting(400, 90), but_for(7, 99, arriving(5, 100, 160, Emotion.HAPPY))))
    assert shown(seen) == ["neutral"]


def test_two_heads_at_one_distance_do_not_swap() -> None:
    def breathing(at: float) -> list[Sighting]:
        widths = (100, 115) if at % 10 < 5 else (115, 100)  # every five seconds the other one is larger
        emotions = (Emotion.SAD, Emotion.HAPPY)
        faces = zip((100, 400), widths, emotions, strict=True)
        return [Sighting(swaying_face(at, left, width), expression(emotion), 0.9) for left, width, emotion in faces]

    assert shown(looks(frame(number / 6, breathing(number / 6)) for number in range(60 * 6))) == ["happy"]


def test_a_turned_head_stays_the_same_person_without_an_expression() -> None:
    seen = looks(scene(12, 6, but_for(5, 7.5, sitting(400, 120)), sitting(150, 90, Emotion.HAPPY)))
    assert shown(seen) == ["neutral", "unseen", "neutral"]
    assert {look.person for look in seen} == {1}
    assert max(look.unseen_seconds for look in seen) == pytest.approx(2.5, abs=0.2)


def test_the_next_one_takes_over_from_who_has_gone() -> None:
    seen = looks(scene(20, 6, between(0, 5, sitting(400, 120)), sitting(150, 90, Emotion.HAPPY)))
    assert shown(seen) == ["neutral", "unseen", "nobody", "happy"]
    taken = next(look.at for look in seen if look.person == 2)
    assert taken == pytest.approx(5 + 3 + HAND_OVER_SECONDS, abs=0.5)


def test_who_comes_into_an_empty_place_is_followed_at_once() -> None:
    coming = between(20, 30, sitting(150, 90, Emotion.HAPPY))
    seen = looks(scene(25, 6, between(0, 5, sitting(400, 120)), coming))
    assert shown(seen) == ["neutral", "unseen", "nobody", "happy"]
    assert next(look.at for look in seen if look.person == 2) == 20


def test_the_most_central_one_counts() -> None:
    seen = looks(scene(9, 6, sitting(280, 80), sitting(20, 200, Emotion.HAPPY)), "central")
    assert shown(seen) == ["neutral"]


def test_a_passenger_who_leans_over_does_not_get_the_seat() -> None:
    passenger = between(3, 99, sitting(20, 260, Emotion.HAPPY))
    seen = looks(scene(15, 6, between(0, 8, sitting(450, 100)), passenger), "seat")
    assert shown(seen) == ["neutral", "unseen", "nobody"]


def test_a_poster_that_is_larger_cannot_take_over() -> None:
    seen = looks(scene(50, 3, sitting(400, 90), between(5, 99, poster(50, 200))))
    assert shown(seen) == ["neutral"]


def test_a_poster_that_was_there_first_gives_way_to_who_moves() -> None:
    seen = looks(scene(15, 6, poster(50, 200), between(2, 99, sitting(400, 90))))
    assert shown(seen) == ["angry", "neutral"]
    assert next(look.at for look in seen if look.person == 2) <= 2 + HAND_OVER_SECONDS + 3


def test_a_lone_photo_counts_until_it_is_known_as_one() -> None:
    seen = looks(scene(40, 3, poster(50, 200)))
    assert shown(seen) == ["angry", "nobody"]
    assert next(look.at for look in seen if look.person is None) == pytest.approx(32, abs=1)


def test_a_known_poster_is_nobody_when_the_person_leaves_also_after_somebody_stood_before_it() -> None:
    hidden = but_for(45, 100, poster(50, 200))
    stands_there = between(45, 100, sitting(100, 140, Emotion.HAPPY))
    seen = looks(scene(130, 3, hidden, but_for(40, 100, sitting(420, 90)), stands_there))
    assert shown(seen) == ["angry", "neutral", "unseen", "nobody", "happy", "unseen", "nobody", "neutral"]
    gone = looks(scene(150, 3, hidden, between(0, 40, sitting(420, 90)), stands_there))
    assert shown(gone) == ["angry", "neutral", "unseen", "nobody", "happy", "unseen", "nobody"]


def test_everyone_is_the_mean_by_quality_and_one_person_while_anybody_is_there() -> None:
    def face(left: float, emotion: Emotion | None, quality: float) -> Sighting:
        return Sighting(still_face(left, 80), None if emotion is None else expression(emotion), quality)

    happy, sad, poor = face(0, Emotion.HAPPY, 0.9), face(200, Emotion.SAD, 0.6), face(400, None, 0.2)
    both, alone, nobody, again = looks(
        [frame(0, [happy, sad, poor]), frame(1, [poor]), Observation(9.0), frame(10, [sad])], "everyone"
    )
    assert both.expression is not None
    assert both.expression.as_dict()["happy"] == pytest.approx(0.6 * 0.88 + 0.4 * 0.02, abs=1e-4)
    assert both.quality == pytest.approx(0.6 * 0.9 + 0.4 * 0.6, abs=1e-4)
    assert (both.person, alone.person, nobody.person, again.person) == (1, 1, None, 2)
    assert (alone.expression, alone.quality) == (None, 0.2)


@given(crowds())
@settings(max_examples=40)
def test_the_number_of_everyone_changes_only_when_all_have_gone(crowd: list[Observation]) -> None:
    seen = looks(crowd, "everyone")
    for before, after in pairwise([0, *(look.person or 0 for look in seen)]):
        assert after == 0 or before in (0, after)
    numbers = [look.person for look in seen if look.person is not None]
    assert numbers == sorted(numbers)
