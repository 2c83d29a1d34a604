"""The card a model carries in its own file: what it expects, how to cut a face for it, how good it was measured to be.

The runtime refuses a model whose card does not fit this program, and a file that is not the one that was exported.
"""

from __future__ import annotations

import datetime
import hashlib
import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mien.errors import ModelError
from mien.eye.equalise import Equalisation
from mien.types import EMOTIONS

CARD_KEY = "mien.card"
INPUT_NAME = "face"
OUTPUT_NAME = "probabilities"

Share = Annotated[float, Field(gt=0, lt=1)]
Unit = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class CardPart(BaseModel):
    """A part of the card: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FaceEllipse(CardPart):
    """The part of a crop that is face, in shares of its side; its middle lies at x = 0.5."""

    centre: Share
    half_width: Share
    half_height: Share


class CropRule(CardPart):
    """How a face is cut out: turned and scaled (nothing else) until its eyes lie here.

    In the S x S crop the middle of the eyes lies at x = S / 2, y = `eye_line` * S, and the eyes are `eye_distance` * S
    apart.
    """

    eye_line: Share
    eye_distance: Share
    ellipse: FaceEllipse | None = None
    """What lies outside is filled with the mean inside: background and hair say nothing of an expression."""


class Figure(CardPart):
    """A measured number, its 95 % interval, and the pictures it was measured on."""

    value: Unit
    low: Unit
    high: Unit
    count: Count
    data: str

    @model_validator(mode="after")
    def _interval_holds_value(self) -> Figure:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low <= value <= high was expected, got {self.low}, {self.value}, {self.high}")
        return self


class Parity(CardPart):
    """How far the file's probabilities lie from the trained network's."""

    pictures: Count
    maximum_difference: Unit
    agreement: Unit
    """Share of pictures with the same most probable emotion."""
    accuracy_loss: float
    """Accuracy on the validation part that was lost on the way; negative when some was won."""


class Certainty(CardPart):
    """From which confidence on the answers were right in so many per cent of cases, or more."""

    right_percent: Annotated[int, Field(gt=0, lt=100)]
    least_confidence: Unit
    """Of the most probable emotion."""
    share_kept: Unit
    """Of the pictures it was chosen on, those that are so confident."""
    pictures: Count


class TrainingSummary(CardPart):
    """What the model was trained on, and how."""

    data: str
    split: str
    counts: dict[str, Count]
    mirrored: bool
    """The file judges a face and its mirror image, and answers with the mean."""
    settings: tuple[dict[str, Any], ...]
    """Of each network; several answer together."""


class ModelCard(CardPart):
    """Everything the runtime and its owner need to know of an expression model."""

    labels: tuple[str, ...]
    input_size: Annotated[int, Field(ge=8, le=1024)]
    crop_rule: CropRule
    equalisation: Equalisation = Equalisation.NONE
    """What the device does to the greys of a crop; the file itself takes the crop as the device gives it."""
    label_share: Unit
    """Of the answer, what was learned from the original labels; the rest from the votes of ten people."""
    temperature: Annotated[float, Field(gt=0)]
    certainty: tuple[Certainty, ...] = ()
    """For each share right that was reached; chosen on validation pictures through this file."""
    precision: str
    training: TrainingSummary
    figures: dict[str, Figure]
    parity: Parity
    versions: dict[str, str]
    date: datetime.date

    @field_validator("labels")
    @classmethod
    def _labels_are_the_emotions(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        expected = tuple(emotion.value for emotion in EMOTIONS)
        if labels != expected:
            raise ValueError(f"{', '.join(expected)} were expected in this order, got {', '.join(labels)}")
        return labels

    def least_confidence(self, right_percent: int) -> float:
        """Return from which confidence on an answer is right in so many per cent of cases.

        It is 0 for 0, and infinite where the model was not found to be so sure of anything.
        """
        found = {one.right_percent: one.least_confidence for one in self.certainty}
        return 0.0 if right_percent == 0 else found.get(right_percent, math.inf)


def parse_card(text: str) -> ModelCard:
    """Read the JSON of the model's metadata entry `mien.card`.

    Raises:
        ModelError: the text is not a card that fits this program.
    """
    try:
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the text"
        raise ModelError(
            f"The model's card does not fit this program ({where}: {first['msg']}); use the model that came with it or "
            "export one again."
        ) from error


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as lowercase hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def hash_file(model: Path) -> Path:
    """Return where a model's expected SHA-256 stands: `expression.sha256` beside `expression.onnx`."""
    return model.with_suffix(".sha256")


def verify_hash(model: Path) -> None:
    """Refuse a model that is not the one that was exported.

    Raises:
        ModelError: the model or its `.sha256` file is missing, or they differ.
    """
    try:
        expected = hash_file(model).read_text(encoding="ascii", errors="replace").strip()
        found = file_hash(model)
    except OSError as error:
        raise ModelError(
            f"The model file {error.filename} cannot be read: {error.strerror}; install mien again."
        ) from error
    if found != expected:
        raise ModelError(
            f"The model {model} is torn or was changed: its SHA-256 begins with {found[:12]}, but "
            f"{hash_file(model).name} says {expected[:12]}; install mien again."
        )
