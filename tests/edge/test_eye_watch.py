import pytest
from edge.web.fake_control import expression_of

from mien.eye_watch import EyeWatch
from mien.link.lines import EyeCondition, EyeState
from mien.types import Box, Emotion, Expression, Face, Fault, Observation, Point, Sighting, Trouble

FACE = Face(Box(10, 10, 110, 110), Point(40, 50), Point(80, 50), 0.9)
HAPPY = expression_of(Emotion.HAPPY)
WATCHING = EyeState(EyeCondition.WATCHING, "")
LOST = EyeState(EyeCondition.TROUBLE, "The camera is unplugged.", Fault.CAMERA_LOST)


def seen(at: float, expression: Expression | None = HAPPY) -> Observation:
    return Observation(at, (Sighting(FACE, expression, 1.0),), 640, 480)


@pytest.fixture
def watch() -> EyeWatch:
    """Of an eye that came at 0 and saw a happy face at 1."""
    watch = EyeWatch(0.0)
    watch.on_connection(True, 0.0)
    watch.on_state(WATCHING, 1.0)
    watch.on_observation(seen(501.0), 1.0)
    return watch


def fault(watch: EyeWatch, now: float) -> Fault | None:
    trouble = watch.trouble(now)
    return None if trouble is None else trouble.fault


def test_an_eye_that_sees_works(watch: EyeWatch) -> None:
    assert watch.connected
    assert watch.works(2.0)
    assert watch.is_fresh(2.0)
    assert watch.absence(2.0) is None
    assert watch.trouble(2.0) is None


def test_one_that_went_quiet_sees_nobody_and_its_own_time_goes_on(watch: EyeWatch) -> None:
    assert watch.absence(4.5) == Observation(504.5)
    assert not watch.is_fresh(4.5)
    assert not watch.works(4.5)


def test_one_that_stays_quiet_is_in_trouble(watch: EyeWatch) -> None:
    assert fault(watch, 10.9) is None
    assert fault(watch, 11.0) is Fault.EYE_SILENT
    watch.on_observation(seen(515.0), 15.0)
    assert fault(watch, 15.0) is None


def test_what_is_wrong_with_its_camera_is_told_in_its_words(watch: EyeWatch) -> None:
    watch.on_state(LOST, 2.0)
    assert watch.trouble(600.0) == Trouble(Fault.CAMERA_LOST, "The camera is unplugged.")
    assert not watch.is_fresh(2.0)
    assert not watch.works(2.0)
    watch.on_state(WATCHING, 601.0)
    assert watch.trouble(601.0) is None


def test_heat_is_told_of_an_eye_that_works_on(watch: EyeWatch) -> None:
    watch.on_state(EyeState(EyeCondition.WATCHING, "It is hot.", Fault.HOT), 2.0)
    assert fault(watch, 2.0) is Fault.HOT
    assert watch.works(2.0)
    assert watch.is_fresh(2.0)


def test_an_eye_that_went_is_missed_after_a_while(watch: EyeWatch) -> None:
    watch.on_connection(False, 5.0)
    assert (watch.connected, watch.is_fresh(5.0), fault(watch, 14.0)) == (False, False, None)
    assert fault(watch, 15.0) is Fault.EYE_GONE
    watch.on_connection(True, 16.0)
    assert fault(watch, 16.0) is None


def test_its_trouble_stays_until_its_successor_speaks_or_is_missed(watch: EyeWatch) -> None:
    watch.on_state(LOST, 2.0)
    watch.on_connection(False, 3.0)
    assert fault(watch, 4.0) is Fault.CAMERA_LOST
    assert fault(watch, 13.0) is Fault.EYE_GONE
    watch.on_connection(True, 14.0)
    assert fault(watch, 15.0) is Fault.CAMERA_LOST
    watch.on_state(WATCHING, 16.0)
    assert fault(watch, 16.0) is None


def test_an_eye_that_never_came_is_missed() -> None:
    watch = EyeWatch(100.0)
    assert fault(watch, 109.0) is None
    assert fault(watch, 110.0) is Fault.EYE_GONE


def test_one_that_was_turned_off_is_not_missed() -> None:
    watch = EyeWatch(0.0, expected=False)
    assert watch.trouble(600.0) is None
    assert not watch.works(600.0)
    assert watch.absence(600.0) is None
    watch.on_connection(True, 600.0)  # it still runs with the settings from before
    watch.on_state(LOST, 601.0)
    assert fault(watch, 602.0) is Fault.CAMERA_LOST
    watch.on_connection(False, 603.0)
    assert watch.trouble(603.0) is None


def test_one_that_crashes_again_and_again_is_in_trouble_though_it_comes_back() -> None:
    watch = EyeWatch(0.0)
    for crash in range(3):
        assert fault(watch, 7.0 * crash) is None
        watch.on_connection(True, 7.0 * crash)
        watch.on_observation(seen(7.0 * crash), 7.0 * crash)
        watch.on_connection(False, 7.0 * crash + 5.0)
    watch.on_connection(True, 21.0)
    for second in range(21, 41):
        watch.on_observation(seen(float(second)), float(second))
        assert fault(watch, second) is Fault.EYE_GONE
    watch.on_observation(seen(41.0), 41.0)
    assert fault(watch, 41.0) is None


def test_a_new_eye_has_time_to_open_a_slow_camera() -> None:
    watch = EyeWatch(0.0)
    watch.on_connection(True, 0.0)
    assert fault(watch, 39.0) is None
    assert fault(watch, 40.0) is Fault.EYE_SILENT


def test_an_eye_whose_clip_ended_may_go(watch: EyeWatch) -> None:
    watch.on_state(EyeState(EyeCondition.ENDED, "The source came to its end."), 2.0)
    assert watch.trouble(100.0) is None
    watch.on_connection(False, 101.0)
    assert watch.trouble(200.0) is None
    watch.on_connection(True, 201.0)
    watch.on_connection(False, 202.0)
    assert fault(watch, 220.0) is Fault.EYE_GONE


RESTING = EyeState(EyeCondition.RESTING, "The camera is off.")


def test_an_eye_at_rest_is_in_no_trouble_however_long_it_is_silent_and_works_not(watch: EyeWatch) -> None:
    watch.on_state(RESTING, 2.0)
    for now in (2.0, 60.0, 1e6):
        assert watch.trouble(now) is None
        assert not watch.works(now)
        assert not watch.is_fresh(now)
    assert watch.absence(10.0) == Observation(510.0)


def test_an_eye_that_comes_back_from_rest_works_and_is_missed_again(watch: EyeWatch) -> None:
    watch.on_state(RESTING, 2.0)
    watch.on_state(WATCHING, 600.0)
    assert not watch.works(600.0)  # until it saw something
    watch.on_observation(seen(0.0), 600.2)
    assert watch.works(600.2)
    assert watch.is_fresh(600.2)
    assert fault(watch, 610.1) is None
    assert fault(watch, 610.3) is Fault.EYE_SILENT


def test_rest_ends_the_trouble_of_a_camera_and_does_not_hide_that_the_eye_is_gone(watch: EyeWatch) -> None:
    watch.on_state(LOST, 2.0)
    watch.on_state(RESTING, 3.0)
    assert watch.trouble(100.0) is None
    watch.on_connection(False, 100.0)
    assert fault(watch, 109.9) is None
    assert fault(watch, 110.0) is Fault.EYE_GONE
