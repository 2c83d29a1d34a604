"""Everything a training run can be told, kept with the run as settings.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mien.eye.equalise import Equalisation
from mien_training.balance import Balance
from mien_training.errors import TrainingError

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]


class TrainSettings(BaseModel):
    """The settings of one run. The defaults are the shipped model's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # The network: sized for one core of a small Arm board.
    blocks: tuple[Positive, ...] = (2, 2, 2, 1)
    width: Positive = 48
    stem_stride: Literal[1, 2] = 2
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2
    squeeze_excitation: bool = False
    attention_pooling: bool = False

    # The targets: this share of the loss for the original labels' head, the rest for that of the FERPlus votes.
    label_weight: Share = 0.5
    label_smoothing: Share = 0.1
    validation_share: Annotated[float, Field(gt=0, lt=1)] = 0.05
    split_seed: int = 1
    balance: Balance = Balance.NONE  # of the rare emotions, in the training part alone

    # Run folders of finished runs whose answers are mixed into the targets of training.
    teachers: tuple[str, ...] = ()
    teacher_weight: Share = 0.5

    # The faces: mixed, and small at first (until a share of the epochs, the side in pixels), which is faster and learns
    # the coarse things first (progressive learning, Tan and Le 2021, arXiv 2104.00298).
    equalisation: Equalisation = Equalisation.NONE  # of what is learned from and judged, on the device too
    mix: Share = 0.4
    progressive_sides: tuple[tuple[Share, Positive], ...] = ((0.5, 32), (0.72, 40))

    # The optimiser: AdamW, warm-up, then a cosine to zero.
    epochs: Positive = 72
    gentle_epochs: Annotated[int, Field(ge=0)] = 4  # at the end, with faces changed less: nearer to what is judged
    batch_size: Positive = 128
    learning_rate: Annotated[float, Field(gt=0)] = 0.002
    warmup_epochs: Annotated[float, Field(ge=0)] = 2
    weight_decay: Annotated[float, Field(ge=0)] = 0.05
    ema_decay: Annotated[float, Field(ge=0, lt=1)] = 0.998
    seed: int = 1

    @classmethod
    def with_changes(cls, changes: Sequence[str], file: Path | None = None) -> TrainSettings:
        """Return the defaults, changed by a file and then by `name=value` words, values in JSON.

        Args:
            changes: the words.
            file: a JSON object of settings, such as a run's settings.json; those that it does not name stay.

        Raises:
            TrainingError: the file is not such an object, a word is not name=value, or a name or value is not allowed.
        """
        values = {} if file is None else _read_values(file)
        for change in changes:
            name, separator, text = change.partition("=")
            if not separator:
                raise TrainingError(f"'{change}' is not a setting: write name=value, for example epochs=30.")
            try:
                values[name] = json.loads(text)
            except json.JSONDecodeError as error:
                raise TrainingError(f"The value of '{change}' is not JSON: {error}.") from error
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise TrainingError(
                f"The setting {where}: {first['msg']}. Known: {', '.join(cls.model_fields)}."
            ) from error

    @property
    def network(self) -> dict[str, Any]:
        """What the network is built with."""
        return self.model_dump(
            include={"blocks", "width", "stem_stride", "dropout", "squeeze_excitation", "attention_pooling"}
        )

    @property
    def split(self) -> dict[str, Any]:
        """What decides which photographs are validation."""
        return self.model_dump(include={"validation_share", "split_seed"})

    def side_of(self, epoch: int, full_side: int) -> int:
        """Return the side in pixels of the faces that an epoch, counted from 0, learns from."""
        sides = (side for until, side in self.progressive_sides if epoch < until * self.epochs)
        return next(sides, full_side)

    def save(self, path: Path) -> None:
        """Write the settings as JSON."""
        path.write_text(self.model_dump_json(indent=2) + "\n")

    @classmethod
    def load(cls, path: Path) -> TrainSettings:
        """Read settings that `save` wrote.

        Raises:
            TrainingError: the file is missing or not a run's settings.
        """
        try:
            return cls.model_validate_json(path.read_text())
        except (OSError, ValidationError) as error:
            raise TrainingError(f"{path} does not hold a run's settings: {error}") from error


def _read_values(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TrainingError(f"The settings file {path} cannot be read as JSON: {error}.") from error
    if not isinstance(values, dict):
        raise TrainingError(f'The settings file {path} is not a JSON object, such as {{"epochs": 30}}.')
    return values
