from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from synthetic_faces import csv_row, make_faces, write_fer2013

from mien.types import EMOTIONS
from mien_training.data import (
    SIDE,
    VOTE_COLUMNS,
    FaceSet,
    label_targets,
    plurality_labels,
    read_faces,
    vote_targets,
)
from mien_training.errors import TrainingError


def votes_row(**votes: float) -> list[float]:
    return [votes.get(column, 0.0) for column in VOTE_COLUMNS]


def test_the_csv_gives_pictures_labels_and_votes_back(tmp_path: Path) -> None:
    training, test = make_faces(14), make_faces(7, seed=2)
    sets = read_faces(*write_fer2013(tmp_path, Training=training, PublicTest=test))
    assert set(sets) == {"Training", "PublicTest"}
    assert np.array_equal(sets["Training"].images, training.images)
    assert np.array_equal(sets["PublicTest"].labels, test.labels)
    votes = sets["Training"].votes
    assert votes is not None
    assert training.votes is not None
    assert np.array_equal(votes, training.votes)


def test_pictures_that_ferplus_does_not_know_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    faces = make_faces(10)
    assert faces.votes is not None
    faces.votes[3] = np.nan
    pictures, votes = write_fer2013(tmp_path, Training=faces)
    assert np.array_equal(read_faces(pictures, votes)["Training"].labels, np.delete(faces.labels, 3))
    everything = read_faces(pictures, votes, keep_unknown=True)["Training"]
    assert np.flatnonzero(~everything.known).tolist() == [3]
    assert len(read_faces(pictures)["Training"]) == 10


def test_class_folders_are_read(tmp_path: Path) -> None:
    faces = make_faces(7)
    for image, emotion in zip(faces.images, EMOTIONS, strict=True):
        for part in ("train", "test"):
            folder = tmp_path / part / emotion.value
            folder.mkdir(parents=True)
            cv2.imwrite(str(folder / "face.png"), image)
    sets = read_faces(tmp_path)
    assert set(sets) == {"Training", "PublicTest"}
    assert np.array_equal(sets["Training"].images, faces.images)
    assert np.array_equal(sets["Training"].labels, faces.labels)


def test_two_folders_for_one_part_are_refused(tmp_path: Path) -> None:
    for part in ("train", "test", "validation"):
        folder = tmp_path / part / "happy"
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "face.png"), make_faces(1).images[0])
    with pytest.raises(TrainingError, match=r"two folders for PublicTest, one of them validation;"):
        read_faces(tmp_path)


GOOD = csv_row(make_faces(1).images[0], 3, "Training")
HEAD = "emotion,pixels,Usage\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD, "holds no pictures"),
        ("label,pixels,Usage\n" + GOOD, "has no column emotion"),
        ("", "has no column emotion, pixels, Usage"),
        (HEAD + GOOD + GOOD[: len(GOOD) // 2], "line 3"),
        (HEAD + "3,1 2 3,Training\n", "got the label 3, 3 pixels"),
        (HEAD + GOOD.rpartition(",")[0] + "\n", "the usage None"),
        (HEAD + "7" + GOOD[1:], "label 7"),
        (HEAD + "x" + GOOD[1:], "line 2: not a FER2013 row"),
        (HEAD + GOOD.replace("3,", "3,999 ", 1), "line 2"),
        (HEAD + GOOD.replace("Training", "PublicTest"), "has no Training part"),
    ],
)
def test_a_bad_csv_is_named_in_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(text)
    assert_complains(lambda: read_faces(path), str(path), complaint)


def test_what_is_missing_or_does_not_match_is_named_in_one_sentence(tmp_path: Path) -> None:
    pictures, votes = write_fer2013(tmp_path, Training=make_faces(7))
    assert_complains(lambda: read_faces(tmp_path / "none.csv"), "none.csv", "is not there")
    assert_complains(lambda: read_faces(pictures, tmp_path / "none.csv"), "none.csv", "is not there")
    lines = votes.read_text().splitlines(keepends=True)
    votes.write_text("".join(lines[:-1]))
    assert_complains(lambda: read_faces(pictures, votes), str(pictures), "7 rows but the votes have 6")
    votes.write_text("".join(lines[:-1]) + lines[-1][:20])
    assert_complains(lambda: read_faces(pictures, votes), str(votes), "line 8")
    assert_complains(lambda: read_faces(tmp_path, votes), str(tmp_path), "is a folder")


def test_a_folder_without_classes_and_a_torn_picture_are_named_in_one_sentence(tmp_path: Path) -> None:
    assert_complains(lambda: read_faces(tmp_path), str(tmp_path), "no pictures in class folders named angry")
    (tmp_path / "train/happy").mkdir(parents=True)
    (tmp_path / "train/happy/torn.png").write_bytes(b"\x89PNG\r\n")
    assert_complains(lambda: read_faces(tmp_path), "torn.png", "not a picture")


def assert_complains(call: Callable[[], object], where: str, complaint: str) -> None:
    with pytest.raises(TrainingError) as caught:
        call()
    message = str(caught.value)
    assert where in message
    assert complaint in message
    assert "\n" not in message


def test_vote_targets_are_the_votes_that_are_not_single_or_else_the_label() -> None:
    votes = np.array(
        [votes_row(happiness=6, surprise=2, fear=1, unknown=1), votes_row(contempt=9, sadness=1)], np.float32
    )
    faces = FaceSet(np.zeros((2, SIDE, SIDE), np.uint8), np.array([6, 4]), votes)
    first, second = vote_targets(faces)
    assert first == pytest.approx([0, 0, 0, 0.75, 0, 0.25, 0])
    assert second == pytest.approx([0, 0, 0, 0, 1, 0, 0])
    assert np.array_equal(vote_targets(FaceSet(faces.images, faces.labels, None))[0], np.eye(7)[6])


def test_smoothing_spreads_a_share_of_the_label() -> None:
    (target,) = label_targets(FaceSet(np.zeros((1, SIDE, SIDE), np.uint8), np.array([2]), None), smoothing=0.7)
    assert target == pytest.approx([0.1, 0.1, 0.4, 0.1, 0.1, 0.1, 0.1])


@given(
    arrays.arrays(np.float32, (5, 10), elements=st.integers(0, 10).map(float)),
    arrays.arrays(np.int64, 5, elements=st.integers(0, 6)),
    st.floats(0, 1),
)
def test_targets_are_distributions(votes: np.ndarray, labels: np.ndarray, smoothing: float) -> None:
    faces = FaceSet(np.zeros((5, SIDE, SIDE), np.uint8), labels, votes)
    for targets in (label_targets(faces, smoothing), vote_targets(faces)):
        assert targets.min() >= 0
        assert targets.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_the_plurality_is_a_unique_winner_among_ten() -> None:
    votes = np.array(
        [
            votes_row(happiness=5, neutral=4),
            votes_row(sadness=4, neutral=4),
            votes_row(contempt=6, anger=4),
            votes_row(NF=6, disgust=4),
            votes_row(disgust=4, anger=3, fear=3),
            [np.nan] * 10,
        ],
        np.float32,
    )
    assert plurality_labels(votes).tolist() == [3, -1, -1, -1, 1, -1]
