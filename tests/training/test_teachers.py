from pathlib import Path

import numpy as np
import pytest
import torch
from synthetic_faces import TINY, make_faces

from mien_training.errors import TrainingError
from mien_training.settings import TrainSettings
from mien_training.teachers import Teachers
from mien_training.train import Run

FACES = make_faces(280)
SETTINGS = TrainSettings.with_changes([*TINY, "epochs=1"])


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("teacher")
    Run(folder, FACES, SETTINGS).train()
    return folder


def test_teachers_answer_a_face_and_its_mirror_image_alike(taught: Path) -> None:
    teachers = Teachers([taught, taught], SETTINGS)
    answers = teachers.answers(FACES.images[:20])
    assert answers.shape == (20, 2, 7)
    assert answers.sum(axis=2) == pytest.approx(np.ones((20, 2)), abs=1e-5)
    assert teachers.answers(FACES.images[:20, :, ::-1]) == pytest.approx(answers, abs=1e-6)


def test_their_answers_are_mixed_into_the_targets(taught: Path, tmp_path: Path) -> None:
    teachers = Teachers([taught], SETTINGS)
    alone = Run(tmp_path / "alone", FACES, SETTINGS)
    learner = Run(tmp_path / "learner", FACES, SETTINGS, teacher=teachers)
    answers = torch.from_numpy(teachers.answers(learner.train_faces[:, 0].numpy()))
    assert torch.allclose(learner.train_targets, (alone.train_targets + answers) / 2, atol=1e-5)
    assert torch.equal(learner.validation_targets, alone.validation_targets)


@pytest.mark.parametrize("change", ["split_seed=2", "validation_share=0.2"])
def test_a_teacher_that_saw_the_validation_part_is_refused(taught: Path, change: str) -> None:
    with pytest.raises(TrainingError, match="may have learned from this run's validation part"):
        Teachers([taught], TrainSettings.with_changes([*TINY, change]))
