"""What a judge spares itself of a camera's frames in a row, and that no mood suffers from it."""

from collections.abc import Callable

import numpy as np
import pytest
from edge.eye.counting import CountingClassifier, CountingDetector
from edge.eye.fakes import face, frame
from numpy.typing import NDArray

from mien import config
from mien.eye.judge import FaceJudge
from mien.mood.tracker import MoodTracker
from mien.types import EMOTIONS, Emotion, Expression, Face, Frame, MoodChange, Presence

RNG = np.random.default_rng(5)
PERIOD = 1 / 6


def scene() -> NDArray[np.uint8]:
    return frame().image.copy()


def noisy() -> NDArray[np.uint8]:
    return np.clip(scene() + RNG.normal(0, 2, scene().shape), 0, 255).astype(np.uint8)


def moved(pixels: int) -> NDArray[np.uint8]:
    return np.roll(scene(), pixels, axis=1)


class Watched:
    """A judge whose work is counted."""

    def __init__(self, *faces: Face, at: Callable[[int], tuple[Face, ...]] | None = None, most_faces: int = 4) -> None:
        self.detector, self.classifier = CountingDetector(*faces, at=at), CountingClassifier()
        self.judge = FaceJudge(self.detector, self.classifier, 32, most_faces=most_faces)

    def look(self, *images: NDArray[np.uint8], period_seconds: float = PERIOD) -> tuple[int, int]:
        """Look at pictures in a row, and return how often it searched and read."""
        before = self.detector.asked, self.classifier.asked
        for number, image in enumerate(images):
            seen = self.judge.observe(Frame(image, number * period_seconds))
            assert (seen.seen_at, seen.width, seen.height) == (number * period_seconds, image.shape[1], image.shape[0])
        return self.detector.asked - before[0], self.classifier.asked - before[1]


def test_of_a_face_that_keeps_still_every_second_frame_is_judged() -> None:
    assert Watched(face()).look(*(noisy() for _ in range(12))) == (6, 6)


def test_a_face_that_moves_is_searched_in_every_second_frame_and_read_in_each() -> None:
    assert Watched(face()).look(*(moved(3 * (number % 2)) for number in range(12))) == (6, 12)


def test_after_a_while_every_frame_is_searched() -> None:
    assert Watched(face()).look(*(noisy() for _ in range(6)), period_seconds=1 / 3) == (6, 6)


def test_two_moving_faces_are_followed_and_three_are_searched() -> None:
    two = face(left=20, width=80), face(left=190, width=100)
    assert Watched(*two).look(scene(), moved(3)) == (1, 4)
    assert Watched(*two, face(left=110, top=10, width=60)).look(scene(), moved(3)) == (2, 6)


def test_a_face_that_is_not_read_cannot_be_known_to_keep_still_but_followed() -> None:
    assert Watched(face(left=10, width=90), face(left=180)).look(scene(), noisy()) == (1, 2)
    assert Watched(face(left=10, width=90), face(left=180), most_faces=1).look(scene(), noisy()) == (1, 2)


def test_an_earlier_frame_or_one_of_another_size_is_searched() -> None:
    watched = Watched(face())
    watched.judge.observe(Frame(scene(), 3.0))
    watched.judge.observe(Frame(scene(), 2.9))
    watched.judge.observe(Frame(scene()[:200].copy(), 3.0))
    assert watched.detector.asked == 3


def test_nothing_is_held_once_it_shall_forget() -> None:
    watched = Watched(face())
    watched.judge.observe(Frame(scene(), 0.0))
    watched.judge.forget()
    watched.judge.observe(Frame(scene(), 0.1))
    assert watched.detector.asked == 2


def test_a_room_is_searched_each_time_until_it_is_surely_empty_and_then_every_two_seconds() -> None:
    watched = Watched()
    assert watched.look(*(noisy() for _ in range(6)))[0] == 6
    for number in range(6, 60):
        watched.judge.observe(Frame(noisy(), number * PERIOD))
    assert 10 <= watched.detector.asked <= 11
    entered = scene()
    entered[150:200, 20:50] //= 2
    searched = watched.detector.asked
    watched.judge.observe(Frame(entered, 60 * PERIOD))
    assert watched.detector.asked == searched + 1


def test_a_photo_is_searched_whatever_the_camera_sees() -> None:
    watched = Watched()
    watched.look(*(scene() for _ in range(8)))
    searched = watched.detector.asked
    watched.judge.judge(Frame(scene(), 0.0))
    assert watched.detector.asked > searched


def expression(emotion: Emotion, probability: float) -> Expression:
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return Expression(tuple(probability if one is emotion else rest for one in EMOTIONS))


def moods(judge: FaceJudge, seconds: float) -> list[MoodChange]:
    tracker = MoodTracker(config.load(changes={"people": {"still_seconds": 0}}))
    seen = (judge.observe(Frame(noisy(), number * PERIOD)) for number in range(int(seconds / PERIOD)))
    return [change for change in map(tracker.update, seen) if change is not None]


def test_a_look_that_was_misread_now_and_then_makes_no_mood() -> None:
    happy, surprise = expression(Emotion.HAPPY, 0.8), expression(Emotion.SURPRISE, 0.9)
    classifier = CountingClassifier(lambda number: surprise if number % 9 == 0 else happy)
    judge = FaceJudge(CountingDetector(face()), classifier, 32)
    assert [change.current.emotion for change in moods(judge, 90)] == [Emotion.HAPPY]


@pytest.mark.parametrize("every", [4, 5])
def test_who_is_missed_by_the_detector_now_and_then_is_not_gone(every: int) -> None:
    watched = Watched(at=lambda number: () if number % every == 0 else (face(),))
    changes = moods(watched.judge, 60)
    assert [(change.current.presence, change.current.emotion) for change in changes] == [
        (Presence.DECIDED, Emotion.HAPPY)
    ]
