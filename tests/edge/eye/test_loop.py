import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from edge.eye.fakes import FakeCamera, FakeClassifier, FakeDetector, face, frame
from edge.music.waiting import wait_until

from mien.errors import EyeError, SourceError
from mien.eye.heat import HeatWatch
from mien.eye.judge import FaceJudge
from mien.eye.loop import Eye, Watch
from mien.eye.memory_watch import MemoryWatch
from mien.eye.pace import Pace
from mien.eye.picture_watch import PictureWatch
from mien.link.lines import EyeCondition, EyeState, Message
from mien.ports import Camera
from mien.types import Emotion, Face, Fault, Frame, Observation, Trouble

WATCHING, TROUBLE, ENDED, RESTING = (
    EyeCondition.WATCHING,
    EyeCondition.TROUBLE,
    EyeCondition.ENDED,
    EyeCondition.RESTING,
)
JUDGE = FaceJudge(FakeDetector(face()), FakeClassifier(Emotion.SAD), 32)
COLD_WATCHES: tuple[Watch, ...] = (PictureWatch(10.0), HeatWatch(80, Path("/nowhere")), MemoryWatch(100_000))


class Listener:
    """Keeps what an eye tells, and the error it ends with."""

    def __init__(
        self,
        camera: Camera,
        *,
        judge: FaceJudge = JUDGE,
        frames_per_second: float = 1000,
        stall_seconds: float | None = 5,
        watches: Sequence[Watch] = (),
        retry_seconds: Sequence[float] = (0.0,),
        on_told: Callable[[Message], object] = lambda _: None,
        watching: bool = True,
    ) -> None:
        self.told: list[Message] = []
        self.told_at: list[float] = []
        self.progress = 0
        self.failure: Exception | None = None
        self._on_told = on_told
        self.eye = Eye(
            camera,
            judge,
            pace=Pace(frames_per_second),
            stall_seconds=stall_seconds,
            tell=self._tell,
            watches=watches,
            retry_seconds=retry_seconds,
            on_progress=self._count,
            watching=watching,
        )
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.eye.run()
        except (EyeError, SourceError) as error:
            self.failure = error

    def _tell(self, message: Message) -> None:
        self.told.append(message)
        self.told_at.append(time.monotonic())
        self._on_told(message)

    def _count(self) -> None:
        self.progress += 1

    def start(self) -> "Listener":
        self._thread.start()
        return self

    def join(self) -> "Listener":
        self._thread.join(10)
        assert not self._thread.is_alive()
        return self

    def stop(self) -> None:
        self.eye.stop()
        self.join()

    @property
    def states(self) -> list[EyeState]:
        return [message for message in self.told if isinstance(message, EyeState)]

    @property
    def conditions(self) -> list[tuple[EyeCondition, Fault | None]]:
        return [(state.condition, state.fault) for state in self.states]

    @property
    def seen(self) -> list[Observation]:
        return [message for message in self.told if isinstance(message, Observation)]


class PatientCamera:
    """Gives each frame once the one before was judged, so that none is dropped."""

    live = True

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames
        self._judged = threading.Semaphore(1)

    def frames(self) -> Generator[Frame]:
        for one in self._frames:
            assert self._judged.acquire(timeout=10)
            yield one

    def on_told(self, message: Message) -> None:
        if isinstance(message, Observation):
            self._judged.release()


class StuckCamera:
    """Gives a frame, and then a read that does not return."""

    live = True

    def __init__(self) -> None:
        self.freed = threading.Event()

    def frames(self) -> Generator[Frame]:
        yield frame()
        self.freed.wait(30)


class FailingCamera:
    """Fails at each opening, each time with the next of its faults; the last is repeated."""

    live = True

    def __init__(self, *faults: Fault) -> None:
        self._faults = faults
        self.opened = 0

    def frames(self) -> Generator[Frame]:
        self.opened += 1
        fault = self._faults[min(self.opened, len(self._faults)) - 1]
        raise SourceError(f"The camera's fault is {fault}.", fault)
        yield frame()


