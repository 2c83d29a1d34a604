"""What every filter that is compared must do, or the comparison would not be one."""

from collections.abc import Iterator

import numpy as np
import pytest
from edge.mood.streams import expression
from training.streams.small_pool import small_pool

from mien.mood.look import Look
from mien.types import EMOTIONS, Emotion, Expression
from mien_training.streams.families import confusion_of, families
from mien_training.streams.filters import Exponential, Filter, Forgetting, Markov, QuickestDetection, Weighed, Window
from mien_training.streams.looks import Looks, side_by_side

CONFUSION = confusion_of(small_pool(sure=0.8))
FILTERS: tuple[Filter, ...] = (
    Exponential(0.5), Window(1.0), Window(0.5, gaussian=True), Weighed(Window(1.0), 2.5), Markov(4.0, 4.0, 0.1),
    Markov(4.0, 2.0, 0.1, confusion=CONFUSION), Forgetting(0.9, 2.0, 2.5, 0.1), QuickestDetection(1.0, 0.0, 0.3),
)  # fmt: skip
HAPPY, SAD, NEUTRAL = (EMOTIONS.index(emotion) for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.NEUTRAL))
every_filter = pytest.mark.parametrize("compared", FILTERS, ids=lambda one: type(one).__name__)


def looks(seconds: float, seen: Expression | None, start: float = 0.0, rate: float = 6.0, **other: float) -> list[Look]:
    person, quality = int(other.get("person", 1)), other.get("quality", 1.0)
    return [Look(start + frame / rate, person, seen, quality) for frame in range(round(seconds * rate))]


def beside(*streams: list[Look]) -> Looks:
    return side_by_side(streams)


def sad_then_happy(rate: float = 6.0) -> list[Look]:
    happy = looks(5, expression(Emotion.HAPPY), 5.0, rate)
    return [*looks(5, expression(Emotion.SAD), 0.0, rate), *happy]


@every_filter
def test_it_comes_to_believe_what_lasts_and_follows_it_to_another(compared: Filter) -> None:
    believed = compared.believed(beside(sad_then_happy()))
    assert believed.shape == (60, 1, 7)
    assert (believed >= 0).all()
    assert (believed.sum(axis=-1) <= 1 + 1e-9).all()
    assert believed[29, 0].argmax() == SAD
    assert believed[-1, 0].argmax() == HAPPY
    assert min(believed[29, 0, SAD], believed[-1, 0, HAPPY]) > 0.75


@every_filter
def test_a_stream_beside_others_is_believed_as_if_alone(compared: Filter) -> None:
    long, short = sad_then_happy(), looks(4, expression(Emotion.HAPPY), 100.0)
    together = compared.believed(beside(long, short))
    # A hidden Markov model goes in as many steps as the longest time since the look before needs.
    assert together[:, 0] == pytest.approx(compared.believed(beside(long))[:, 0], abs=5e-3)
    assert together[: len(short), 1] == pytest.approx(compared.believed(beside(short))[:, 0], abs=5e-3)


@every_filter
def test_another_person_starts_anew(compared: Filter) -> None:
    happy = looks(3, expression(Emotion.HAPPY), 10.0, person=2)
    after = compared.believed(beside([*looks(10, expression(Emotion.SAD)), *happy]))[60:, 0]
    alone = compared.believed(beside([Look(10.0 - 1 / 6, None, None, 0.0), *happy]))[1:, 0]
    assert after == pytest.approx(alone)


@every_filter
def test_it_goes_by_time_and_not_by_frames(compared: Filter) -> None:
    turned = [
        5 + np.argmax(compared.believed(beside(sad_then_happy(rate)))[round(5 * rate) :, 0, HAPPY] > 0.5) / rate
        for rate in (3.0, 6.0, 12.0, 24.0)
    ]
    assert max(turned) - min(turned) <= 1 / 3 + 1e-9


@every_filter
def test_what_cannot_be_judged_names_nothing(compared: Filter) -> None:
    believed = compared.believed(beside([*looks(3, expression(Emotion.SAD)), *looks(0.5, None, 3.0, quality=0.0)]))
    assert (believed[18:, 0].argmax(axis=-1) == SAD).all()
    assert believed[-1, 0, SAD] <= believed[17, 0, SAD] + 1e-9


def test_neutral_counts_as_often_as_it_is_told_to() -> None:
    torn = Expression(tuple({SAD: 0.5, NEUTRAL: 0.3}.get(place, 0.04) for place in range(7)))
    of_once, of_thrice = (Weighed(Window(1.0), weight).believed(beside(looks(3, torn)))[-1, 0] for weight in (1.0, 3.0))
    assert (of_once.argmax(), of_thrice.argmax()) == (SAD, NEUTRAL)


def test_the_confusion_is_of_clear_pictures() -> None:
    rows = np.array(confusion_of(small_pool(sure=0.8, misread={Emotion.ANGRY: Emotion.SAD})))
    assert rows.sum(axis=1) == pytest.approx(np.ones(7), abs=5e-3)
    assert rows[EMOTIONS.index(Emotion.ANGRY)].argmax() == SAD
    assert rows[HAPPY, HAPPY] == pytest.approx(0.8)


def test_no_setting_is_tried_twice() -> None:
    def tried() -> Iterator[object]:
        for family in families(small_pool()):
            yield from ((one, thresholds) for one in family.filters for thresholds in family.thresholds)

    settings = list(tried())
    assert len(settings) == len(set(settings)) > 1000
