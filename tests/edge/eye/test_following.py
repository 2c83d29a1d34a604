import cv2
import numpy as np
import pytest
from edge.eye.fakes import face, frame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.eye.following import Patch, followed
from mien.types import Face


def scene() -> NDArray[np.uint8]:
    return frame().image


def warped(scale: float = 1.0, degrees: float = 0.0, right: float = 0.0, down: float = 0.0) -> NDArray[np.uint8]:
    """The scene with a face at (150, 130) that came nearer, turned, and moved."""
    matrix = np.add(cv2.getRotationMatrix2D((150, 130), degrees, scale), [[0, 0, right], [0, 0, down]])
    return np.asarray(cv2.warpAffine(scene(), matrix, (320, 240), borderMode=cv2.BORDER_REFLECT), np.uint8)


def went(one: Face, image: NDArray[np.uint8]) -> Face | None:
    return followed(Patch.around(one, scene()), image)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (0, -6), (8, 8)])
def test_small_moves_are_followed_to_a_pixel(right: float, down: float) -> None:
    found = went(face(), warped(right=right, down=down))
    assert found is not None
    assert found.right_eye.x == pytest.approx(face().right_eye.x + right, abs=0.7)
    assert found.left_eye.y == pytest.approx(face().left_eye.y + down, abs=0.7)
    assert found.score == face().score


@given(st.floats(0.93, 1.07), st.floats(-8, 8), st.floats(-12, 12), st.floats(-12, 12))
def test_what_is_followed_lies_where_the_face_moved_turned_and_came_nearer(
    scale: float, degrees: float, right: float, down: float
) -> None:
    found = went(face(), warped(scale, degrees, right, down))
    if found is None:  # it was not sure
        return
    centre_x, centre_y = found.box.centre
    assert abs(centre_x - (150 + right)) < 4
    assert abs(centre_y - (130 + down)) < 4
    assert abs(found.box.width / (100 * scale) - 1) < 0.06


@pytest.mark.parametrize(
    "image",
    [np.zeros_like(scene()), scene()[::-1].copy(), warped(scale=1.6), warped(degrees=40), warped(right=90)],
    ids=["dark", "upside down", "much nearer", "turned far", "gone"],
)
def test_what_is_not_sure_is_not_followed(image: NDArray[np.uint8]) -> None:
    assert went(face(), image) is None


@pytest.mark.parametrize(
    "one", [face(left=-60, top=-60), face(left=290, top=200), face(width=4), face(left=500), face(left=-500, top=-500)]
)
def test_a_face_at_the_edge_or_as_small_as_can_be_harms_nothing(one: Face) -> None:
    patch = Patch.around(one, scene())
    assert patch.pixels.size <= scene().size // 3
    found = followed(patch, warped(right=2))
    assert found is None or abs(found.box.width / one.box.width - 1) < 0.2