def watched(frames: Iterable[Frame], *watches: Watch) -> Listener:
    camera = PatientCamera(frames)
    return Listener(camera, watches=watches, on_told=camera.on_told).start().join()


def test_a_source_that_ends_ends_the_eye_and_its_last_frame_is_seen() -> None:
    camera = FakeCamera([[frame(at=number / 10) for number in range(10)]], live=False)
    heard = Listener(camera).start().join()
    assert heard.conditions == [(WATCHING, None), (ENDED, None)]
    assert isinstance(heard.told[-1], EyeState)
    times = [observation.seen_at for observation in heard.seen]
    assert times[-1] == 0.9
    assert times == sorted(times)
    assert camera.given_back == 1


def test_a_camera_that_fails_is_opened_again() -> None:
    camera = FakeCamera([[frame(at=1.0)], [frame(at=2.0)]], live=True)
    heard = Listener(camera).start().join()
    assert [state.condition for state in heard.states] == [WATCHING, TROUBLE, WATCHING, ENDED]
    assert camera.given_back == 2
    assert "unplugged" in heard.states[1].message


def test_it_waits_longer_after_each_failure() -> None:
    camera = FailingCamera(*Fault)  # each is another one, and so is told
    heard = Listener(camera, retry_seconds=(0.04, 0.08, 0.12)).start()
    wait_until(lambda: len(heard.states) >= 6)
    heard.stop()
    pauses = np.diff(heard.told_at)[:5]
    assert pauses == pytest.approx([0.04, 0.08, 0.12, 0.12, 0.12], abs=0.03)


def test_a_trouble_is_told_by_its_name_and_only_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    camera = FailingCamera(*[Fault.CAMERA_LOST] * 5, *[Fault.CAMERA_MISSING] * 5, Fault.CAMERA_BUSY)
    heard = Listener(camera, retry_seconds=(0.001,)).start()
    wait_until(lambda: camera.opened > 30)
    heard.stop()
    assert heard.conditions == [
        (TROUBLE, Fault.CAMERA_LOST),
        (TROUBLE, Fault.CAMERA_MISSING),
        (TROUBLE, Fault.CAMERA_BUSY),
    ]
    assert len(caplog.messages) == 3


def test_it_stops_when_told_to() -> None:
    heard = Listener(FailingCamera(Fault.CAMERA_MISSING), retry_seconds=(60.0,)).start()
    wait_until(lambda: len(heard.told) == 1)
    began = time.monotonic()
    heard.stop()
    assert time.monotonic() - began < 1.0
    assert heard.failure is None


def test_a_camera_that_hangs_ends_the_eye_which_says_so_first() -> None:
    camera = StuckCamera()
    heard = Listener(camera, stall_seconds=0.5).start().join()
    camera.freed.set()
    assert heard.conditions == [(WATCHING, None), (TROUBLE, Fault.CAMERA_STALLED)]
    assert isinstance(heard.failure, SourceError)
    assert heard.failure.fault is Fault.CAMERA_STALLED
    assert str(heard.failure) == heard.states[-1].message
    assert "gave no picture for 0.5 s: it hangs" in heard.states[-1].message


def test_a_black_picture_is_a_trouble_while_frames_are_judged_and_ends_by_itself() -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    dark = [Frame(black, float(at)) for at in range(13)]
    heard = watched([*dark, frame(at=13.0), frame(at=14.0)], *COLD_WATCHES)
    assert heard.conditions == [(WATCHING, None), (TROUBLE, Fault.PICTURE_BLACK), (WATCHING, None), (ENDED, None)]
    assert [observation.seen_at for observation in heard.seen] == [float(at) for at in range(15)]


