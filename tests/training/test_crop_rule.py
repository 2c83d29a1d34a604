import cv2
import numpy as np
import pytest
from development_data import development_data
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from synthetic_faces import make_faces

from mien_training.crop_rule import FER2013_CROP, find_points, is_frontal, measure_eye_places
from mien_training.errors import TrainingError


def bright_dots(picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Find three bright dots in place of a face's eyes and, between them, its nose."""
    centres = cv2.connectedComponentsWithStats((picture[:, :, 0] > 128).astype(np.uint8))[3][1:]
    right, nose, left = sorted(centres.tolist())
    return (np.array([right, left, nose]) + 0.5) / len(picture)


def test_points_come_back_in_shares_of_the_picture_without_its_frame() -> None:
    image = np.full((48, 48), 20, np.uint8)
    for x, y in ((14, 18), (32, 18), (23, 30)):
        image[y - 1 : y + 2, x - 1 : x + 2] = 250
    points = find_points(image, bright_dots)
    assert points is not None
    assert points * 48 == pytest.approx(np.array([(14.5, 18.5), (32.5, 18.5), (23.5, 30.5)]), abs=0.1)


def test_a_picture_without_a_face_gives_no_points() -> None:
    assert find_points(make_faces(1).images[0], lambda picture: None) is None  # noqa: ARG005


@given(st.floats(-0.6, 0.6), st.floats(-1, 1), st.floats(0.1, 1), st.floats(-1.5, 1.5))
def test_frontal_does_not_depend_on_place_size_and_roll(
    off_centre: float, shift: float, size: float, roll: float
) -> None:
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    points = np.array([(-0.5, 0.0), (0.5, 0.0), (off_centre, 0.7)]) @ turn * size + shift
    if abs(abs(off_centre) - 0.15) > 1e-6:
        assert is_frontal(points) == (abs(off_centre) < 0.15)


def test_no_face_at_all_is_named() -> None:
    with pytest.raises(TrainingError, match="No frontal face was found in 2 pictures"):
        measure_eye_places(np.zeros((2, 48, 48), np.uint8))


def test_the_crop_rule_in_force_is_what_fer2013_shows() -> None:
    from fer2013_pictures import read_pictures

    places = measure_eye_places(read_pictures(development_data("fer2013"), "Training", 600).images, count=600)
    assert places.found > 0.95 * places.looked_at
    assert places.eye_line.median == pytest.approx(FER2013_CROP.eye_line, abs=0.02)
    assert places.eye_distance.median == pytest.approx(FER2013_CROP.eye_distance, abs=0.02)
    assert places.centre.median == pytest.approx(0.5, abs=0.02)
