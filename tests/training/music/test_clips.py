from pathlib import Path

import numpy as np
import pytest
from training.music.synthetic_clips import write_labels

from mien_training.errors import TrainingError
from mien_training.music.clips import read_clips
from mien_training.music.folds import folds


def test_labels_are_standardised_within_each_set(tmp_path: Path) -> None:
    write_labels(tmp_path, 60)
    clips = read_clips(tmp_path)
    assert clips.set_names == ("one", "two")
    for name in clips.set_names:
        targets = clips.targets[clips.sets == name]
        np.testing.assert_allclose(targets.mean(axis=0), 0.0, atol=1e-9)
        np.testing.assert_allclose(targets.std(axis=0), 1.0)
    assert clips.files[0] == tmp_path / "clips" / "clip0.wav"


def test_artists_are_told_apart_by_set_and_group(tmp_path: Path) -> None:
    rows = ["one,a", "one,a", "two,a", "two,b"]
    lines = [f"{n}.wav,{row},,0.{n},0.{n}" for n, row in enumerate(rows)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,set,group,quadrant,valence,arousal", *lines]))
    groups = read_clips(tmp_path).groups
    assert groups[0] == groups[1]
    assert len(set(groups.tolist())) == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_artist_is_in_one_fold_and_each_set_in_all(tmp_path: Path, seed: int) -> None:
    write_labels(tmp_path, 90)
    clips = read_clips(tmp_path)
    part = folds(clips, seed)
    for group in np.unique(clips.groups):
        assert len(set(part[clips.groups == group].tolist())) == 1
    for name in clips.set_names:
        sizes = np.bincount(part[clips.sets == name], minlength=10)
        assert sizes.min() > 0
        assert sizes.max() - sizes.min() <= 2


def test_another_seed_divides_otherwise_and_the_same_one_alike(tmp_path: Path) -> None:
    write_labels(tmp_path, 90)
    clips = read_clips(tmp_path)
    np.testing.assert_array_equal(folds(clips, 1), folds(clips, 1))
    assert (folds(clips, 1) != folds(clips, 2)).any()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("file,set\na.wav,one\n", "is not a table"),
        ("file,set,group,quadrant,valence,arousal\na.wav,one,g,1,high,0\n", "is not a table"),
        ("file,set,group,quadrant,valence,arousal\n", "names no clip"),
    ],
)
def test_what_is_no_table_of_labels_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(TrainingError, match=said):
        read_clips(tmp_path)
