"""The card that the valence-arousal model carries in its own file: what it takes, how good it was measured to be."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mien.errors import ModelError

CARD_KEY = "mien.card"

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class CardPart(BaseModel):
    """A part of the card: frozen, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Figure(CardPart):
    """A measured number, its 95 % interval, and what it was measured on."""

    value: float
    low: float
    high: float
    count: Count
    data: str

    @model_validator(mode="after")
    def _interval_holds_value(self) -> Figure:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low <= value <= high was expected, got {self.low}, {self.value}, {self.high}")
        return self


class TraitWeight(CardPart):
    """How a number that can be told in words goes with the place, in the clips the model was trained on.

    `mean` and `deviation` standardise the number; `valence` and `arousal` are the weights of a small linear model.
    """

    feature: str
    mean: float
    deviation: Positive
    valence: float
    arousal: float


class Training(CardPart):
    """What the model was trained on, how it was cross-validated, and its settings."""

    data: str
    folds: str
    counts: dict[str, Count]
    settings: dict[str, Any]
    licence: str


class AffectCard(CardPart):
    """Everything the runtime and its owner need to know of a model from sound to valence and arousal."""

    description_version: int
    """Of the description the features come from; another one is refused."""
    features: tuple[str, ...]
    """The columns of the input, in their order."""
    traits: tuple[TraitWeight, ...]
    training: Training
    figures: dict[str, Figure]
    versions: dict[str, str]
    date: datetime.date


def parse_affect_card(text: str) -> AffectCard:
    """Read the JSON of the model's metadata entry `mien.card`.

    Raises:
        ModelError: the text is not a card that fits this program.
    """
    try:
        return AffectCard.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the text"
        raise ModelError(
            f"The music model's card does not fit this program ({where}: {first['msg']}); install mien again."
        ) from error
