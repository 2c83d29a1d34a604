import cv2
import numpy as np
import pytest
from edge.eye.fakes import FakeClassifier, face, frame
from numpy.typing import NDArray

from mien.eye.judge import FaceJudge
from mien.types import Emotion, Expression, Face, Frame

RNG = np.random.default_rng(3)
LATER = 0.3  # seconds; a face that moves sooner is followed


class Detector:
    """Finds the faces it was given, and counts how often it is asked."""

    def __init__(self, *faces: Face) -> None:
        self.faces, self.asked = faces, 0

    def detect(self, _frame: Frame) -> tuple[Face, ...]:
        self.asked += 1
        return self.faces

    def close(self) -> None:
        """Hold nothing."""


class Classifier(FakeClassifier):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(Emotion.HAPPY)
        self.asked = 0

    def classify(self, crop: NDArray[np.uint8]) -> Expression:
        self.asked += 1
        return super().classify(crop)


class Eye:
    """A judge that counts its work."""

    def __init__(self, *faces: Face, most_faces: int = 4) -> None:
        self.detector, self.classifier = Detector(*faces), Classifier()
        self._judge = FaceJudge(self.detector, self.classifier, 32, most_faces=most_faces)

    def look(self, image: NDArray[np.uint8], at: float) -> None:
        seen = self._judge.observe(Frame(image, at))
        assert (seen.seen_at, seen.width, seen.height) == (at, image.shape[1], image.shape[0])
        assert [sighting.face for sighting in seen.sightings] == list(self.detector.faces)
        assert all(one.expression and one.expression.top is Emotion.HAPPY for one in seen.sightings)

    @property
    def work(self) -> tuple[int, int]:
        return self.detector.asked, self.classifier.asked


def scene() -> NDArray[np.uint8]:
    return frame().image.copy()


def noisy(levels: float) -> NDArray[np.uint8]:
    return np.clip(scene() + RNG.normal(0, levels, scene().shape), 0, 255).astype(np.uint8)


def test_a_face_that_keeps_still_is_not_judged_again_for_a_second() -> None:
    eye = Eye(face())
    for at in (0.0, 0.3, 0.6, 0.9):
        eye.look(noisy(2), at)
    assert eye.work == (1, 1)
    eye.look(noisy(2), 1.0)
    assert eye.work == (2, 2)
    eye.look(noisy(2), 1.9)
    assert eye.work == (2, 2)


@pytest.mark.parametrize("pixels", [2, -3])
def test_a_face_that_moves_is_looked_for_again(pixels: int) -> None:
    eye = Eye(face())
    eye.look(scene(), 0.0)
    eye.look(np.roll(scene(), pixels, axis=1), LATER)
    assert eye.work == (2, 2)


def test_a_mouth_that_opens_is_read_again() -> None:
    eye = Eye(face())
    eye.look(scene(), 0.0)
    opened = scene()
    cv2.ellipse(opened, (150, 155), (14, 5), 0, 0, 360, (20, 20, 60), -1)
    eye.look(opened, LATER)
    assert eye.work == (2, 2)


def test_slow_changes_add_up() -> None:
    eye = Eye(face())
    for step in range(9):
        darker = (scene() * (1 - 0.012 * step)).astype(np.uint8)
        eye.look(darker, step * 0.11)
    assert 2 <= eye.work[1] <= 4


def test_what_happens_behind_a_still_face_waits_for_a_second() -> None:
    eye = Eye(face())
    eye.look(scene(), 0.0)
    behind = scene()
    behind[:, 260:] = 255
    eye.look(behind, 0.9)
    assert eye.work == (1, 1)
    eye.look(behind, 1.0)
    assert eye.work == (2, 2)


def test_an_empty_room_is_searched_again_after_five_seconds_or_when_it_changes() -> None:
    eye = Eye()
    for at in (0.0, 2.0, 4.9):
        eye.look(noisy(2), at)
    assert eye.work == (1, 0)
    eye.look(noisy(2), 5.0)
    assert eye.work == (2, 0)
    entered = scene()
    entered[150:200, 20:50] //= 2
    eye.look(entered, 5.2)
    assert eye.work == (3, 0)


def test_one_of_two_faces_that_moves_has_all_judged_again() -> None:
    eye = Eye(face(left=10), face(left=180))
    eye.look(scene(), 0.0)
    eye.look(noisy(2), 0.1)
    assert eye.work == (1, 2)
    moved = scene()
    moved[:, 160:] = np.roll(moved[:, 160:], 4, axis=0)
    eye.look(moved, LATER)
    assert eye.work == (2, 4)


def test_a_face_that_was_not_read_cannot_be_known_to_keep_still() -> None:
    small = FaceJudge(detector := Detector(face(width=20)), Classifier(), 32)
    for at in (0.0, LATER):
        assert small.observe(Frame(scene(), at)).sightings[0].expression is None
    assert detector.asked == 2


def test_another_size_or_an_earlier_time_is_another_picture() -> None:
    eye = Eye()
    eye.look(scene(), 3.0)
    eye.look(scene(), 2.0)
    assert eye.work == (2, 0)
    eye.look(np.asarray(cv2.resize(scene(), (640, 480)), np.uint8), 2.1)
    assert eye.work == (3, 0)


def test_a_photo_is_searched_whatever_the_camera_sees() -> None:
    judge = FaceJudge(detector := Detector(), Classifier(), 32)
    judge.observe(Frame(scene(), 0.0))
    judge.judge(Frame(scene(), 0.0))
    assert detector.asked > 1
