import datetime
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from command_lines import complaint

from mien.eye.card import Certainty, Figure, ModelCard, Parity, TrainingSummary, file_hash
from mien.types import EMOTIONS
from mien_export.answer import Answer
from mien_export.card import make_card
from mien_export.cost import Cost
from mien_export.errors import ExportError
from mien_export.model_card.measurements import Measurements
from mien_export.model_card.text import PARTS, model_card
from mien_training.evaluate import FIGURE_TITLES, wilson
from mien_training.fairness import Person, Portrait, fairness_of
from mien_training.photographs import Count
from mien_training.settings import TrainSettings

NAMES = [*FIGURE_TITLES, *(f"{measure}_{emotion}" for measure in ("recall", "precision") for emotion in EMOTIONS)]
SURE = Certainty(right_percent=90, least_confidence=0.612, share_kept=0.7, pictures=1315)


def figures() -> dict[str, Figure]:
    """Return every figure of every part, all of them different."""
    keys = [f"{part}/{name}" for part in PARTS for name in NAMES]
    keys += [f"public_test_votes/{name}_when_sure_90" for name in ("right", "kept")]
    return {key: Figure(**asdict(wilson(30 * place, 3000 + place)), data="x") for place, key in enumerate(keys, 1)}


def card(measured: dict[str, Figure], certainty: tuple[Certainty, ...] = (SURE,)) -> ModelCard:
    settings = TrainSettings().model_dump(mode="json")
    summary = TrainingSummary(
        data="FER2013", split="by photograph", counts={"training": 27132}, mirrored=True, settings=(settings,)
    )
    parity = Parity(pictures=1428, maximum_difference=0.091, agreement=0.972, accuracy_loss=-0.0082)
    return make_card(Answer(0.4, 1.084), certainty, "int8 U8S8", summary, measured, parity)


@pytest.fixture
def measurements(tmp_path: Path) -> Measurements:
    (tmp_path / "model.onnx").write_bytes(b"a model")
    people = [Person(str(number), "female" if number % 2 else "male", "white", 20 + number) for number in range(24)]
    portraits = [Portrait(person, emotion, True) for person in people for emotion in (EMOTIONS[3], EMOTIONS[6])]
    return Measurements(
        model_sha256=file_hash(tmp_path / "model.onnx"),
        date=datetime.date(2026, 1, 2),
        processor="an Arm",
        cost=Cost(2.9, 18.6, 0.42),
        photographs=(Count("photos with a face found", 29, 30),),
        fairness=fairness_of(portraits),
    )


def test_every_figure_stands_in_it_with_interval_and_count(measurements: Measurements) -> None:
    measured = figures()
    text = model_card(card(measured), measurements)
    for key, figure in measured.items():
        shown = f"{100 * figure.value:.1f} % ({100 * figure.low:.1f} to {100 * figure.high:.1f}; {figure.count:,})"
        assert text.count(shown) == 1, key
    assert "| accuracy | 1.0 % (" in text
    assert "| 90 % | 0.612 | 70.0 % |" in text
    assert "| photos with a face found | 96.7 % (" in text
    assert "| gender | female | 12 | 100.0 % (" in text
    assert "accuracy +0.82 points" in text
    assert "40 % of its answer come from one label a picture, 60 %" in text
    assert "$" not in text


def test_every_table_is_whole(measurements: Measurements) -> None:
    text = model_card(card(figures()), measurements)
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert len(tables) == 6
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_what_was_not_measured_is_said(measurements: Measurements) -> None:
    measured = figures()
    del measured["public_test/precision_fear"]
    assert "| fear | " in model_card(card(measured), measurements)
    row = next(line for line in model_card(card(measured), measurements).splitlines() if line.startswith("| fear |"))
    assert row.split(" | ")[2] == "-"
    assert "No confidence was found" in model_card(card(measured, ()), measurements)


def test_a_figure_that_nobody_thought_of_is_shown_too(measurements: Measurements) -> None:
    more = figures() | {"public_test/top_two": Figure(value=0.8124, low=0.8, high=0.82, count=3589, data="x")}
    assert "| top two | 81.2 % (80.0 to 82.0; 3,589) | - | - |" in model_card(card(more), measurements)


def test_it_says_what_the_model_is_not_for(measurements: Measurements) -> None:
    text = model_card(card(figures()), measurements)
    assert "An expression is not a feeling" in text
    assert "No decisions about people" in text


def test_its_commands_can_be_given(measurements: Measurements) -> None:
    text = model_card(card(figures()), measurements)
    commands = [code for code in re.findall(r"`([^`\n]+)`", text) if code.startswith("python -m")]
    assert len(commands) > 6
    assert [found for line in commands if (found := complaint(line))] == []


def test_measurements_are_read_back_for_their_own_model_alone(measurements: Measurements, tmp_path: Path) -> None:
    path, model = tmp_path / "measurements.json", tmp_path / "model.onnx"
    with pytest.raises(ExportError, match="cannot be read"):
        Measurements.load(path, model)
    measurements.save(path)
    assert Measurements.load(path, model) == measurements
    model.write_bytes(b"another model")
    with pytest.raises(ExportError, match="was measured on another model") as caught:
        Measurements.load(path, model)
    assert "\n" not in str(caught.value)
    path.write_text(path.read_text()[:100])
    with pytest.raises(ExportError, match="does not hold measurements"):
        Measurements.load(path, model)
    with pytest.raises(ExportError, match="cannot be written"):
        measurements.save(tmp_path)


def test_the_committed_model_card_is_that_of_the_shipped_model(tmp_path: Path) -> None:
    again = tmp_path / "MODEL_CARD.md"
    command = [sys.executable, "-m", "mien_export.model_card", "--out", str(again)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    committed = Path(__file__).parents[2] / "MODEL_CARD.md"
    assert committed.read_text(encoding="utf-8") == again.read_text(encoding="utf-8"), (
        "MODEL_CARD.md is out of date: run `python -m mien_export.model_card`"
    )
