import math
import random
from collections.abc import Iterable
from itertools import pairwise

import pytest
from edge.mood.scenes import (
    Actor,
    arriving,
    between,
    but_for,
    comings_and_goings,
    crowds,
    frame,
    leaning,
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
from mien.types import Emotion, Observation, Sighting

RATES = [3, 6, 12, 24]
SEAT = [0.5, 0.0, 1.0, 1.0]
HAND_OVER_SECONDS = 2.0


def attention(
    follow: str = "largest", hand_over_seconds: float = HAND_OVER_SECONDS, still_seconds: float = 30.0
) -> Attention:
    people = {"follow": follow, "hand_over_seconds": hand_over_seconds, "seat": SEAT, "still_seconds": still_seconds}
    return Attention(config.load(changes={"people": people}).people)


def looks(
    stream: Iterable[Observation], follow: str = "largest", hand_over_seconds: float = HAND_OVER_SECONDS
) -> list[Look]:
    return list(map(attention(follow, hand_over_seconds).update, stream))


def shown(seen: Iterable[Look]) -> list[str]:
    """What the faces followed show, each once in a row; `nobody`, and `unseen` for who is out of sight."""
    words = [
        "nobody" if look.person is None else "unseen" if look.expression is None else look.expression.top.value
        for look in seen
    ]
    return [word for index, word in enumerate(words) if index == 0 or words[index - 1] != word]


@given(comings_and_goings(), st.sampled_from(["largest", "central"]), st.floats(0.0, 4.0))
@settings(max_examples=25)
def test_no_hand_over_is_quicker_than_its_time(
    acted: tuple[list[Observation], list[set[Emotion]]], follow: str, seconds: float
) -> None:
    told, shows, followed = attention(follow, seconds), dict[int, Emotion](), None
    there_since, there_until, taken_at, followed_until = dict[Emotion, float](), dict[Emotion, float](), -math.inf, 0.0
    for observation, there in zip(*acted, strict=True):
        look = told.update(observation)
        there_until |= dict.fromkeys(there, look.at)
        still_there = [emotion for emotion, until in there_until.items() if look.at - until <= 0.5]  # or just missed
        there_since = {emotion: there_since.get(emotion, look.at) for emotion in still_there}
        if look.person is None:
            continue
        if look.expression is not None:
            assert shows.setdefault(look.person, look.expression.top) is look.expression.top
        if look.person != followed:
            if followed is not None:
                assert look.at - taken_at >= seconds
                came_at = there_since[shows[look.person]] if look.person in shows else -math.inf
                assert look.at - min(followed_until, came_at) >= seconds
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


@pytest.mark.parametrize("zoom", [0.5, 1, 3])
@pytest.mark.parametrize(("pixels", "width"), [(60, 100), (100, 100), (100, 150), (150, 150)])
def test_two_heads_beside_the_middle_do_not_swap(pixels: float, width: float, zoom: float) -> None:
    def beside(at: float) -> Observation:
        sway = (
            0.1 * width * math.sin(2 * math.pi * at / 14)
        )  # both the same way: in turn the one and the other is nearer
        places = ((320 - pixels, Emotion.SAD), (320 + pixels, Emotion.HAPPY))
        faces = [
            Sighting(
                still_face((middle + sway - width / 2) * zoom, width * zoom, top=(240 - width / 2) * zoom),
                expression(emotion),
                0.9,
            )
            for middle, emotion in places
        ]
        return Observation(at, tuple(faces), round(640 * zoom), round(480 * zoom))

    assert len(shown(looks(map(beside, (number / 3 for number in range(3 * 60))), "central"))) == 1


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


OVER_THE_LINE = [
    sitting(290, 120, Emotion.ANGRY),  # whose face was not seen before
    leaning(5.2, 7.5, 200, 120, 120, Emotion.ANGRY),
]


@pytest.mark.parametrize("rate", [1, *RATES])
@pytest.mark.parametrize("passenger", [between(5.5, 7, OVER_THE_LINE[0]), OVER_THE_LINE[1]])
def test_a_passenger_who_leans_over_while_the_driver_looks_away_is_not_the_driver(
    rate: float, passenger: Actor
) -> None:
    seen = looks(scene(12, rate, but_for(5, 7, sitting(420, 100)), passenger), "seat", hand_over_seconds=10.0)
    assert shown(seen) == ["neutral", "unseen", "neutral"]
    assert len({look.person for look in seen}) == 1


@pytest.mark.parametrize("rate", [1, *RATES])
@pytest.mark.parametrize(
    "passenger", [between(5.5, 99, OVER_THE_LINE[0]), leaning(5.2, 99, 200, 120, 120, Emotion.ANGRY)]
)
def test_who_moves_into_the_drivers_seat_has_it_after_the_time_of_a_hand_over(rate: float, passenger: Actor) -> None:
    seen = looks(scene(24, rate, between(0, 5, sitting(420, 100)), passenger), "seat", hand_over_seconds=10.0)
    assert shown(seen) == ["neutral", "unseen", "nobody", "angry"]
    taken = next(look.at for look in seen if look.expression and look.expression.top is Emotion.ANGRY)
    assert taken >= 5.5 + 10.0


@pytest.mark.parametrize("rate", RATES)
def test_a_driver_who_leans_out_of_the_seat_for_a_moment_is_out_of_sight(rate: float) -> None:
    seen = looks(scene(12, rate, leaning(5, 8, -180, 420, 100, Emotion.NEUTRAL)), "seat")
    assert shown(seen) == ["neutral", "unseen", "neutral"]
    assert {look.person for look in seen} == {1}
    assert 1.0 <= max(look.unseen_seconds for look in seen) <= 2.5


def test_a_driver_who_stays_out_of_the_seat_has_gone() -> None:
    seen = looks(scene(15, 6, leaning(5, 99, -180, 420, 100, Emotion.NEUTRAL)), "seat")
    assert shown(seen) == ["neutral", "unseen", "nobody"]


@pytest.mark.parametrize("rate", RATES)
def test_a_face_that_appears_beside_who_has_just_gone_is_not_theirs(rate: float) -> None:
    stranger = between(6, 99, sitting(150, 90, Emotion.ANGRY))
    seen = looks(scene(12, rate, between(0, 5, sitting(300, 100)), stranger))
    assert shown(seen) == ["neutral", "unseen", "nobody", "angry"]


def test_a_poster_that_is_uncovered_by_who_goes_is_not_them() -> None:
    seen = looks(scene(50, 6, between(0, 8, sitting(300, 120)), between(8.5, 99, poster(270, 90))))
    assert shown(seen) == ["neutral", "unseen", "nobody", "angry", "nobody"]
    assert next(look.at for look in seen if look.person == 2) >= 8.5 + HAND_OVER_SECONDS


@pytest.mark.parametrize("rate", [3, 6])
@pytest.mark.parametrize("seed", range(3))
def test_a_person_who_was_taken_for_a_picture_leans_aside_and_comes_back_as_a_person(rate: float, seed: int) -> None:
    draw = random.Random(seed)

    def seen(at: float) -> Sighting:
        left = 350 + 10 * math.sin(3 * at) if 40 <= at < 44 else 300 + 2 * math.sin(1.3 * at) * (at > 44)
        shows = expression(Emotion.NEUTRAL if at < 44 else Emotion.HAPPY, 0.8)
        return Sighting(still_face(left + draw.gauss(0, 1), 100), shows, 0.9)

    told = looks(scene(60, rate, seen))
    assert shown(told) == ["neutral", "nobody", "neutral", "happy"]
    assert next(look.at for look in told if look.at >= 40 and look.person is not None) <= 42


@pytest.mark.parametrize("rate", [1, 1.5, 2, 3, 6])
def test_who_is_missed_in_every_third_frame_takes_over_all_the_same(rate: float) -> None:
    def faces(number: int) -> list[Actor]:
        return [sitting(400, 90), *([sitting(100, 150, Emotion.HAPPY)] if number % 3 else [])]

    stream = (frame(n / rate, filter(None, (one(n / rate) for one in faces(n)))) for n in range(round(15 * rate)))
    seen = list(map(attention(still_seconds=0.0).update, stream))
    assert {look.person for look in seen if look.at > 6} == {2}
    assert "happy" in shown(seen)


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
