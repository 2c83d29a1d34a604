import logging
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mien.fault_log import FaultLog
from mien.types import Fault, Trouble

LOST = Trouble(Fault.CAMERA_LOST, "The camera is unplugged.")
HOT = Trouble(Fault.HOT, "It is hot.")


def texts(log: FaultLog, troubles: list[Trouble], now: float) -> list[str]:
    return [line.text for line in log.update(troubles, now)]


def test_a_fault_is_told_once_and_so_is_its_end() -> None:
    log = FaultLog()
    assert texts(log, [LOST], 0.0) == ["The camera is unplugged. [camera_lost]"]
    assert [texts(log, [LOST], float(now)) for now in range(1, 1000)] == [[]] * 999
    assert log.since(Fault.CAMERA_LOST) == 0.0
    assert texts(log, [], 1000.0) == ["It is well again after 1000 s. [camera_lost]"]
    assert texts(log, [], 1001.0) == []


def test_each_fault_has_its_own_lines() -> None:
    log = FaultLog()
    assert len(log.update([LOST, HOT], 0.0)) == 2
    assert texts(log, [HOT], 5.0) == ["It is well again after 5 s. [camera_lost]"]


def test_a_beginning_is_a_warning_and_an_end_is_none() -> None:
    log = FaultLog()
    assert [line.level for line in log.update([LOST], 0.0)] == [logging.WARNING]
    assert [line.level for line in log.update([], 1.0)] == [logging.INFO]


def test_a_fault_that_comes_and_goes_says_how_often_once_a_minute() -> None:
    log = FaultLog()
    told = [text for now in range(120) for text in texts(log, [LOST] if now % 2 else [], float(now))]
    begun = [text for text in told if text.startswith("The camera")]
    assert begun == [
        "The camera is unplugged. [camera_lost]",
        "The camera is unplugged. (it began 30 times since it was last told) [camera_lost]",
    ]


def test_a_fault_that_began_without_a_word_and_stays_is_told_later() -> None:
    log = FaultLog()
    log.update([LOST], 0.0)
    log.update([], 1.0)
    assert texts(log, [LOST], 2.0) == []
    assert texts(log, [LOST], 59.0) == []
    assert texts(log, [LOST], 60.0) == ["The camera is unplugged. [camera_lost]"]


def test_another_sentence_of_the_same_fault_is_told_when_the_first_is_old() -> None:
    log = FaultLog()
    log.update([LOST], 0.0)
    other = Trouble(Fault.CAMERA_LOST, "The stream broke off.")
    assert texts(log, [other], 30.0) == []
    assert texts(log, [other], 61.0) == ["The stream broke off. [camera_lost]"]


@given(st.lists(st.tuples(st.floats(0, 20), st.booleans()), max_size=60))
def test_no_fault_begins_twice_in_the_log_within_a_minute(steps: list[tuple[float, bool]]) -> None:
    log, now, told = FaultLog(), 0.0, []
    for pause, lasts in steps:
        now += pause
        told += [now for line in log.update([LOST] if lasts else [], now) if line.level == logging.WARNING]
    assert all(later - earlier >= 60.0 for earlier, later in pairwise(told))
