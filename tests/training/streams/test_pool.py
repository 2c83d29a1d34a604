import resource
from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import make_faces

from mien.types import EMOTIONS
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.streams.pool import Half, columns, read_pool, write_pool
from mien_training.streams.variants import WAYS, Condition, close_eyes, turn, vary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    faces = make_faces(14)
    assert faces.votes is not None
    faces.votes[3] = [6, 0, 0, 4, 0, 0, 0, 0, 0, 0]  # the votes name another emotion than the label
    faces.votes[4] = [0, 0, 0, 6, 0, 4, 0, 0, 0, 0]  # people do not agree
    folder = tmp_path_factory.mktemp("streams")
    write_pool(faces, folder)
    return folder


def test_each_picture_is_judged_in_every_variant_by_the_shipped_model(folder: Path) -> None:
    halves = [read_pool(folder, half) for half in Half]
    variants = sum(way.variants for way in WAYS.values())
    assert sum(len(half.labels) for half in halves) == 14
    for half in halves:
        assert half.probabilities.shape == (len(half.labels), variants, 7)
        assert half.probabilities.sum(axis=2) == pytest.approx(1.0)
        for row, expressions in zip(half.probabilities, half.expressions(), strict=True):
            assert [one.top for one in expressions] == [EMOTIONS[place] for place in row.argmax(axis=1)]


def test_clear_pictures_are_those_that_people_agree_on(folder: Path) -> None:
    with np.load(folder / "pool.npz") as arrays:
        assert np.flatnonzero(~arrays["clear"]).tolist() == [3, 4]


def test_copies_of_a_picture_stand_in_one_half(tmp_path: Path) -> None:
    faces = make_faces(4)
    assert faces.votes is not None
    doubled = FaceSet(
        np.concatenate([faces.images, faces.images[:, :, ::-1]]),
        np.concatenate([faces.labels] * 2),
        np.concatenate([faces.votes] * 2),
    )
    write_pool(doubled, tmp_path)
    with np.load(tmp_path / "pool.npz") as arrays:
        first, second = arrays["reporting"].reshape(2, 4)
    assert first.tolist() == second.tolist()
    assert 0 < first.sum() < 4


def test_without_votes_there_is_no_pool(tmp_path: Path) -> None:
    faces = make_faces(2)
    with pytest.raises(TrainingError, match="Streams need FERPlus votes"):
        write_pool(FaceSet(faces.images, faces.labels, None), tmp_path)


def test_a_pool_that_is_not_there_or_is_an_old_one_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(TrainingError, match=r"pool\.npz is not there; make it with"):
        read_pool(tmp_path, Half.TUNING)
    with np.load(folder / "pool.npz") as arrays:
        np.savez(tmp_path / "pool.npz", **(dict(arrays) | {"probabilities": arrays["probabilities"][:, 1:]}))
    with pytest.raises(TrainingError, match="holds other variants than are made now"):
        read_pool(tmp_path, Half.TUNING)


def test_a_pool_that_is_torn_is_told_wherever_it_broke_off(tmp_path: Path, folder: Path) -> None:
    whole = (folder / "pool.npz").read_bytes()
    broken = [whole[:size] for size in (0, 3, 100, len(whole) // 2, len(whole) - 1)]
    middle = len(whole) // 3
    for text in [*broken, whole[:middle] + bytes(50) + whole[middle + 50 :], b"This is a letter."]:
        (tmp_path / "pool.npz").write_bytes(text)
        with pytest.raises(TrainingError, match=r"pool\.npz is torn, or no pool of answers; delete it and make it"):
            read_pool(tmp_path, Half.TUNING)
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(tmp_path / "pool.npz")
    with pytest.raises(TrainingError, match=r"pool\.npz is torn"):
        read_pool(tmp_path, Half.TUNING)


def test_a_pool_that_cannot_be_written_leaves_the_old_one_whole(tmp_path: Path, folder: Path) -> None:
    old = (folder / "pool.npz").read_bytes()
    (tmp_path / "pool.npz").write_bytes(old)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # to this process, the disk is full after 100 bytes
    try:
        with pytest.raises(TrainingError, match=r"pool\.npz cannot be written"):
            write_pool(make_faces(4), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["pool.npz"]
    assert (tmp_path / "pool.npz").read_bytes() == old


def test_conditions_share_the_variants_out() -> None:
    assert [place for condition in Condition for place in columns(condition)] == list(
        range(sum(way.variants for way in WAYS.values()))
    )


def test_variants_of_a_face_are_alike_and_differ() -> None:
    faces = make_faces(7).images
    first, second = vary(faces, 1), vary(faces, 2)
    assert np.array_equal(first, vary(faces, 1))
    for face, one, other in zip(faces, first, second, strict=True):
        assert not np.array_equal(one, other)
        smooth = [
            np.asarray(each, np.float64)[8:40, 8:40].reshape(4, 8, 4, 8).mean(axis=(1, 3)) for each in (face, one)
        ]
        assert np.abs(smooth[0] - smooth[1]).mean() < 40


def test_lids_cover_the_eyes_and_leave_the_rest() -> None:
    faces = make_faces(3).images
    closed = close_eyes(faces)
    changed = np.argwhere((faces != closed).any(axis=0))
    assert changed[:, 0].min() >= 14
    assert changed[:, 0].max() <= 24
    assert closed[:, 16:21, 10:20].std() < faces[:, 16:21, 10:20].std()


def test_a_turned_head_is_seen_narrower_on_its_far_side() -> None:
    lines = np.zeros((2, 48, 48), np.uint8)
    lines[:, :, [14, 33]] = 255
    for turned in turn(lines):
        places = np.flatnonzero(turned[24] > 100)
        assert places.max() - places.min() < 33 - 14
