"""The eye's camera is given back and opened again, as its player says."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from edge.eye.fakes import FakeClassifier, FakeDetector, face, frame
from edge.eye.test_loop import ENDED, RESTING, TROUBLE, WATCHING, FailingCamera, Listener, StuckCamera
from edge.music.waiting import wait_until

from mien.errors import SourceError
from mien.eye.judge import FaceJudge
from mien.link.lines import EyeCondition, EyeState, Message
from mien.types import Emotion, Face, Fault, Frame, Observation

A_MOMENT_SECONDS = 1.0


class CountedCamera:
    """Gives frames for ever; says how often it was opened, and whether it is open."""

    live = True

    def __init__(self) -> None:
        self.opened = self.closed = 0

    def frames(self) -> Generator[Frame]:
        self.opened += 1
        try:
            while True:
                time.sleep(0.005)
                yield frame(at=time.monotonic())
        finally:
            self.closed += 1

    @property
    def is_open(self) -> bool:
        return self.opened > self.closed


@contextmanager
def running(listener: Listener) -> Iterator[Listener]:
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def test_an_eye_that_begins_at_rest_opens_nothing_until_it_is_told_to() -> None:
    camera = CountedCamera()
    with running(Listener(camera, watching=False)) as heard:
        wait_until(lambda: heard.progress >= 2)  # it is alive, and no watchdog need end it
        assert (camera.opened, heard.conditions) == (0, [(RESTING, None)])
        heard.eye.set_watching(True)
        wait_until(lambda: len(heard.seen) > 0)
        assert (camera.opened, heard.conditions) == (1, [(RESTING, None), (WATCHING, None)])


def test_the_camera_is_given_back_within_a_moment_and_opened_again() -> None:
    camera = CountedCamera()
    with running(Listener(camera)) as heard:
        for turn in (1, 2, 3):
            wait_until(lambda: heard.conditions[-1:] == [(WATCHING, None)])
            heard.eye.set_watching(False)
            wait_until(lambda: not camera.is_open, A_MOMENT_SECONDS)
            wait_until(lambda: heard.conditions[-1] == (RESTING, None), A_MOMENT_SECONDS)
            assert (camera.opened, camera.closed) == (turn, turn)
            heard.eye.set_watching(True)
            wait_until(lambda: camera.is_open, A_MOMENT_SECONDS)
    assert not camera.is_open
    assert heard.failure is None


def test_what_is_said_twice_changes_nothing() -> None:
    camera = CountedCamera()
    with running(Listener(camera)) as heard:
        heard.eye.set_watching(True)
        wait_until(lambda: len(heard.seen) > 2)
        assert camera.opened == 1
        for _ in range(2):
            heard.eye.set_watching(False)
        wait_until(lambda: not camera.is_open)
        heard.eye.set_watching(False)
        wait_until(lambda: heard.conditions[-1] == (RESTING, None))
    assert heard.conditions == [(WATCHING, None), (RESTING, None)]


def test_a_camera_that_is_turned_off_and_on_in_a_moment_does_not_end() -> None:
    camera = CountedCamera()
    with running(Listener(camera)) as heard:
        for number in range(200):
            heard.eye.set_watching(number % 2 == 1)
            time.sleep(0.0005 * (number % 7))
        seen = len(heard.seen)
        wait_until(lambda: len(heard.seen) > seen + 2)
    assert (ENDED, None) not in heard.conditions


def test_a_rest_that_was_asked_for_before_it_woke_is_told_again() -> None:
    with running(Listener(CountedCamera(), watching=False)) as heard:
        for _ in range(20):
            wait_until(lambda: heard.conditions[-1:] == [(RESTING, None)])
            told = len(heard.told)
            heard.eye.set_watching(True)
            heard.eye.set_watching(False)
            wait_until(lambda: (RESTING, None) in states(heard.told[told:]))  # noqa: B023 - asked at once


def states(told: list[Message]) -> list[tuple[EyeCondition, Fault | None]]:
    return [(one.condition, one.fault) for one in told if isinstance(one, EyeState)]


class HeldDetector:
    """Judges a frame for as long as a test wants."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def detect(self, _frame: Frame) -> tuple[Face, ...]:
        self.begun.set()
        assert self.may_end.wait(10)
        return ()

    def close(self) -> None:
        """Hold nothing."""


