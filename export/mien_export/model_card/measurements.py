"""What was measured of the shipped file on photographs and on a processor, kept beside the code that measures it.

The card inside the file is written when it is exported, from FER2013 alone; this comes after, and names the file by its
hash, so that figures of another file are never given as those of the shipped one.
"""

from __future__ import annotations

import datetime
import platform
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from mien.eye.card import file_hash
from mien_export.cost import Cost, measure_cost
from mien_export.errors import ExportError
from mien_training.data import SIDE
from mien_training.fairness import Fairness, measure_fairness
from mien_training.photographs import Count, measure_photographs

MEASUREMENTS = Path(__file__).parents[2] / "measurements.json"


class Measurements(BaseModel):
    """The figures of one model file that are not in its card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_sha256: str
    date: datetime.date
    processor: str
    cost: Cost
    photographs: tuple[Count, ...]
    fairness: Fairness

    def save(self, path: Path) -> None:
        """Write the measurements as JSON.

        Raises:
            ExportError: the file cannot be written.
        """
        try:
            path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise ExportError(f"{path} cannot be written: {error.strerror}.") from error

    @classmethod
    def load(cls, path: Path, model: Path) -> Measurements:
        """Read the measurements of a model file.

        Raises:
            ExportError: they are missing, torn, or those of another file.
        """
        again = "measure again with --photographs DATA"
        try:
            measurements = cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ExportError(f"{path} cannot be read: {error.strerror}; {again}.") from error
        except ValidationError as error:
            raise ExportError(f"{path} does not hold measurements ({error.error_count()} errors); {again}.") from error
        found = file_hash(model)
        if measurements.model_sha256 != found:
            raise ExportError(
                f"{path} was measured on another model (SHA-256 {measurements.model_sha256[:12]}) than {model} "
                f"({found[:12]}); {again}."
            )
        return measurements


def measure(model: Path, data: Path) -> Measurements:
    """Measure the shipped model on the development data's photographs, and what it costs on this machine.

    Raises:
        TrainingError: the folder holds no such photographs.
        ExportError: the model could not be run.
    """
    fairness = measure_fairness(data)
    return Measurements(
        model_sha256=file_hash(model),
        date=datetime.datetime.now(datetime.UTC).date(),
        processor=_processor(),
        cost=measure_cost(model, SIDE),
        photographs=tuple(measure_photographs(data)),
        fairness=replace(fairness, groups=fairness.shown),  # no single person's figure is kept
    )


def _processor() -> str:
    """Return the processor's name as Linux gives it (on Arm it gives none), and its architecture."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {platform.machine()}" if names else platform.machine()
