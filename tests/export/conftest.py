from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from synthetic_faces import TINY, make_faces

from mien_export.team import Team
from mien_training.data import FaceSet
from mien_training.settings import TrainSettings
from mien_training.train import Run
from mien_training.trained import TrainedRun


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def sets() -> dict[str, FaceSet]:
    """FER2013's two parts, the test part beginning with two copies of Training pictures."""
    training, test = make_faces(560), make_faces(70, seed=2)
    test.images[0], test.images[1] = training.images[0], training.images[1, :, ::-1]
    return {"Training": training, "PublicTest": test}


@pytest.fixture(scope="session")
def run(sets: dict[str, FaceSet], tmp_path_factory: pytest.TempPathFactory) -> TrainedRun:
    folder: Path = tmp_path_factory.mktemp("run")
    Run(folder, sets["Training"], TrainSettings.with_changes([*TINY, "epochs=12", "validation_share=0.2"])).train()
    return TrainedRun.load(folder)


@pytest.fixture(scope="session")
def team(run: TrainedRun) -> Team:
    return Team((run,), mirrored=True)
