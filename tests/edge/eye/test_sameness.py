import cv2
import numpy as np
import pytest
from edge.eye.fakes import RULE, face, frame
from numpy.typing import NDArray

from mien.eye.crop import aligned_crop
from mien.eye.sameness import CropLook, RoomLook
from mien.types import Frame

RNG = np.random.default_rng(3)


def scene() -> NDArray[np.uint8]:
    return frame().image.copy()


def noisy(levels: float) -> NDArray[np.uint8]:
    return np.clip(scene() + RNG.normal(0, levels, scene().shape), 0, 255).astype(np.uint8)


def look(image: NDArray[np.uint8]) -> CropLook:
    return CropLook(aligned_crop(Frame(image, 0.0), face(), RULE, 48))


def test_noise_changes_neither_a_face_nor_a_room() -> None:
    for _ in range(20):
        assert look(noisy(2)).is_like(look(noisy(2)))
        assert RoomLook(noisy(2)).is_like(RoomLook(noisy(2)))


@pytest.mark.parametrize("pixels", [2, -3])
def test_a_face_that_moves_looks_otherwise_at_its_place(pixels: int) -> None:
    assert not look(scene()).is_like(look(np.roll(scene(), pixels, axis=1)))


def test_a_mouth_that_opens_looks_otherwise() -> None:
    opened = scene()
    cv2.ellipse(opened, (150, 155), (14, 5), 0, 0, 360, (20, 20, 60), -1)
    assert not look(scene()).is_like(look(opened))


def test_what_is_not_the_face_changes_nothing_about_it() -> None:
    behind = scene()
    behind[:, 260:] = 255
    assert look(scene()).is_like(look(behind))


def test_somebody_who_comes_in_changes_the_room_whatever_its_size() -> None:
    entered = scene()
    entered[150:200, 20:50] //= 2
    assert not RoomLook(scene()).is_like(RoomLook(entered))
    large, larger = (np.asarray(cv2.resize(one, (1920, 1080)), np.uint8) for one in (scene(), entered))
    assert not RoomLook(large).is_like(RoomLook(larger))