def test_a_frozen_picture_is_a_trouble() -> None:
    heard = watched([frame(at=float(at)) for at in range(12)], PictureWatch(10.0))
    assert heard.conditions == [(WATCHING, None), (TROUBLE, Fault.PICTURE_FROZEN), (ENDED, None)]


class Warmth:
    """A watch that finds the board hot for its first turns."""

    def __init__(self, turns: int) -> None:
        self._turns = turns

    def look(self, _frame: Frame | None, _now: float) -> Trouble | None:
        self._turns -= 1
        return Trouble(Fault.HOT, "It is hot.") if self._turns >= 0 else None


def test_a_hot_board_judges_half_as_many_frames_until_it_is_cooler() -> None:
    camera = PatientCamera(frame(at=at / 20) for at in range(11))
    heard = Listener(camera, frames_per_second=20, watches=[Warmth(5)], on_told=camera.on_told).start().join()
    assert heard.conditions == [(WATCHING, None), (WATCHING, Fault.HOT), (WATCHING, None), (ENDED, None)]
    at = [moment for message, moment in zip(heard.told, heard.told_at, strict=True) if isinstance(message, Observation)]
    pauses = np.diff(at)
    assert min(pauses[:5]) > 0.08
    assert np.median(pauses[5:]) < 0.08


def test_a_black_picture_on_a_hot_board_is_told_first_and_the_rate_is_lowered_all_the_same() -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    heard = watched([Frame(black, float(at)) for at in range(12)], PictureWatch(10.0), Warmth(99))
    assert heard.conditions == [
        (WATCHING, None),
        (WATCHING, Fault.HOT),
        (TROUBLE, Fault.PICTURE_BLACK),
        (ENDED, None),
    ]


def test_an_eye_that_takes_too_much_memory_ends() -> None:
    heard = watched([frame()], MemoryWatch(1))
    assert isinstance(heard.failure, EyeError)


def test_it_tells_of_progress_with_each_frame_and_in_a_trouble_that_was_told() -> None:
    heard = watched([frame(at=float(at)) for at in range(20)])
    assert heard.progress >= 20
    camera = StuckCamera()
    heard = Listener(camera, stall_seconds=1.2).start().join()
    camera.freed.set()
    assert heard.progress >= 2  # a slow camera has a limit of its own
    heard = Listener(FailingCamera(Fault.CAMERA_MISSING), retry_seconds=(60.0,)).start()
    wait_until(lambda: heard.progress >= 2)
    heard.stop()


def test_it_tells_of_progress_while_it_waits_for_the_next_frame_to_be_due() -> None:
    camera = PatientCamera(frame(at=float(at)) for at in range(2))
    heard = Listener(camera, frames_per_second=0.5, on_told=camera.on_told).start()
    wait_until(lambda: heard.progress >= 3)
    assert len(heard.seen) == 1
    heard.stop()


class SlowDetector:
    """Takes its time, and notes how old each frame was that it was given."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.ages: list[float] = []

    def detect(self, one: Frame) -> tuple[Face, ...]:
        self.ages.append(time.monotonic() - one.captured_at)
        time.sleep(self._seconds)
        return ()

    def close(self) -> None:
        """Hold nothing."""


class SteadyCamera:
    """Gives another picture every ten milliseconds."""

    live = True

    def __init__(self, count: int) -> None:
        self._count = count

    def frames(self) -> Generator[Frame]:
        for number in range(self._count):
            time.sleep(0.01)
            yield Frame(np.roll(frame().image, 8 * number, axis=1), time.monotonic())


def test_an_eye_that_is_too_slow_for_its_camera_sees_the_present_and_no_queue_of_the_past() -> None:
    detector = SlowDetector(0.2)
    judge = FaceJudge(detector, FakeClassifier(Emotion.SAD), 32)
    Listener(SteadyCamera(90), judge=judge).start().join()
    assert 3 <= len(detector.ages) <= 10
    assert max(detector.ages[:-1]) < 0.1  # the very last one has waited since the camera's end
