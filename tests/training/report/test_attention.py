from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import TINY, make_faces

from mien_training.data import FaceSet
from mien_training.report.attention import sensitivity
from mien_training.settings import TrainSettings
from mien_training.train import Run
from mien_training.trained import TrainedRun


def lower_half_says_nothing(count: int, seed: int) -> FaceSet:
    faces = make_faces(count, seed)
    faces.images[:, 24:] = np.random.default_rng(seed).integers(0, 256, (count, 24, 48))
    return faces


def test_it_shows_the_half_that_decides(tmp_path: Path) -> None:
    changes = [*TINY, "epochs=10", "validation_share=0.2", "mix=0", "progressive_sides=[]"]
    Run(tmp_path, lower_half_says_nothing(420, seed=1), TrainSettings.with_changes(changes)).train()
    run, faces = TrainedRun.load(tmp_path), lower_half_says_nothing(140, seed=2)
    assert (run.logits(faces.images)[:, 0].argmax(axis=1) == faces.labels).mean() > 0.4  # chance is a seventh
    shares = sensitivity(run.network, faces)
    assert shares.shape == (140, 48, 48)
    assert shares.sum(axis=(1, 2)) == pytest.approx(np.ones(140), abs=1e-4)
    assert shares[:, :20].sum() > 1.2 * shares[:, 28:].sum()  # the rows between see both halves
