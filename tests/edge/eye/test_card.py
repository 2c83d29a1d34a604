import json
import math
from pathlib import Path
from typing import Any

import pytest

from mien.errors import ModelError
from mien.eye.card import hash_file, parse_card, verify_hash
from mien.types import EMOTIONS

LABELS = [emotion.value for emotion in EMOTIONS]
CARD: dict[str, Any] = {
    "labels": LABELS,
    "input_size": 48,
    "crop_rule": {"eye_line": 0.4, "eye_distance": 0.38, "ellipse": None},
    "equalisation": "none",
    "label_share": 0.5,
    "temperature": 1.1,
    "certainty": [
        {"right_percent": 90, "least_confidence": 0.6, "share_kept": 0.7, "pictures": 9},
        {"right_percent": 95, "least_confidence": 0.8, "share_kept": 0.5, "pictures": 9},
    ],
    "precision": "fp32",
    "training": {
        "data": "FER2013",
        "split": "by photograph",
        "counts": {"training": 9},
        "mirrored": True,
        "settings": [{"width": 32}],
    },
    "figures": {"public_test/accuracy": {"value": 0.6, "low": 0.5, "high": 0.7, "count": 9, "data": "PublicTest"}},
    "parity": {"pictures": 9, "maximum_difference": 1e-6, "agreement": 1.0, "accuracy_loss": 0.0},
    "versions": {"torch": "2"},
    "date": "2024-01-31",
}


def test_a_card_comes_back_as_it_was_written() -> None:
    card = parse_card(json.dumps(CARD))
    assert json.loads(card.model_dump_json()) == CARD
    assert parse_card(card.model_dump_json()) == card


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"labels": LABELS[::-1]}, "in this order"),
        ({"labels": LABELS[:6]}, "in this order"),
        ({"input_size": 0}, "input_size"),
        ({"crop_rule": {"eye_line": 0.4}}, "crop_rule.eye_distance"),
        ({"crop_rule": {"eye_line": 1.4, "eye_distance": 0.38, "ellipse": None}}, "crop_rule.eye_line"),
        ({"equalisation": "loud"}, "equalisation"),
        ({"temperature": -1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"figures": {"x": {**CARD["figures"]["public_test/accuracy"], "low": 0.65}}}, "low <= value"),
        ({"certainty": [{**CARD["certainty"][0], "least_confidence": 1.2}]}, "certainty.0.least_confidence"),
        ({"mood": "good"}, "mood"),
        ({"date": "yesterday"}, "date"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_in_one_sentence(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint) as caught:
        parse_card(json.dumps({**CARD, **change}))
    assert "\n" not in str(caught.value)


def test_a_card_says_from_which_confidence_on_it_is_right() -> None:
    card = parse_card(json.dumps(CARD))
    assert [card.least_confidence(percent) for percent in (0, 90, 95, 99)] == [0, 0.6, 0.8, math.inf]
    silent = parse_card(json.dumps({key: value for key, value in CARD.items() if key != "certainty"}))
    assert [silent.least_confidence(percent) for percent in (0, 90)] == [0, math.inf]


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="does not fit this program"):
        parse_card(text)


def test_a_file_with_its_hash_passes_and_any_other_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "expression.onnx"
    model.write_bytes(b"abc")
    hash_file(model).write_text("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")
    assert hash_file(model).name == "expression.sha256"
    verify_hash(model)

    model.write_bytes(b"abd")
    with pytest.raises(ModelError, match="is torn or was changed"):
        verify_hash(model)


@pytest.mark.parametrize("missing", ["expression.onnx", "expression.sha256"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    for name in {"expression.onnx", "expression.sha256"} - {missing}:
        (tmp_path / name).write_text("abc")
    with pytest.raises(ModelError, match=f"{missing} cannot be read: No such file"):
        verify_hash(tmp_path / "expression.onnx")
