"""The classifier refuses a model that is not the one it was made for, in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from mien.errors import ModelError
from mien.eye.card import CARD_KEY, file_hash, hash_file
from mien.eye.classifier import OnnxClassifier, shipped_model
from mien.types import EMOTIONS, Box, Face, Frame, Point


@pytest.fixture
def model(tmp_path: Path) -> Path:
    copy = tmp_path / "expression.onnx"
    copy.write_bytes(shipped_model().read_bytes())
    hash_file(copy).write_text(file_hash(copy))
    return copy


def rewrite(model: Path, change: Callable[[onnx.ModelProto], None]) -> None:
    """Change a model and its hash with it, as a wrong export would."""
    graph = onnx.load(model)
    change(graph)
    onnx.save(graph, model)
    hash_file(model).write_text(file_hash(model))


def change_card(model: Path, **changes: object) -> None:
    def change(graph: onnx.ModelProto) -> None:
        (entry,) = (entry for entry in graph.metadata_props if entry.key == CARD_KEY)
        card: dict[str, Any] = json.loads(entry.value)
        entry.value = json.dumps({**card, **changes})

    rewrite(model, change)


def refusal(model: Path) -> str:
    with pytest.raises(ModelError) as caught:
        OnnxClassifier(model, 1)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_the_whole_model_reads_any_face(model: Path) -> None:
    classifier = OnnxClassifier(model, 1)
    noise = Frame(np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8), 0.0)
    for left in (10.0, -30.0, 120.0):  # inside, and over both edges
        face = Face(Box(left, 10, left + 60, 80), Point(left + 18, 35), Point(left + 42, 35), 0.9)
        assert len(classifier.classify(classifier.crop(noise, face)).probabilities) == len(EMOTIONS)


def test_a_missing_model_is_named(model: Path) -> None:
    model.unlink()
    assert refusal(model) == f"The model file {model} cannot be read: No such file or directory; install mien again."


def test_a_missing_hash_is_named(model: Path) -> None:
    hash_file(model).unlink()
    assert refusal(model).startswith(f"The model file {hash_file(model)} cannot be read: No such file")


def test_a_model_with_one_wrong_bit_is_refused(model: Path) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    assert "is torn or was changed: its SHA-256 begins with" in refusal(model)


@pytest.mark.parametrize("content", [b"", b"no model at all", None])
def test_a_file_that_is_no_model_is_refused_though_its_hash_fits(model: Path, content: bytes | None) -> None:
    model.write_bytes(model.read_bytes()[:100_000] if content is None else content)
    hash_file(model).write_text(file_hash(model))
    assert refusal(model).startswith(f"The model {model} cannot be loaded (")


def test_a_model_without_a_card_is_refused(model: Path) -> None:
    rewrite(model, lambda graph: graph.ClearField("metadata_props"))
    assert refusal(model) == f"The model {model} has no card; export it with `python -m mien_export`."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"labels": ["happy", "sad"]}, "card does not fit this program (labels: "),
        ({"labels": [emotion.value for emotion in EMOTIONS][::-1]}, "card does not fit this program (labels: "),
        ({"crop_rule": {}}, "card does not fit this program (crop_rule.eye_line: "),
        ({"of_the_future": 1}, "card does not fit this program (of_the_future: "),
        ({"input_size": 1000}, "but its card promises [('face', 'tensor(uint8)', [1, 1000, 1000])]"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(model: Path, change: dict[str, object], expected: str) -> None:
    change_card(model, **change)
    assert expected in refusal(model)
