from pathlib import Path

import numpy as np
import pytest
from training.music.synthetic_clips import make_clips
from typer.testing import CliRunner

from mien.errors import ModelError
from mien.music.hearing.affect_model import AffectModel
from mien.music.hearing.traits import WORDS
from mien_export.errors import ExportError
from mien_export.music import app, build, check_parity, make_card, write
from mien_training.music.place import plane, spreads
from mien_training.music.run import HEARD, FinishedRun, save_run, validate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run")
    clips, heard = make_clips(path)
    save_run(path, heard, clips, validate(heard, clips, [1], lambda: None), [1])
    np.savez(path / HEARD, features=heard.features)
    return path


@pytest.fixture(scope="module")
def model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AffectModel:
    out = tmp_path_factory.mktemp("model") / "music.onnx"
    result = CliRunner().invoke(app, [str(folder), str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "was written" in result.stdout
    return AffectModel(out, make_card(FinishedRun.load(folder)).features)


def test_the_file_says_what_the_run_says(folder: Path, model: AffectModel) -> None:
    run = FinishedRun.load(folder)
    features = np.random.default_rng(5).normal(0.0, 3.0, (20, len(model.card.features))).astype(np.float32)
    means = run.model().predict(features)
    for row, mean in zip(features, means, strict=True):
        place = model.place(row)
        assert (place.affect.valence, place.affect.arousal) == pytest.approx(plane(mean).tolist(), abs=1e-4)
        errors = run.arrays["errors"]
        assert place.valence_spread == pytest.approx(float(spreads(mean[:1], errors[0])[0]), abs=1e-4)
        assert place.arousal_spread == pytest.approx(float(spreads(mean[1:], errors[1])[0]), abs=1e-4)


def test_the_card_tells_how_it_came_about(model: AffectModel) -> None:
    card = model.card
    assert {trait.feature for trait in card.traits} == set(WORDS)
    assert card.training.counts == {"one": 60, "two": 30}
    assert card.figures["two/arousal"].count == 30
    assert "10 folds by artist" in card.training.folds


def test_a_file_that_says_something_else_is_no_export(folder: Path, tmp_path: Path) -> None:
    run = FinishedRun.load(folder)
    other = FinishedRun({**run.arrays, "weights": run.arrays["weights"] * 1.1}, run.facts)
    out = tmp_path / "other.onnx"
    write(build(other), make_card(other), out)
    with pytest.raises(ExportError, match="differ"):
        check_parity(run, folder, AffectModel(out, make_card(run).features))


def test_a_card_with_a_wrong_word_is_refused(folder: Path, tmp_path: Path) -> None:
    run = FinishedRun.load(folder)
    card = make_card(run)
    out = tmp_path / "model.onnx"
    write(build(run), card.model_copy(update={"features": card.features[:-1]}), out)
    with pytest.raises(ModelError, match="another description"):
        AffectModel(out, card.features)
    with pytest.raises(ModelError, match="its card promises"):
        AffectModel(out, card.features[:-1])


def test_a_number_without_a_word_is_refused(folder: Path, tmp_path: Path) -> None:
    run = FinishedRun.load(folder)
    card = make_card(run)
    traits = (card.traits[0].model_copy(update={"feature": "attack"}), *card.traits[1:])
    out = tmp_path / "model.onnx"
    write(build(run), card.model_copy(update={"traits": traits}), out)
    with pytest.raises(ModelError, match="attack, for which there is no word"):
        AffectModel(out, card.features)
