import numpy as np

from mien_export.figures import has_copy, public_test_figures
from mien_training.data import FaceSet


def test_copies_of_training_pictures_mirrored_ones_included_are_left_out(sets: dict[str, FaceSet]) -> None:
    training, test = sets["Training"], sets["PublicTest"]
    assert np.flatnonzero(has_copy(test, training)).tolist() == [0, 1]

    wrong_on_copies = np.eye(7, dtype=np.float32)[test.labels]
    wrong_on_copies[:2] = np.roll(wrong_on_copies[:2], 1, axis=1)
    figures = public_test_figures(wrong_on_copies, test, training)
    assert figures["public_test/accuracy"].value == 68 / 70
    assert figures["public_test_without_copies/accuracy"].value == 1
    assert figures["public_test_without_copies/accuracy"].count == 68
    assert figures["public_test_votes/accuracy"].count == 70


def test_pictures_that_ferplus_does_not_know_count_for_original_labels_alone(sets: dict[str, FaceSet]) -> None:
    test = sets["PublicTest"]
    assert test.votes is not None
    votes = test.votes.copy()
    votes[5:8] = np.nan
    judged = np.eye(7, dtype=np.float32)[test.labels]
    figures = public_test_figures(judged, FaceSet(test.images, test.labels, votes), sets["Training"])
    assert figures["public_test/accuracy"].count == 70
    assert figures["public_test_votes/accuracy"].count == 67


def test_without_votes_there_are_no_figures_on_votes(sets: dict[str, FaceSet]) -> None:
    test = sets["PublicTest"]
    judged = np.eye(7, dtype=np.float32)[test.labels]
    figures = public_test_figures(judged, FaceSet(test.images, test.labels, None), sets["Training"])
    assert {key.partition("/")[0] for key in figures} == {"public_test", "public_test_without_copies"}
