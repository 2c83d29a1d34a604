import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien_training.data import SIDE
from mien_training.degrade import (
    DEGRADATIONS,
    Degradation,
    Faces,
    add_noise,
    blur,
    change_contrast,
    compress,
    expose,
    rotate,
    scale,
    shift,
    shrink,
)

NOISE: Faces = np.random.default_rng(1).integers(40, 200, (6, SIDE, SIDE), np.uint8)
SMOOTH: Faces = np.stack([np.asarray(cv2.GaussianBlur(face, (0, 0), 3), np.uint8) for face in NOISE])


def dots(x: int, y: int, count: int = 6, half: int = 1) -> Faces:
    """A bright square on black, its middle at (x, y)."""
    faces = np.zeros((count, SIDE, SIDE), np.uint8)
    faces[:, y - half : y + half + 1, x - half : x + half + 1] = 200
    return faces


def places(faces: Faces) -> NDArray[np.float64]:
    """The centres of light (x, y) about the middle [N, 2]."""
    offsets = np.arange(SIDE) - (SIDE - 1) / 2
    total = faces.sum(axis=(1, 2), dtype=np.float64)
    right: NDArray[np.float64] = (faces.sum(axis=1) * offsets).sum(axis=1) / total
    down: NDArray[np.float64] = (faces.sum(axis=2) * offsets).sum(axis=1) / total
    return np.stack([right, down], axis=1)


@pytest.mark.parametrize("degradation", DEGRADATIONS, ids=lambda one: one.name)
def test_each_level_gives_the_same_pictures_again_and_only_one_changes_nothing(degradation: Degradation) -> None:
    assert degradation.unchanged in degradation.levels
    assert list(degradation.levels) == sorted(set(degradation.levels))
    before = NOISE.copy()
    for level in degradation.levels:
        changed = degradation.apply(NOISE, level)
        assert changed.shape == NOISE.shape
        assert changed.dtype == np.uint8
        assert (changed == degradation.apply(NOISE, level)).all()
        assert (changed == NOISE).all() == (level == degradation.unchanged)
    assert (before == NOISE).all()


@pytest.mark.parametrize("degradation", DEGRADATIONS, ids=lambda one: one.name)
def test_the_further_from_the_unchanged_level_the_further_from_the_picture(degradation: Degradation) -> None:
    middle = degradation.levels.index(degradation.unchanged)

    def distances(levels: tuple[float, ...]) -> list[float]:
        return [float(np.abs(degradation.apply(SMOOTH, level) - SMOOTH.astype(float)).mean()) for level in levels]

    for levels in (degradation.levels[middle:], degradation.levels[middle::-1]):
        assert distances(levels) == sorted(distances(levels))


@given(st.floats(0.5, 1.8))
def test_a_scaled_face_keeps_its_middle(factor: float) -> None:
    (before,), (after,) = places(dots(30, 14, 1)), places(scale(dots(30, 14, 1), factor))
    assert after == pytest.approx(before * factor, abs=0.3)


def test_shifted_faces_go_so_far_and_all_ways() -> None:
    moved = places(shift(dots(24, 24, 40), 0.1)) - places(dots(24, 24, 40))
    assert np.hypot(*moved.T) == pytest.approx(np.full(40, 0.1 * SIDE), abs=0.3)
    assert np.abs(moved.mean(axis=0)).max() < 0.3


def test_faces_are_turned_one_way_and_the_other() -> None:
    turned = places(rotate(dots(24 + 12, 24, 2), 30))
    angles = np.degrees(np.arctan2(turned[:, 1], turned[:, 0]))
    assert sorted(angles) == pytest.approx([-30, 30], abs=3)


def test_a_small_face_has_only_so_much_detail() -> None:
    small = shrink(NOISE, 16)
    again = np.stack([cv2.resize(face, (16, 16), interpolation=cv2.INTER_AREA) for face in small])
    assert again.mean() == pytest.approx(NOISE.mean(), abs=1)
    assert small.std() < 0.4 * NOISE.std()
    assert blur(NOISE, 2).std() < 0.3 * NOISE.std()


def test_light_and_contrast_are_multiplied_and_clipped() -> None:
    grey = np.full((1, SIDE, SIDE), 100, np.uint8)
    assert (expose(grey, 0.5) == 50).all()
    assert (expose(grey, 3) == 255).all()
    flat = change_contrast(NOISE, 0.5)
    assert flat.std(axis=(1, 2)) == pytest.approx(NOISE.std(axis=(1, 2)) / 2, rel=0.02)
    assert flat.mean(axis=(1, 2)) == pytest.approx(NOISE.mean(axis=(1, 2)), abs=0.5)


def test_noise_has_its_deviation_and_compression_its_size() -> None:
    grey = np.full((4, SIDE, SIDE), 128, np.uint8)
    noisy = add_noise(grey, 10)
    assert noisy.std() == pytest.approx(10, rel=0.03)
    assert (noisy[0] != noisy[1]).any()
    squares = compress(NOISE[:1], 5)[0].reshape(6, 8, 6, 8).std(axis=(1, 3))
    assert squares.mean() < 0.8 * NOISE[0].reshape(6, 8, 6, 8).std(axis=(1, 3)).mean()  # blocks of 8 lose detail
