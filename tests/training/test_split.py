import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from synthetic_faces import make_faces

from mien_training.errors import TrainingError
from mien_training.split import copy_groups, near_copies, split_by_group

Images = NDArray[np.uint8]


def brighter(image: Images) -> Images:
    return np.asarray(np.clip(image * 0.8 + 40, 0, 255), np.uint8)


def noisier(image: Images, seed: int = 5) -> Images:
    noise = np.random.default_rng(seed).normal(0, 8, image.shape)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)


COPIES = (lambda image: image, lambda image: image[:, ::-1], brighter, noisier, lambda image: noisier(image[:, ::-1]))


def test_copies_of_one_photograph_share_a_group_and_others_do_not() -> None:
    first, second = make_faces(2).images
    groups = copy_groups(np.stack([first, second, *(change(first) for change in COPIES), second[:, ::-1]]))
    assert set(groups[[0, 2, 3, 4, 5, 6]]) == {groups[0]}
    assert set(groups[[1, 7]]) == {groups[1]}
    assert groups[0] != groups[1]


def test_blank_pictures_are_copies_of_each_other_and_of_no_face() -> None:
    black, grey = np.zeros((48, 48), np.uint8), np.full((48, 48), 131, np.uint8)
    groups = copy_groups(np.stack([black, *make_faces(3).images, grey, black]))
    assert set(groups[[0, 4, 5]]) == {groups[0]}
    assert len(set(groups)) == 4


def test_a_chain_of_copies_is_one_group() -> None:
    first, other = make_faces(2).images.astype(float)
    chain = np.stack([first + share * (other - first) for share in np.linspace(0, 1, 9)]).astype(np.uint8)
    assert not len(near_copies(chain[:1], chain[-1:]))
    assert len(set(copy_groups(chain))) == 1


def test_copies_across_two_sets_are_found() -> None:
    images = make_faces(6).images
    pairs = near_copies(np.stack([images[4][:, ::-1], images[5]]), images[:5])
    assert pairs.tolist() == [[0, 4]]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, len(COPIES) - 1)), min_size=1, max_size=30),
    st.floats(0.2, 0.9),
    st.integers(0, 2**31),
)
def test_no_photograph_stands_on_both_sides(copies: list[tuple[int, int]], share: float, seed: int) -> None:
    originals = make_faces(12).images
    images = np.stack([*originals, *(COPIES[change](originals[row]) for row, change in copies)])
    try:
        train, validation = split_by_group(copy_groups(images), share, seed)
    except TrainingError:  # one photograph's copies are more than the share
        reject()
    assert sorted([*train, *validation]) == list(range(len(images)))
    assert len(validation) <= share * len(images)
    assert not len(near_copies(images[train], images[validation]))


def test_the_split_depends_on_the_seed_alone_and_takes_the_share() -> None:
    groups = np.repeat(np.arange(500), 2)
    train, validation = split_by_group(groups, 0.1, seed=3)
    assert len(validation) == 100
    assert np.array_equal(validation, split_by_group(groups, 0.1, seed=3)[1])
    assert not np.array_equal(validation, split_by_group(groups, 0.1, seed=4)[1])
    assert not set(groups[train]) & set(groups[validation])


def test_too_few_photographs_are_named() -> None:
    with pytest.raises(TrainingError, match="1 different photographs cannot be split"):
        split_by_group(copy_groups(np.stack([make_faces(1).images[0]] * 9)), 0.5, seed=1)
