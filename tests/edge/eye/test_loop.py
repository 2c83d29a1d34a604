import queue
import threading

from edge.eye.fakes import FakeCamera, FakeClassifier, FakeDetector, face, frame

from mien.eye.judge import FaceJudge
from mien.eye.loop import Eye
from mien.link.lines import EyeCondition, EyeState
from mien.types import Emotion, Observation


def run_eye(camera: FakeCamera) -> list[object]:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    judge = FaceJudge(FakeDetector(face()), FakeClassifier(Emotion.SAD), 32)
    eye = Eye(camera, judge, frames_per_second=1000, stall_seconds=5, tell=told.put)
    eye.run()
    return [told.get_nowait() for _ in range(told.qsize())]


def conditions(told: list[object]) -> list[EyeCondition]:
    return [message.condition for message in told if isinstance(message, EyeState)]


def test_a_source_that_ends_ends_the_eye_and_its_last_frame_is_seen() -> None:
    camera = FakeCamera([[frame(at=number / 10) for number in range(10)]], live=False)
    told = run_eye(camera)
    assert conditions(told) == [EyeCondition.WATCHING, EyeCondition.ENDED]
    assert isinstance(told[-1], EyeState)
    times = [message.seen_at for message in told if isinstance(message, Observation)]
    assert times[-1] == 0.9
    assert times == sorted(times)
    assert camera.given_back == 1


def test_a_camera_that_fails_is_opened_again() -> None:
    camera = FakeCamera([[frame(at=1.0)], [frame(at=2.0)]], live=True)
    told = run_eye(camera)
    watching, trouble, ended = EyeCondition.WATCHING, EyeCondition.TROUBLE, EyeCondition.ENDED
    assert conditions(told) == [watching, trouble, watching, ended]
    assert camera.given_back == 2
    assert "unplugged" in next(m.message for m in told if isinstance(m, EyeState) and m.condition is trouble)


def test_it_stops_when_told_to() -> None:
    camera = FakeCamera([], live=True, fails_at_end=True)
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    judge = FaceJudge(FakeDetector(), FakeClassifier(Emotion.SAD), 32)
    eye = Eye(camera, judge, frames_per_second=10, stall_seconds=60, tell=told.put)
    running = threading.Thread(target=eye.run)
    running.start()
    assert isinstance(told.get(timeout=5), EyeState)
    eye.stop()
    running.join(5)
    assert not running.is_alive()
