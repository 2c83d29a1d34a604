import csv
from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import TINY, make_faces, write_fer2013
from typer.testing import CliRunner

from mien_training.__main__ import app
from mien_training.ablation import BASE, VARIATIONS, chosen, run_ablation
from mien_training.balance import Balance
from mien_training.comparison import Outcome
from mien_training.errors import TrainingError
from mien_training.run_folder import WEIGHTS
from mien_training.settings import TrainSettings
from mien_training.trained import TrainedRun

SETTINGS = TrainSettings.with_changes([*TINY, "epochs=1", "validation_share=0.3"])
FACES = make_faces(280)


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_every_variation_changes_what_it_names_and_nothing_else(variation) -> None:  # type: ignore[no-untyped-def]
    base, settings = TrainSettings().model_dump(), variation.settings(TrainSettings(), seed=5).model_dump()
    assert {name for name in base if base[name] != settings[name]} == {*variation.changes, "seed"}


def test_names_are_folders_and_every_balance_is_among_them() -> None:
    names = [variation.name for variation in (BASE, *VARIATIONS)]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert {variation.changes.get("balance") for variation in VARIATIONS} >= set(Balance) - {Balance.NONE}


def test_variations_are_chosen_by_name() -> None:
    assert chosen([]) == list(VARIATIONS)
    assert [variation.name for variation in chosen(["wide", "no_mix"])] == ["wide", "no_mix"]
    with pytest.raises(TrainingError, match="'no_mixx' is not a variation; known are no_mix, "):
        chosen(["no_mixx"])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Outcome]]:
    """A folder with two seeds of two variations, and what was measured."""
    folder = tmp_path_factory.mktemp("ablation")
    return folder, run_ablation(folder, FACES, SETTINGS, [1, 2], chosen(["no_mix"]))


def test_what_is_trained_already_is_not_trained_again(first: tuple[Path, list[Outcome]]) -> None:
    folder, measured = first
    trained = {path: path.stat().st_mtime_ns for path in folder.rglob(WEIGHTS)}
    assert len(trained) == 4
    again = run_ablation(folder, FACES, SETTINGS, [1, 2], chosen(["no_mix", "votes_alone"]))
    assert {path: path.stat().st_mtime_ns for path in trained} == trained
    assert [one.name for one in again] == ["base", "no_mix", "votes_alone"]
    assert np.array_equal(again[1].by_seed, measured[1].by_seed)


def test_the_seeds_vary_the_training_and_not_the_split(first: tuple[Path, list[Outcome]]) -> None:
    one, other = (TrainedRun.load(first[0] / "base" / f"seed_{seed}") for seed in (1, 2))
    assert np.array_equal(one.split(FACES)[1].images, other.split(FACES)[1].images)
    assert not np.array_equal(one.logits(FACES.images[:5]), other.logits(FACES.images[:5]))


def test_the_command_writes_and_prints_the_table(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(140))
    words = ["ablate", "--faces", str(faces), "--votes", str(votes), "--out", str(tmp_path / "out"), "--epochs", "1"]
    words += [word for setting in TINY for word in ("--set", setting)]
    result = CliRunner().invoke(app, [*words, "--seeds", "1", "--only", "balance_smote"], catch_exceptions=False)
    assert "| balance_smote | balance=smote |" in result.stdout
    rows = list(csv.DictReader((tmp_path / "out" / "ablation.csv").read_text().splitlines()))
    assert [(row["name"], row["seeds"]) for row in rows] == [("base", "1"), ("balance_smote", "1")]
    with pytest.raises(TrainingError, match="'1,two' are not seeds"):
        CliRunner().invoke(app, [*words, "--seeds", "1,two"], catch_exceptions=False)
