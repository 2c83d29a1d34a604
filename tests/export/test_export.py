import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from synthetic_faces import write_fer2013
from typer.testing import CliRunner

from mien.eye.card import CARD_KEY, ModelCard, file_hash, hash_file, parse_card, verify_hash
from mien.eye.equalise import Equalisation
from mien_export.__main__ import app
from mien_export.answer import Answer
from mien_export.errors import ExportError
from mien_export.half import store_as_half
from mien_export.pipeline import Exported, Precision, export_team
from mien_export.quantize import Activation, quantize
from mien_export.team import Team
from mien_export.to_onnx import export_network
from mien_training.data import FaceSet
from mien_training.model import ExpressionResNet
from mien_training.trained import TrainedRun


@pytest.fixture(scope="module")
def written(team: Team, sets: dict[str, FaceSet], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    target = tmp_path_factory.mktemp("models") / "new" / "expression.onnx"
    return target, export_team(team, sets, Precision.FP32, target)


def answer_of(card: ModelCard) -> Answer:
    return Answer(card.label_share, card.temperature)


def judge(path: Path, faces: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    probabilities: np.ndarray = session.run(["probabilities"], {"face": faces})[0]
    return probabilities


def matrices(path: Path) -> list[np.ndarray]:
    stored = [onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer]
    return [values for values in stored if values.ndim >= 2]


@pytest.mark.parametrize("count", [1, 3, 70])
def test_the_file_judges_grey_crops_as_the_network_does(
    written: tuple[Path, Exported], team: Team, sets: dict[str, FaceSet], count: int
) -> None:
    path, exported = written
    images = sets["PublicTest"].images[:count]
    found = judge(path, images[:, np.newaxis])
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(np.ones(count), abs=1e-5)
    expected = answer_of(exported.card).probabilities(team.logits(images))
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("mirrored", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_team_judges_in_one_file_as_its_networks_do_together(
    run: TrainedRun, sets: dict[str, FaceSet], tmp_path: Path, mirrored: bool
) -> None:
    other = TrainedRun(run.folder, run.settings, ExpressionResNet(**run.settings.network).eval())
    team, answer, path = Team((run, other), mirrored=mirrored), Answer(0.4, 0.7), tmp_path / "team.onnx"
    export_network(team, answer, 48, path)
    images = sets["PublicTest"].images[:5]
    expected = answer.probabilities(team.logits(images))
    assert judge(path, images[:, np.newaxis]) == pytest.approx(expected, abs=1e-5)
    assert np.abs(expected - answer.probabilities(run.logits(images))).max() > 1e-3


def test_a_mirrored_team_judges_a_face_and_its_mirror_image_alike(team: Team, sets: dict[str, FaceSet]) -> None:
    images = sets["PublicTest"].images[:5]
    assert team.logits(images[:, :, ::-1]) == pytest.approx(team.logits(images), abs=1e-5)


def test_runs_that_were_split_in_different_ways_do_not_answer_together(run: TrainedRun) -> None:
    settings = run.settings.model_copy(update={"split_seed": run.settings.split_seed + 1})
    with pytest.raises(ExportError, match="cannot answer together"):
        Team((run, TrainedRun(run.folder, settings, run.network)))


def test_the_card_and_the_hash_travel_with_the_file(written: tuple[Path, Exported]) -> None:
    path, exported = written
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert parse_card(session.get_modelmeta().custom_metadata_map[CARD_KEY]) == exported.card
    verify_hash(path)
    assert hash_file(path).read_text() == file_hash(path) + "\n"
    assert {file.name for file in path.parent.iterdir()} == {"expression.onnx", "expression.sha256"}


def test_the_card_tells_what_was_measured(written: tuple[Path, Exported], sets: dict[str, FaceSet], team: Team) -> None:
    path, exported = written
    card, test = exported.card, sets["PublicTest"]
    accuracy = (judge(path, test.images[:, np.newaxis]).argmax(axis=1) == test.labels).mean()
    assert card.figures["public_test/accuracy"].value == pytest.approx(accuracy)
    assert card.parity.pictures == 560
    assert card.parity.agreement == 1
    assert card.training.counts == {"training": 448, "validation": 112}
    assert card.training.settings == (team.runs[0].settings.model_dump(mode="json"),)
    assert card.training.mirrored
    assert [candidate.name for candidate in exported.candidates] == ["fp32", "fp16", "int8 U8S8", "int8 S8S8"]
    assert {kind.candidate for kind in Precision} == {"fp32", "fp16", "int8 U8S8"}
    assert [candidate.votes_accuracy_loss for candidate in exported.candidates][:2] == [0, 0]
    assert all(0 < candidate.cost.cpu_milliseconds < 1000 for candidate in exported.candidates)


@pytest.mark.slow
def test_a_run_on_equalised_faces_asks_the_device_for_them_and_is_measured_on_them(
    team: Team, sets: dict[str, FaceSet], tmp_path: Path
) -> None:
    run = team.runs[0]
    settings = run.settings.model_copy(update={"equalisation": Equalisation.HISTOGRAM})
    equalised, target = Team((TrainedRun(run.folder, settings, run.network),)), tmp_path / "expression.onnx"
    card = export_team(equalised, sets, Precision.FP32, target).card
    assert card.equalisation is Equalisation.HISTOGRAM
    test = sets["PublicTest"]
    prepared = equalised.prepared(test.images)
    assert (prepared != test.images).any()
    accuracy = (judge(target, prepared[:, np.newaxis]).argmax(axis=1) == test.labels).mean()
    assert card.figures["public_test/accuracy"].value == pytest.approx(accuracy)
    assert card.parity.agreement == 1


def test_no_path_of_this_machine_is_in_the_file(written: tuple[Path, Exported]) -> None:
    path, _ = written
    assert str(Path(__file__).parents[2]).encode() not in path.read_bytes()
    onnx.checker.check_model(onnx.load(path), full_check=True)


def test_halves_are_stored_and_judge_as_floats_do(
    written: tuple[Path, Exported], sets: dict[str, FaceSet], tmp_path: Path
) -> None:
    path, target = written[0], tmp_path / "half.onnx"
    store_as_half(path, target)
    onnx.checker.check_model(onnx.load(target), full_check=True)
    assert {weights.dtype for weights in matrices(path)} == {np.dtype(np.float32)}
    assert {weights.dtype for weights in matrices(target)} == {np.dtype(np.float16)}
    images = sets["PublicTest"].images[:, np.newaxis]
    assert 1e-7 < np.abs(judge(target, images) - judge(path, images)).max() < 0.01


def test_the_card_tells_when_it_is_sure_and_what_that_is_worth(
    written: tuple[Path, Exported], team: Team, sets: dict[str, FaceSet]
) -> None:
    path, exported = written
    card, test = exported.card, sets["PublicTest"]
    assert card.certainty
    _, validation = team.split(sets["Training"])
    confidences = judge(path, validation.images[:, np.newaxis]).max(axis=1)
    for one in card.certainty:
        assert one.pictures == len(validation)
        assert one.share_kept == pytest.approx((confidences >= one.least_confidence).mean())
    first = card.certainty[0]
    found = judge(path, test.images[:, np.newaxis])
    kept = found.max(axis=1) >= first.least_confidence
    right = card.figures[f"public_test_votes/right_when_sure_{first.right_percent}"]
    assert right.count == kept.sum()
    assert right.value == pytest.approx((found.argmax(axis=1) == test.labels)[kept].mean())


def test_int8_ships_by_command_and_judges_nearly_as_the_network_does(
    team: Team, sets: dict[str, FaceSet], tmp_path: Path
) -> None:
    faces, votes = write_fer2013(tmp_path, **sets)
    target = tmp_path / "expression.onnx"
    command = [
        str(team.runs[0].folder),
        "--faces",
        str(faces),
        "--votes",
        str(votes),
        "--out",
        str(target),
        "--precision",
        "int8",
    ]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "int8 U8S8 was written" in result.stdout
    assert "When it is sure" in result.stdout
    images = sets["PublicTest"].images
    card = parse_card(onnx.load(target).metadata_props[0].value)
    assert card.precision == "int8 U8S8"
    difference = judge(target, images[:, np.newaxis]) - answer_of(card).probabilities(team.logits(images))
    assert np.abs(difference).max() < 0.2
    kinds = [node.op_type for node in onnx.load(target).graph.node]
    head = kinds.index("Gemm")
    assert "QuantizeLinear" in kinds[:head]
    assert "QuantizeLinear" not in kinds[head:]


def test_no_head_of_a_team_is_rounded(run: TrainedRun, sets: dict[str, FaceSet], tmp_path: Path) -> None:
    other = TrainedRun(run.folder, run.settings, ExpressionResNet(**run.settings.network).eval())
    export_network(Team((run, other)), Answer(0.4, 0.7), 48, tmp_path / "team.onnx")
    quantize(tmp_path / "team.onnx", tmp_path / "int8.onnx", sets["Training"].images[:32], Activation.UNSIGNED)
    nodes = onnx.load(tmp_path / "int8.onnx").graph.node
    rounded = {name for node in nodes if node.op_type == "DequantizeLinear" for name in node.output}
    heads = [node for node in nodes if node.op_type == "Gemm"]
    assert len(heads) == 2
    assert not any(rounded.intersection(node.input) for node in heads)
    assert all(rounded.intersection(node.input) for node in nodes if node.op_type == "Conv")


def test_too_few_pictures_and_a_missing_part_write_nothing(
    team: Team, sets: dict[str, FaceSet], tmp_path: Path
) -> None:
    target = tmp_path / "expression.onnx"
    with pytest.raises(ExportError, match="no PublicTest part"):
        export_team(team, {"Training": sets["Training"]}, Precision.FP32, target)
    few = {"Training": sets["Training"].take(np.arange(200)), "PublicTest": sets["PublicTest"]}
    with pytest.raises(ExportError, match="there are 200"):
        export_team(team, few, Precision.FP32, target)
    assert not list(tmp_path.iterdir())


def test_a_problem_is_one_sentence_on_standard_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mien_export", str(tmp_path), "--faces", str(tmp_path / "no.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "holds no trained network" in done.stderr
