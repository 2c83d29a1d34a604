"""What surrounds the network: the picture it is shown, where its guesses lie, and which of them are one face."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.errors import DetectorError
from mien.eye.blazeface import SIDE, Letterbox, OnnxFaces, anchors, corners, distinct
from mien.eye.classifier import shipped_model

Array = NDArray[np.float32]
SIZES = st.tuples(st.integers(1, 1000), st.integers(1, 1000))


def test_the_network_guesses_twice_in_small_cells_and_six_times_in_large_ones() -> None:
    middles = anchors()
    assert middles.shape == (2 * 16 * 16 + 6 * 8 * 8, 2)
    assert middles[:4].tolist() == [[4, 4], [4, 4], [12, 4], [12, 4]]
    assert middles[511:519].tolist() == [[124, 124]] + [[8, 8]] * 6 + [[24, 8]]
    assert middles[-1].tolist() == [120, 120]


def test_a_picture_of_twice_the_side_is_shown_every_other_pixel() -> None:
    image = np.random.default_rng(1).integers(0, 256, (2 * SIDE, 2 * SIDE, 3), np.uint8)
    np.testing.assert_array_equal(Letterbox(2 * SIDE, 2 * SIDE).shrink(image), image[::2, ::2])


@given(SIZES)
def test_a_frame_fills_the_middle_of_the_picture_between_black_bars(size: tuple[int, int]) -> None:
    height, width = size
    shown = Letterbox(height, width).shrink(np.full((height, width, 3), 200, np.uint8))
    assert shown.shape == (SIDE, SIDE, 3)
    long_side = max(size)
    for axis, length in ((0, height), (1, width)):
        lit = np.flatnonzero(shown.max(axis=(1 - axis, 2)))
        bars = (SIDE - SIDE * length / long_side) / 2
        assert lit.min() == pytest.approx(bars, abs=1 + SIDE / long_side)
        assert lit.max() == pytest.approx(SIDE - bars, abs=1 + SIDE / long_side)


@given(SIZES, st.lists(st.floats(0, SIDE, width=32), min_size=8, max_size=8))
def test_a_face_lies_in_the_frame_where_the_picture_shows_it(size: tuple[int, int], places: list[float]) -> None:
    height, width = size
    left, right = sorted(places[0:4:2])
    top, bottom = sorted(places[1:4:2])
    corner_places = np.array([left, top, right + 1, bottom + 1, *places[4:]], np.float32)
    face = Letterbox(height, width).face(corner_places, 0.5)
    pixels = max(size) / SIDE  # of the frame in one of the picture
    middle = ((right + 1 + left) / 2, (bottom + 1 + top) / 2)
    assert (face.box.left + face.box.right) / 2 == pytest.approx(width / 2 + (middle[0] - SIDE / 2) * pixels, abs=0.01)
    assert (face.box.top + face.box.bottom) / 2 == pytest.approx(height / 2 + (middle[1] - SIDE / 2) * pixels, abs=0.01)
    assert face.right_eye.x == pytest.approx(width / 2 + (places[4] - SIDE / 2) * pixels, abs=0.01)
    assert face.left_eye.y == pytest.approx(height / 2 + (places[7] - SIDE / 2) * pixels, abs=0.01)


def test_a_guess_is_measured_from_the_middle_of_its_cell() -> None:
    guess = np.zeros((1, 16), np.float32)
    guess[0, :8] = [1, 2, 20, 10, -3, -4, 5, 6]
    assert corners(guess, np.array([[100, 50]], np.float32)).tolist() == [[91, 47, 111, 57, 97, 46, 105, 56]]


def boxes(*rows: tuple[float, ...]) -> Array:
    return np.array(rows, np.float32)


def test_guesses_of_one_face_become_their_mean_weighted_by_score() -> None:
    places = boxes((0, 0, 10, 10, 1), (0, 0, 10, 14, 7), (50, 50, 60, 60, 3))
    found = distinct(places, np.array([0.6, 0.9, 0.8], np.float32))
    assert [score for _, score in found] == pytest.approx([0.9, 0.8])
    np.testing.assert_allclose(found[0][0], [0, 0, 10, (0.6 * 10 + 0.9 * 14) / 1.5, (0.6 * 1 + 0.9 * 7) / 1.5], 1e-6)
    np.testing.assert_allclose(found[1][0], places[2])


def test_guesses_that_share_three_tenths_or_less_are_two_faces() -> None:
    apart, together = boxes((0, 0, 20, 10), (11, 0, 31, 10)), boxes((0, 0, 20, 10), (10, 0, 30, 10))
    scores = np.array([0.9, 0.8], np.float32)
    assert [len(distinct(places, scores)) for places in (apart, together)] == [2, 1]


@pytest.mark.parametrize("side", [-5.0, 0.0, 0.5, float("nan")])
def test_a_guess_without_a_box_is_no_face(side: float) -> None:
    assert distinct(boxes((10, 10, 10 + side, 20)), np.array([0.9], np.float32)) == []


@given(
    st.lists(
        st.tuples(*[st.integers(0, 100)] * 2, *[st.integers(1, 60)] * 2, st.integers(1, 999)),
        max_size=12,
        unique_by=lambda row: row[4],
    ),
    st.randoms(),
)
def test_faces_are_sorted_and_depend_on_no_order(rows: list[tuple[int, ...]], shuffled: object) -> None:
    def found(order: list[tuple[int, ...]]) -> list[tuple[list[float], float]]:
        places = boxes(*((x, y, x + w, y + h) for x, y, w, h, _ in order)).reshape(-1, 4)
        scores = np.array([score / 1000 for *_, score in order], np.float32)
        return [(np.round(place, 3).tolist(), score) for place, score in distinct(places, scores)]

    expected = found(rows)
    other = list(rows)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    assert found(other) == expected
    assert len(expected) <= len(rows)
    assert bool(expected) == bool(rows)
    assert [score for _, score in expected] == sorted((score for _, score in expected), reverse=True)


def test_what_is_not_the_detector_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "torn.onnx"
    torn.write_bytes(b"\x08\x08" + bytes(100))
    for path in (torn, tmp_path / "missing.onnx"):
        with pytest.raises(DetectorError, match=r"cannot be loaded .*; install mien again"):
            OnnxFaces(path, 0.5)
    with pytest.raises(DetectorError, match="is not the face detector that comes with mien"):
        OnnxFaces(shipped_model(), 0.5)
