"""What every face detector does, and that the two do the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from development_data import development_data
from edge.eye.drawn_face import drawn_faces, eyes

from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.faces import MediaPipeFaces, shipped_detector
from mien.eye.photo import read_photo
from mien.ports import FaceDetector
from mien.types import Face, Frame, Point

LEAST_SCORE = 0.5
KINDS: dict[str, Callable[[float], FaceDetector]] = {
    "mediapipe": lambda least_score: MediaPipeFaces(shipped_detector(), least_score),
    "onnx": lambda least_score: OnnxFaces(shipped_graph(), least_score),
}


@pytest.fixture(scope="module")
def detectors() -> Iterator[dict[str, FaceDetector]]:
    with ExitStack() as stack:
        yield {kind: stack.enter_context(closing(make(LEAST_SCORE))) for kind, make in KINDS.items()}


@pytest.fixture(params=KINDS)
def detector(request: pytest.FixtureRequest, detectors: dict[str, FaceDetector]) -> FaceDetector:
    return detectors[request.param]


def distance(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


@pytest.mark.parametrize(
    ("place", "width", "height"),
    [
        ((320, 200, 160), 640, 480),
        ((120, 300, 110), 640, 480),
        ((250, 500, 180), 480, 640),
        ((90, 80, 90), 181, 211),
        ((1500, 300, 300), 1920, 1080),
    ],
)
def test_a_face_is_found_where_it_is(
    detector: FaceDetector, place: tuple[float, float, float], width: int, height: int
) -> None:
    (face,) = detector.detect(drawn_faces(place, width=width, height=height))
    right, left = eyes(*place)
    assert distance(face.right_eye, right) < 0.1 * place[2]
    assert distance(face.left_eye, left) < 0.1 * place[2]
    assert 0.8 * place[2] < face.box.width < 1.3 * place[2]
    assert face.box.left < face.right_eye.x < face.left_eye.x < face.box.right
    assert face.box.top < min(face.right_eye.y, face.left_eye.y) < face.box.bottom
    assert LEAST_SCORE <= face.score <= 1


def test_the_largest_face_comes_first(detector: FaceDetector) -> None:
    found = detector.detect(drawn_faces((130, 200, 100), (420, 200, 200)))
    assert [one.box.left > 200 for one in found] == [True, False]
    assert found[0].box.area > found[1].box.area


@pytest.mark.parametrize("level", [0, 128, 255])
def test_where_nobody_is_no_face_is_found(detector: FaceDetector, level: int) -> None:
    assert detector.detect(Frame(np.full((480, 640, 3), level, np.uint8), 0.0)) == ()


def test_the_score_that_is_asked_for_holds() -> None:
    sure, unsure = drawn_faces((320, 200, 160)), drawn_faces((320, 200, 90))
    for make in KINDS.values():
        with closing(make(0.88)) as strict:
            assert [len(strict.detect(shown)) for shown in (sure, unsure)] == [1, 0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (3, 5), (100, 3000)])
def test_a_picture_of_any_shape_is_taken(detector: FaceDetector, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    assert detector.detect(Frame(noise, 0.0)) == ()


def test_a_part_of_a_larger_picture_is_taken(detector: FaceDetector) -> None:
    wide = drawn_faces((320, 200, 160))
    (whole,) = detector.detect(Frame(np.ascontiguousarray(wide.image[:, 80:560]), 0.0))
    (part,) = detector.detect(Frame(wide.image[:, 80:560], 0.0))
    assert part == whole
    (mirrored,) = detector.detect(Frame(wide.image[:, ::-1], 0.0))
    assert mirrored.box.left == pytest.approx(640 - 1 - 480 + whole.box.left, abs=160)


def test_frame_and_photo_come_on_different_threads(detector: FaceDetector) -> None:
    shown = [drawn_faces((100 + 50 * place, 200, 140)) for place in range(8)]
    expected = [detector.detect(one) for one in shown]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(detector.detect, shown * 5)) == expected * 5


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_closing_twice_does_no_harm(make: Callable[[float], FaceDetector]) -> None:
    detector = make(LEAST_SCORE)
    detector.close()
    detector.close()


def assert_same(one: tuple[Face, ...], other: tuple[Face, ...]) -> None:
    """Check that both found the same: eyes to 0.2 % of their distance, boxes up to MediaPipe's rounding."""
    assert len(one) == len(other)
    for ours, theirs in zip(by_place(one), by_place(other), strict=True):
        eye_distance = distance(theirs.right_eye, theirs.left_eye)
        assert distance(ours.right_eye, theirs.right_eye) < 2e-3 * eye_distance
        assert distance(ours.left_eye, theirs.left_eye) < 2e-3 * eye_distance
        assert ours.score == pytest.approx(theirs.score, abs=1e-3)
        # MediaPipe cuts the fraction off, and pushes a box that begins outside the picture into it.
        assert max(0, math.floor(ours.box.left)) == pytest.approx(theirs.box.left, abs=1)
        assert max(0, math.floor(ours.box.top)) == pytest.approx(theirs.box.top, abs=1)
        assert math.floor(ours.box.width) == pytest.approx(theirs.box.width, abs=1)
        assert math.floor(ours.box.height) == pytest.approx(theirs.box.height, abs=1)


def by_place(faces: tuple[Face, ...]) -> list[Face]:
    return sorted(faces, key=lambda face: (face.right_eye.x, face.right_eye.y))


@pytest.mark.parametrize("size", [90, 101, 137, 222, 300])
def test_both_find_the_same_in_drawings(detectors: dict[str, FaceDetector], size: int) -> None:
    draw = np.random.default_rng(size)
    shown = drawn_faces((*draw.uniform(150, 300, 2), size), width=int(draw.integers(400, 900)))
    assert detectors["onnx"].detect(shown)
    assert_same(detectors["onnx"].detect(shown), detectors["mediapipe"].detect(shown))


def photographs() -> list[Path]:
    folders = [development_data("photos"), development_data("noface")]
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in {".jpg", ".png"}]


def test_both_find_the_same_in_photographs(detectors: dict[str, FaceDetector]) -> None:
    for path in photographs():
        shown = read_photo(path)
        assert_same(detectors["onnx"].detect(shown), detectors["mediapipe"].detect(shown))
