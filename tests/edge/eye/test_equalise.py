import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.eye.card import FaceEllipse
from mien.eye.crop import face_part
from mien.eye.equalise import Equalisation, equalise, fill_outside

INSIDE = face_part(FaceEllipse(centre=0.53, half_width=0.4, half_height=0.5), 48)
SPREADING = [Equalisation.HISTOGRAM, Equalisation.CLAHE]


def picture(seed: int, low: int = 0, high: int = 255) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(low, high, (48, 48), np.uint8, endpoint=True)


seeds = st.integers(0, 2**32 - 1)
greys = st.integers(0, 255)


@given(seeds, greys, greys)
def test_the_histogram_of_a_whole_picture_is_spread_as_opencv_does(seed: int, one: int, other: int) -> None:
    face = picture(seed, min(one, other), max(one, other))
    assert (equalise(face, Equalisation.HISTOGRAM) == cv2.equalizeHist(face)).all()


@pytest.mark.parametrize("how", SPREADING)
@given(seed=seeds, low=greys, high=greys)
def test_the_background_changes_nothing_in_the_face(how: Equalisation, seed: int, low: int, high: int) -> None:
    face = picture(seed, 60, 120)
    elsewhere = np.where(INSIDE, face, picture(seed + 1, min(low, high), max(low, high)))
    one, other = (equalise(each, how, INSIDE) for each in (face, elsewhere))
    assert (one[INSIDE] == other[INSIDE]).all()
    assert one.dtype == np.uint8
    assert one.shape == face.shape


@pytest.mark.parametrize("how", SPREADING)
def test_a_flat_face_gains_contrast(how: Equalisation) -> None:
    face = picture(1, 100, 115)
    assert equalise(face, how)[INSIDE].std() > 2 * face[INSIDE].std()
    assert equalise(face, how, INSIDE)[INSIDE].std() > 2 * face[INSIDE].std()


def test_a_histogram_is_spread_from_black_to_white_within_the_face() -> None:
    spread = equalise(picture(1, 100, 115), Equalisation.HISTOGRAM, INSIDE)[INSIDE]
    assert (spread.min(), spread.max()) == (0, 255)


@pytest.mark.parametrize("how", list(Equalisation))
def test_a_single_grey_stays_one(how: Equalisation) -> None:
    assert len(np.unique(equalise(np.full((48, 48), 77, np.uint8), how, INSIDE)[INSIDE])) == 1


def test_without_equalisation_nothing_changes() -> None:
    face = picture(1)
    assert (equalise(face, Equalisation.NONE, INSIDE) == face).all()


def test_what_is_not_face_is_filled_with_its_mean() -> None:
    face = picture(1)
    filled = fill_outside(face, INSIDE)
    assert (filled[INSIDE] == face[INSIDE]).all()
    assert set(filled[~INSIDE].tolist()) == {int(face[INSIDE].mean())}
