import cv2
import numpy as np
import pytest
from edge.eye.fakes import FakeClassifier, FakeDetector, face, frame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.eye.following import FaceFollower
from mien.eye.judge import FaceJudge
from mien.types import Emotion, Face, Frame


class Search(FakeDetector):
    """Counts how often it is asked."""

    def __init__(self, *faces: Face) -> None:
        super().__init__(*faces)
        self.asked = 0

    def detect(self, one: Frame) -> tuple[Face, ...]:
        self.asked += 1
        return super().detect(one)


def scene() -> NDArray[np.uint8]:
    return frame().image


def warped(scale: float = 1.0, degrees: float = 0.0, right: float = 0.0, down: float = 0.0) -> NDArray[np.uint8]:
    """The scene with a face at (150, 130) that came nearer, turned, and moved."""
    matrix = np.add(cv2.getRotationMatrix2D((150, 130), degrees, scale), [[0, 0, right], [0, 0, down]])
    return np.asarray(cv2.warpAffine(scene(), matrix, (320, 240), borderMode=cv2.BORDER_REFLECT), np.uint8)


def followed(image: NDArray[np.uint8], *faces: Face, after_seconds: float = 0.1) -> tuple[tuple[Face, ...], int]:
    """What is found in a second frame, and how often it was searched."""
    search = Search(*faces)
    follower = FaceFollower(search)
    assert follower.find(Frame(scene(), 0.0)) == search.detect(frame())
    return follower.find(Frame(image, after_seconds)), search.asked - 1


def test_every_second_frame_is_searched() -> None:
    search = Search(face())
    follower = FaceFollower(search)
    for number in range(6):
        follower.find(Frame(scene(), number / 6))
    assert search.asked == 3


@given(st.floats(0.93, 1.07), st.floats(-8, 8), st.floats(-12, 12), st.floats(-12, 12))
def test_a_face_is_followed_as_it_moves_turns_and_comes_nearer(
    scale: float, degrees: float, right: float, down: float
) -> None:
    (found,), searched = followed(warped(scale, degrees, right, down), face())
    if searched == 2:  # it was not sure
        return
    centre_x, centre_y = found.box.centre
    assert abs(centre_x - (150 + right)) < 4
    assert abs(centre_y - (130 + down)) < 4
    assert abs(found.box.width / (100 * scale) - 1) < 0.06
    assert found.score == face().score


def test_small_moves_are_followed_without_a_search() -> None:
    for right, down in ((3, 0), (0, -6), (8, 8)):
        (found,), searched = followed(warped(right=right, down=down), face())
        assert searched == 1
        assert found.right_eye.x == pytest.approx(face().right_eye.x + right, abs=0.7)
        assert found.left_eye.y == pytest.approx(face().left_eye.y + down, abs=0.7)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros_like(scene()),
        scene()[::-1].copy(),
        warped(scale=1.6),
        warped(degrees=40),
        warped(right=90),
        scene()[:150, :150].copy(),  # a source of another size
    ],
    ids=["dark", "upside down", "much nearer", "turned far", "gone", "smaller"],
)
def test_what_is_not_sure_is_searched(image: NDArray[np.uint8]) -> None:
    assert followed(image, face()) == ((face(),), 2)


def test_after_a_while_and_for_an_earlier_frame_it_is_searched() -> None:
    assert followed(scene(), face(), after_seconds=0.26)[1] == 2
    assert followed(scene(), face(), after_seconds=-1.0)[1] == 2


def test_two_faces_are_followed_and_three_are_searched() -> None:
    two = face(left=20, width=80), face(left=190, width=100)
    found, searched = followed(warped(right=3), *two)
    assert searched == 1
    assert [round(one.box.left) for one in found] == [193, 23]
    assert followed(scene(), *two, face(left=110, top=10, width=60))[1] == 2


def test_nobody_is_searched_for_each_time() -> None:
    assert followed(scene()) == ((), 2)


def test_a_face_at_the_edge_or_as_small_as_can_be_harms_nothing() -> None:
    for one in (face(left=-60, top=-60), face(left=290, top=200), face(width=4), face(left=500, top=500)):
        assert len(followed(warped(right=2), one)[0]) == 1


def test_a_followed_face_is_read() -> None:
    judge = FaceJudge(search := Search(face()), FakeClassifier(Emotion.HAPPY), 32)
    for number, right in enumerate((0, 6)):
        (sighting,) = judge.observe(Frame(warped(right=right), number / 6)).sightings
        assert sighting.expression is not None
    assert search.asked == 1
