"""An eye that runs for long holds no more files, threads and memory than at its start."""

import threading
from collections.abc import Callable, Generator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from development_data import development_data
from edge.eye.fakes import FakeClassifier, FakeDetector, face, frame
from edge.music.waiting import wait_until

from mien import config
from mien.app.parts import build_judge
from mien.errors import SourceError
from mien.eye.heat import HeatWatch
from mien.eye.judge import FaceJudge
from mien.eye.loop import Eye
from mien.eye.memory_watch import MemoryWatch, resident_megabytes
from mien.eye.pace import Pace
from mien.eye.photo import read_photo
from mien.eye.picture_watch import PictureWatch
from mien.link.lines import Message
from mien.types import Emotion, Frame, Observation


def held() -> tuple[int, int]:
    """Return how many files and threads this process holds."""
    return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))


class UnreliableCamera:
    """Gives a new picture of one scene whenever the last was judged, and fails after every so many."""

    live = True

    def __init__(self, scene: Frame, total: int, pictures_a_run: int) -> None:
        self._scene, self._left, self._run = scene, total, pictures_a_run
        self._judged = threading.Semaphore(1)
        self._noise = np.random.default_rng(1)

    def frames(self) -> Generator[Frame]:
        with Path("/dev/null").open("rb"):
            for number in count():
                if self._left == 0:
                    return
                if number == self._run:
                    raise SourceError("The camera was unplugged.")
                assert self._judged.acquire(timeout=10)
                self._left -= 1
                noisy = self._scene.image ^ self._noise.integers(0, 2, self._scene.image.shape, np.uint8)
                yield Frame(noisy, float(self._left))

    def on_told(self, message: Message) -> None:
        if isinstance(message, Observation):
            self._judged.release()


def watch(camera: UnreliableCamera, judge: FaceJudge, tell: Callable[[Message], object]) -> None:
    def on_told(message: Message) -> None:
        tell(message)
        camera.on_told(message)

    Eye(
        camera,
        judge,
        pace=Pace(10_000),
        stall_seconds=30,
        tell=on_told,
        watches=(PictureWatch(10.0), HeatWatch(200), MemoryWatch(100_000)),
        retry_seconds=(0.0,),
    ).run()


def test_a_camera_that_is_opened_again_hundreds_of_times_leaves_nothing_behind() -> None:
    camera = UnreliableCamera(frame(), total=400, pictures_a_run=4)
    judge = FaceJudge(FakeDetector(face()), FakeClassifier(Emotion.SAD), 32)
    seen: list[Observation] = []
    watch(UnreliableCamera(frame(), total=8, pictures_a_run=4), judge, lambda _message: None)  # libraries start threads
    before = held()
    watch(camera, judge, lambda message: seen.append(message) if isinstance(message, Observation) else None)
    assert len(seen) == 400
    # A thread that was waited for is a moment longer among the system's tasks.
    wait_until(lambda: all(now <= then for now, then in zip(held(), before, strict=True)))


@pytest.mark.slow
def test_two_thousand_frames_of_a_real_judge_leave_nothing_behind() -> None:
    photo = read_photo(development_data("photos", "faceapi_happy.jpg"))
    camera = UnreliableCamera(photo, total=2000, pictures_a_run=100)
    judge = build_judge(config.load())
    notes: list[tuple[int, int, float]] = []

    def note(message: Message) -> None:
        if isinstance(message, Observation):
            assert message.largest is not None
            assert message.largest.expression is not None
            notes.append((*held(), resident_megabytes()))

    watch(camera, judge, note)
    judge.close()
    assert len(notes) == 2000
    files, threads, megabytes = np.array(notes[200:-1]).T  # at the last one the camera has ended
    assert set(files) <= {max(files), max(files) - 1}  # without and with the camera's own
    assert max(files) == max(files[:300])
    assert set(threads) == {threads[0]}
    assert np.median(megabytes[-200:]) - np.median(megabytes[:200]) < 5.0
