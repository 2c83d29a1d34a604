"""Writes the card into an ONNX file, and the file's hash beside it."""

from __future__ import annotations

import datetime
from importlib.metadata import version
from pathlib import Path

from mien.eye.card import (
    CARD_KEY,
    Certainty,
    Figure,
    ModelCard,
    Parity,
    TrainingSummary,
    file_hash,
    hash_file,
)
from mien.types import EMOTIONS
from mien_export.answer import Answer
from mien_export.errors import ExportError
from mien_export.team import Team
from mien_training.crop_rule import FER2013_CROP
from mien_training.data import SIDE, FaceSet

VERSIONED = ("mien", "numpy", "onnx", "onnxruntime", "torch")


def training_summary(team: Team, training: FaceSet, validation: FaceSet) -> TrainingSummary:
    """Say what the runs were trained on."""
    votes = "" if training.votes is None else " with FERPlus votes; pictures that FERPlus does not know left out"
    return TrainingSummary(
        data=f"FER2013 Training{votes}",
        split="by photograph: copies, near and mirrored ones included, stand on one side; label share, "
        "temperature, precision and certainty were chosen on the validation part",
        counts={"training": len(training), "validation": len(validation)},
        mirrored=team.mirrored,
        settings=tuple(run.settings.model_dump(mode="json") for run in team.runs),
    )


def make_card(
    answer: Answer,
    certainty: tuple[Certainty, ...],
    precision: str,
    training: TrainingSummary,
    figures: dict[str, Figure],
    parity: Parity,
) -> ModelCard:
    """Return the card of a model made from FER2013 today."""
    return ModelCard(
        labels=tuple(emotion.value for emotion in EMOTIONS),
        input_size=SIDE,
        crop_rule=FER2013_CROP,
        equalisation=training.settings[0]["equalisation"],
        label_share=answer.label_share,
        temperature=answer.temperature,
        certainty=certainty,
        precision=precision,
        training=training,
        figures=figures,
        parity=parity,
        versions={name: version(name) for name in VERSIONED},
        date=datetime.datetime.now(datetime.UTC).date(),
    )


def write_model(source: Path, card: ModelCard, target: Path) -> None:
    """Write `source` with the card inside as `target`, and its SHA-256 beside it.

    Raises:
        ExportError: the target cannot be written.
    """
    import onnx

    model = onnx.load(source)
    for node in model.graph.node:
        del node.metadata_props[:]  # the exporter notes this machine's paths there
    onnx.helper.set_model_props(model, {CARD_KEY: card.model_dump_json()})
    onnx.checker.check_model(model, full_check=True)
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, partial)
        hash_file(target).write_text(file_hash(partial) + "\n", encoding="ascii")
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ExportError(f"{target} cannot be written: {error.strerror}.") from error