def test_nothing_is_told_of_a_frame_that_was_being_judged_when_it_came_to_rest() -> None:
    detector = HeldDetector()
    with running(Listener(CountedCamera(), judge=FaceJudge(detector, FakeClassifier(Emotion.SAD), 32))) as heard:
        assert detector.begun.wait(10)
        heard.eye.set_watching(False)
        wait_until(lambda: heard.conditions[-1:] == [(RESTING, None)])
        detector.may_end.set()
        at = heard.progress
        wait_until(lambda: heard.progress >= at + 2)
        assert heard.seen == []


def test_no_observation_follows_the_word_of_rest() -> None:
    with running(Listener(CountedCamera())) as heard:
        for _ in range(20):
            told = len(heard.seen)
            wait_until(lambda: len(heard.seen) > told)  # noqa: B023 - asked at once
            heard.eye.set_watching(False)
            wait_until(lambda: heard.conditions[-1] == (RESTING, None))
            heard.eye.set_watching(True)
    rests = [number for number, message in enumerate(heard.told) if message == EyeState(RESTING, "The camera is off.")]
    assert len(rests) == 20
    for rest in rests:
        assert rest + 1 == len(heard.told) or not isinstance(heard.told[rest + 1], Observation)


def test_a_read_that_hangs_when_it_shall_rest_ends_the_eye_so_that_the_camera_is_given_back() -> None:
    camera = StuckCamera()
    heard = Listener(camera, stall_seconds=0.5).start()
    wait_until(lambda: len(heard.seen) == 1)
    heard.eye.set_watching(False)
    heard.join()
    camera.freed.set()
    assert isinstance(heard.failure, SourceError)
    assert heard.failure.fault is Fault.CAMERA_STALLED


def test_it_rests_at_once_although_its_camera_is_in_trouble_and_tries_again_afterwards() -> None:
    camera = FailingCamera(Fault.CAMERA_MISSING)
    with running(Listener(camera, retry_seconds=(60.0,))) as heard:
        wait_until(lambda: heard.conditions == [(TROUBLE, Fault.CAMERA_MISSING)])
        heard.eye.set_watching(False)
        wait_until(lambda: heard.conditions[-1] == (RESTING, None), A_MOMENT_SECONDS)
        assert camera.opened == 1
        heard.eye.set_watching(True)
        wait_until(lambda: heard.conditions[-1] == (TROUBLE, Fault.CAMERA_MISSING), A_MOMENT_SECONDS)
        assert camera.opened == 2


class Clip:
    """Five frames at the times of a clip, each once the one before was told of."""

    live = False

    def __init__(self) -> None:
        self.may_go_on = threading.Semaphore(0)

    def frames(self) -> Generator[Frame]:
        for number in range(5):
            assert self.may_go_on.acquire(timeout=10)
            yield frame(at=float(number))


def test_a_clip_begins_anew_and_its_end_is_still_the_end() -> None:
    clip = Clip()
    heard = Listener(clip, stall_seconds=None).start()
    for count in (1, 2):
        clip.may_go_on.release()
        wait_until(lambda: len(heard.seen) == count)  # noqa: B023 - asked at once
    heard.eye.set_watching(False)
    clip.may_go_on.release()  # it waits for the frame that it was reading
    wait_until(lambda: heard.conditions[-1] == (RESTING, None))
    heard.eye.set_watching(True)
    for count in range(3, 8):
        clip.may_go_on.release()
        wait_until(lambda: len(heard.seen) == count)  # noqa: B023 - asked at once
    heard.join()
    assert [observation.seen_at for observation in heard.seen] == [0.0, 1.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert heard.conditions == [(WATCHING, None), (RESTING, None), (WATCHING, None), (ENDED, None)]


def test_it_stops_at_rest_as_well() -> None:
    camera = CountedCamera()
    heard = Listener(camera, watching=False).start()
    wait_until(lambda: heard.conditions == [(RESTING, None)])
    began = time.monotonic()
    heard.stop()
    assert time.monotonic() - began < A_MOMENT_SECONDS
    assert (heard.failure, camera.opened) == (None, 0)


def test_what_it_saw_before_its_rest_is_not_told_after_it() -> None:
    detector = FakeDetector(face())
    with running(Listener(CountedCamera(), judge=FaceJudge(detector, FakeClassifier(Emotion.SAD), 32))) as heard:
        wait_until(lambda: len(heard.seen) > 0)
        heard.eye.set_watching(False)
        wait_until(lambda: heard.conditions[-1] == (RESTING, None))
        at = heard.progress
        wait_until(lambda: heard.progress >= at + 2)
        woken = time.monotonic()
        count = len(heard.seen)
        heard.eye.set_watching(True)
        wait_until(lambda: len(heard.seen) > count)
        assert heard.seen[count].seen_at >= woken
