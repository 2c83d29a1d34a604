import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.eye.card import CropRule, FaceEllipse
from mien.eye.crop import aligned_crop, as_seen_by_model, equalised, face_part
from mien.eye.equalise import Equalisation
from mien.types import Box, Face, Frame, Point

RULE = CropRule(eye_line=0.4, eye_distance=0.38)
SIDE = 48


def face_at(middle_x: float, middle_y: float, distance: float, angle_degrees: float = 0.0) -> Face:
    angle = math.radians(angle_degrees)
    dx, dy = distance / 2 * math.cos(angle), distance / 2 * math.sin(angle)
    half = 1.1 * distance
    return Face(
        Box(middle_x - half, middle_y - half, middle_x + half, middle_y + half),
        Point(middle_x - dx, middle_y - dy),
        Point(middle_x + dx, middle_y + dy),
        0.9,
    )


def with_dots(face: Face, width: int = 640, height: int = 480, radius: float = 0.08) -> Frame:
    """A dark picture with a bright disc on each eye, of a radius in eye distances."""
    ys, xs = np.mgrid[:height, :width]
    distance = math.dist((face.right_eye.x, face.right_eye.y), (face.left_eye.x, face.left_eye.y))
    image = np.full((height, width, 3), 20, np.uint8)
    for eye in (face.right_eye, face.left_eye):
        image[np.hypot(xs - eye.x, ys - eye.y) <= radius * distance] = 230
    return Frame(image, 0.0)


def centre_of_light(part: np.ndarray) -> tuple[float, float]:
    weights = np.clip(part.astype(float) - 40, 0, None)
    ys, xs = np.mgrid[: part.shape[0], : part.shape[1]]
    return float((xs * weights).sum() / weights.sum()), float((ys * weights).sum() / weights.sum())


@pytest.mark.parametrize("distance", [12, 24, 60, 150])
@pytest.mark.parametrize("angle_degrees", [-40, -10, 0, 25])
def test_the_eyes_lie_where_the_rule_says(distance: float, angle_degrees: float) -> None:
    face = face_at(320.3, 240.7, distance, angle_degrees)
    crop = aligned_crop(with_dots(face, radius=0.12), face, RULE, SIDE)
    assert crop.shape == (SIDE, SIDE)
    assert crop.dtype == np.uint8
    eye_y = RULE.eye_line * SIDE - 0.5
    for part, offset, side in ((crop[:, :24], 0, -1), (crop[:, 24:], 24, 1)):
        x, y = centre_of_light(part)
        assert x + offset == pytest.approx((SIDE - 1) / 2 + side * RULE.eye_distance * SIDE / 2, abs=0.6)
        assert y == pytest.approx(eye_y, abs=0.6)


@given(
    st.floats(-200, 800), st.floats(-200, 700), st.floats(0.5, 900), st.floats(-180, 180), st.integers(1, 500),
    st.integers(1, 500),
)  # fmt: skip
def test_any_face_gives_a_crop_even_outside_the_frame(
    x: float, y: float, distance: float, angle_degrees: float, width: int, height: int
) -> None:
    image = np.full((height, width, 3), 77, np.uint8)
    crop = aligned_crop(Frame(image, 0.0), face_at(x, y, distance, angle_degrees), RULE, SIDE)
    assert crop.shape == (SIDE, SIDE)
    assert np.abs(crop.astype(int) - 77).max() <= 1  # the edge is repeated: no black corners


def test_fine_detail_of_a_large_face_is_averaged_and_not_sampled() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    image[::2, ::2] = image[1::2, 1::2] = 200  # a checkerboard of single pixels
    crop = aligned_crop(Frame(image, 0.0), face_at(320, 240, 150), RULE, SIDE)
    assert crop.astype(float).std() < 12
    assert crop.mean() == pytest.approx(100, abs=4)


def test_what_is_not_face_is_filled_with_the_mean_of_the_face() -> None:
    rule = CropRule(eye_line=0.4, eye_distance=0.38, ellipse=FaceEllipse(centre=0.53, half_width=0.4, half_height=0.5))
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8)
    crop = as_seen_by_model(aligned_crop(Frame(noise, 0.0), face_at(320, 240, 18), rule, SIDE), rule, Equalisation.NONE)
    corners = [crop[0, 0], crop[0, -1], crop[-1, 0], crop[-1, -1], crop[5, 2]]
    assert len(set(map(int, corners))) == 1
    plain = aligned_crop(Frame(noise, 0.0), face_at(320, 240, 18), RULE, SIDE)
    middle = slice(12, 36)
    assert (crop[middle, middle] == plain[middle, middle]).all()
    assert float(corners[0]) == pytest.approx(plain[middle, middle].mean(), abs=15)


@pytest.mark.parametrize("how", list(Equalisation))
def test_a_crop_is_equalised_by_its_face_and_hidden_by_the_mean_of_what_came_of_it(how: Equalisation) -> None:
    ellipse = FaceEllipse(centre=0.53, half_width=0.4, half_height=0.5)
    hidden_rule = CropRule(eye_line=0.4, eye_distance=0.38, ellipse=ellipse)
    noise = Frame(np.random.default_rng(1).integers(90, 140, (480, 640, 3), np.uint8), 0.0)
    inside = face_part(ellipse, SIDE)
    plain = aligned_crop(noise, face_at(320, 240, 18), RULE, SIDE)
    crop, expected = as_seen_by_model(plain, hidden_rule, how), equalised(plain, hidden_rule, how)
    assert (crop[inside] == expected[inside]).all()
    assert (crop[~inside] == int(crop[inside].mean())).all()
    unequalised = as_seen_by_model(plain, hidden_rule, Equalisation.NONE)
    assert (crop.std() > 1.5 * unequalised.std()) == (how is not Equalisation.NONE)
