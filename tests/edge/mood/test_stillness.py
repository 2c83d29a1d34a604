import math
import random

import pytest
from edge.mood.streams import expression

from mien.mood.stillness import Place, Stillness
from mien.types import Emotion

STILL_SECONDS = 30.0
NOISE_WIDTHS = 0.012  # of one frame: a small face in a picture with much noise
RATES = [3, 6, 12, 24]


def watched(
    stillness: Stillness, start: float, seconds: float, rate: float, centre: float = 300.0, seed: int = 7
) -> Stillness:
    """Let it see a face that stays where it is, as a detector in a noisy picture places it."""
    draw = random.Random(seed)
    for number in range(round(seconds * rate)):
        x, y, width = (draw.gauss(mean, 100 * NOISE_WIDTHS) for mean in (centre, 200.0, 100.0))
        stillness.update(start + number / rate, Place(x, y, width), expression(Emotion.HAPPY, 0.6 + draw.random() / 4))
    return stillness


def unseen(still_seconds: float = STILL_SECONDS) -> Stillness:
    return Stillness(still_seconds, 0.0, Place(300, 200, 100))


@pytest.mark.parametrize("rate", [1, 1.5, 2, *RATES])
def test_a_face_that_stays_where_it_is_is_a_picture_in_time_and_not_before(rate: float) -> None:
    face = watched(unseen(), 0, STILL_SECONDS, rate)
    assert not face.is_picture
    assert not face.has_moved
    assert watched(face, STILL_SECONDS, 4 + 6 / rate, rate).is_picture
    assert watched(face, STILL_SECONDS + 4 + 6 / rate, 60, rate).is_picture


@pytest.mark.parametrize("rate", [0.5, 1, 2])
def test_noise_moves_no_picture_at_a_low_rate(rate: float) -> None:
    moved = 0
    for seed in range(20):
        face = watched(unseen(), 0, 40, rate, seed=seed)
        moved += face.has_moved
    assert moved == 0


@pytest.mark.parametrize("rate", [1, *RATES])
def test_a_person_who_sways_by_a_centimetre_is_none(rate: float) -> None:
    face = unseen()
    for number in range(round(90 * rate)):
        at = number / rate
        face.update(at, Place(300 + 3 * math.sin(at / 2.5) + 4 * math.sin(at / 7), 200, 100), None)
        assert not face.is_picture
    assert face.has_moved


def test_a_person_whose_head_rests_and_whose_expression_changes_is_none() -> None:
    face = unseen()
    for number in range(120 * 6):
        shown = Emotion.HAPPY if number % 120 < 30 else Emotion.NEUTRAL
        face.update(number / 6, Place(300, 200, 100), expression(shown))
        assert not face.is_picture


@pytest.mark.parametrize("probability", [0.5, 0.7, 0.9])
def test_a_person_taken_for_a_picture_is_one_again_as_soon_as_they_smile(probability: float) -> None:
    face, place = unseen(), Place(300, 200, 100)
    for number in range(40 * 6):
        face.update(number / 6, place, expression(Emotion.NEUTRAL, 0.8))
    assert face.is_picture
    for number in range(40 * 6, 42 * 6):
        face.update(number / 6, place, expression(Emotion.HAPPY, probability))
    assert not face.is_picture
    assert face.has_moved


def test_a_picture_that_moves_is_one_no_more_until_it_rests() -> None:
    face = watched(unseen(), 0, 40, 6)
    assert face.is_picture
    watched(face, 40, 5, 6, centre=304.0)  # a lamp moves what the detector finds
    assert face.is_picture
    watched(face, 45, 5, 6, centre=315.0)
    assert not face.is_picture
    assert face.has_moved
    assert watched(face, 50, 40, 6, centre=315.0).is_picture
    assert not face.has_moved


def test_a_picture_that_creeps_with_the_light_of_the_day_stays_one() -> None:
    face = watched(unseen(), 0, 40, 6)
    for number in range(3600):
        face.update(40.0 + number, Place(300 + number / 300, 200, 100), None)  # 12 % of its width in an hour
        assert face.is_picture


def test_without_still_seconds_every_face_is_a_person() -> None:
    face = watched(unseen(0.0), 0, 120, 3)
    assert not face.is_picture
    assert face.has_moved
