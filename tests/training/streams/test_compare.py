import math
from dataclasses import replace

import numpy as np
import pytest
from training.streams.small_pool import small_pool

from mien import config
from mien.mood.tracker import MoodTracker
from mien.types import Emotion
from mien_training.streams.compare import (
    FRAMES_PER_SECOND,
    Bench,
    Setting,
    Tried,
    bench,
    best,
    fewer_wrong,
    floor,
    measure,
    sweep,
)  # fmt: skip
from mien_training.streams.compose import compose
from mien_training.streams.decide import Thresholds
from mien_training.streams.families import LAST_LOOK, Family, shipped
from mien_training.streams.filters import Exponential, Window
from mien_training.streams.pool import Kind
from mien_training.streams.score import Followed, Tally, tally

POOL = small_pool(sure=0.85, misread={Emotion.ANGRY: Emotion.SAD})
SHIPPED = Setting(*shipped(config.load().mood))


@pytest.fixture(scope="module")
def hours() -> Bench:
    return bench(POOL, Kind.CLEAR, 3, 0.3)


def tallied(wrong: int) -> Tally:
    none = Followed((), 0)
    return Tally(3600.0, wrong, 0, none, none, none, 0.0, 0.0)


def test_what_is_shipped_is_measured_as_the_device_decides(hours: Bench) -> None:
    tracker, stream = MoodTracker(config.load()), compose(POOL, 0, 0.3, FRAMES_PER_SECOND, Kind.CLEAR)
    changes = [change for one in stream.observations if (change := tracker.update(one)) is not None]
    measured = measure(SHIPPED, hours)
    assert measured.shown_tallies[0] == tally(changes, stream.truth)
    assert measured.legible_tallies[0] == tally(changes, stream.legible)


def test_a_misread_face_is_wrong_against_what_is_shown_and_not_against_what_is_legible(hours: Bench) -> None:
    measured = measure(SHIPPED, hours)
    assert measured.shown.wrong_per_hour.value >= floor(hours).wrong_per_hour.value > 0
    assert measured.legible.wrong_per_hour.value < measured.shown.wrong_per_hour.value


def test_all_settings_of_a_family_are_tried(hours: Bench) -> None:
    filters, thresholds = (Exponential(0.3), Window(1.0)), (LAST_LOOK[1], Thresholds(0.6, 0.8, 0.3, 0.4))
    tried = sweep(Family("two", filters, thresholds), hours)
    assert [(one.setting.filter, one.setting.thresholds) for one in tried] == [
        (one, other) for one in filters for other in thresholds
    ]
    assert tried[1].wrong < tried[0].wrong
    assert tried[1].delay > tried[0].delay
    assert tried[1].wrong == pytest.approx(measure(tried[1].setting, hours).shown.wrong_per_hour.value)


def test_the_best_is_wrong_least_often_of_those_that_are_soon_enough_and_miss_little() -> None:
    one = Tried(SHIPPED, 3.0, 1.5, 0.02)
    late, misses, better = replace(one, wrong=1.0, delay=2.5), replace(one, wrong=1.0, missed=0.2), Setting(*LAST_LOOK)
    assert best([late, misses, one, replace(one, setting=better, wrong=2.0)], 2.0) is better
    assert best([late, replace(one, delay=math.inf)], 2.0) is None


def test_fewer_wrong_changes_are_told_with_what_chance_does_to_them() -> None:
    few, many = [tallied(1)] * 12, [tallied(4)] * 12
    certain = fewer_wrong(few, many)
    assert (certain.value, certain.low, certain.high, certain.count) == (3.0, 3.0, 3.0, 12)
    luck = [tallied(int(wrong)) for wrong in np.random.default_rng(1).integers(0, 9, 12)]
    assert fewer_wrong(few, luck).low < fewer_wrong(few, luck).value < fewer_wrong(few, luck).high
    assert fewer_wrong(luck, few).value == -fewer_wrong(few, luck).value
