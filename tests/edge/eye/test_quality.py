import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np
import pytest
from development_data import development_data
from edge.eye.fakes import RULE, face, frame
from fer2013_pictures import read_pictures
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.crop import aligned_crop
from mien.eye.photo import read_photo
from mien.eye.quality import LEAST_QUALITY, Look, Scale, look_at, shape_quality
from mien.types import Box, Face, Frame, Point

LEAST_PIXELS = 32
WHERE = face()
GOOD = frame()
GOOD_LOOK = Look(contrast_levels=40.0, white_share=0.0, detail=1.0)


def changed(change: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Frame:
    return Frame(np.clip(np.rint(change(GOOD.image.astype(np.float32))), 0, 255).astype(np.uint8), 0.0)


def quality(shown: Frame, where: Face = WHERE) -> float:
    return min(shape_quality(where, LEAST_PIXELS), look_at(aligned_crop(shown, where, RULE, 48)).quality)


def blurred(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 14), np.float32)


def noisy(image: NDArray[np.float32]) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal((*image.shape[:2], 1), np.float32)
    return image / 8 + np.float32(14) * noise


def test_a_good_face_is_fully_trusted() -> None:
    assert quality(GOOD) == 1.0


@pytest.mark.parametrize(
    "poor",
    [
        lambda image: image * 0.02,
        lambda image: 128 + (image - 128) * 0.02,
        lambda image: image + 200,
        blurred,
        noisy,
    ],
    ids=["dark", "flat", "overexposed", "blurred", "noise"],
)
def test_a_poor_face_is_not_judged(poor: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
    assert quality(changed(poor)) < LEAST_QUALITY


@pytest.mark.parametrize("light", [0.1, 0.3, 0.7, 1.3])
def test_the_light_of_a_usual_room_costs_little(light: float) -> None:
    assert quality(changed(lambda image: image * light)) > 0.9


def test_only_the_face_counts() -> None:
    box = WHERE.box
    image = np.full_like(GOOD.image, 255)
    inner = slice(int(box.top) - 20, int(box.bottom) + 20), slice(int(box.left) - 10, int(box.right) + 10)
    image[inner] = GOOD.image[inner]
    assert quality(Frame(image, 0.0)) == quality(GOOD)


@pytest.mark.parametrize(("eyes", "expected"), [(0.45, 1.0), (0.4, 1.0), (0.3, 0.75), (0.2, 0.5), (0.1, 0.25)])
def test_a_turned_face_is_trusted_less(eyes: float, expected: float) -> None:
    half = eyes * WHERE.box.width / 2
    turned = replace(WHERE, right_eye=Point(150 - half, 105), left_eye=Point(150 + half, 105))
    assert quality(GOOD, turned) == pytest.approx(expected)


@pytest.mark.parametrize(("width", "expected"), [(64, 1.0), (48, 0.75), (32, 0.5), (31, 0.484375), (16, 0.25)])
def test_a_small_face_is_trusted_less(width: float, expected: float) -> None:
    assert quality(GOOD, face(width=width)) == pytest.approx(expected)


@given(st.floats(0, 130), st.floats(0, 1), st.floats(0, 10))
def test_the_worst_part_decides(contrast_levels: float, white_share: float, detail: float) -> None:
    look = Look(contrast_levels, white_share, detail)
    alone = [
        replace(GOOD_LOOK, contrast_levels=contrast_levels),
        replace(GOOD_LOOK, white_share=white_share),
        replace(GOOD_LOOK, detail=detail),
    ]
    assert look.quality == min(one.quality for one in alone)


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-200, 200))
def test_a_scale_is_a_line_within_its_ends(least: float, good: float, measure: float) -> None:
    if abs(least - good) < 1e-3:
        return
    scale = Scale(least, good)
    assert (scale.quality(least), scale.quality(good)) == (LEAST_QUALITY, 1.0)
    assert 0.0 <= scale.quality(measure) <= 1.0
    better = measure >= good if good > least else measure <= good
    assert (scale.quality(measure) == 1.0) == (better or math.isclose(measure, good, abs_tol=1e-9))


@given(st.floats(-300, 700), st.floats(-300, 500), st.floats(1, 900), st.floats(-180, 180))
def test_any_face_has_a_quality_even_outside_the_frame(x: float, y: float, width: float, degrees: float) -> None:
    across = 0.2 * width * math.cos(math.radians(degrees)), 0.2 * width * math.sin(math.radians(degrees))
    box = Box(x - width / 2, y - width / 2, x + width / 2, y + width / 2)
    anywhere = Face(box, Point(x - across[0], y - across[1]), Point(x + across[0], y + across[1]), 0.9)
    assert 0.0 <= quality(GOOD, anywhere) <= 1.0


def test_pictures_of_fer2013_are_good_and_those_out_of_focus_are_not() -> None:
    images = read_pictures(development_data("fer2013"), "Training", 300).images
    refused = [look_at(image).quality < LEAST_QUALITY for image in images]
    assert np.mean(refused) < 0.01
    soft = [look_at(np.asarray(cv2.GaussianBlur(image, (0, 0), 4), np.uint8)).quality for image in images]
    assert np.mean(np.array(soft) < LEAST_QUALITY) > 0.95


def test_no_well_taken_face_is_refused() -> None:
    folders = [development_data(*parts) for parts in (("london", "neutral"), ("london", "smiling"), ("photos",))]
    with closing(OnnxFaces(shipped_graph(), 0.5)) as detector:
        for path in (path for folder in folders for path in sorted(folder.glob("*.jpg"))):
            photo = read_photo(path)
            assert all(quality(photo, found) > 0.6 for found in detector.detect(photo)), path.name
