"""The command that writes MODEL_CARD.md: `python -m mien_export.model_card [--photographs DATA]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mien.errors import MienError
from mien_export.errors import ExportError
from mien_export.model_card.measurements import MEASUREMENTS, Measurements, measure
from mien_export.model_card.text import model_card
from mien_training.errors import TrainingError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def write(
    photographs: Annotated[
        Path | None,
        typer.Option(help="The development data folder: measure again, into export/measurements.json."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("MODEL_CARD.md"),
) -> None:
    """Write the model card of the shipped model."""
    from mien.eye.classifier import OnnxClassifier, shipped_model

    model = shipped_model()
    card = OnnxClassifier(model, threads=1).card
    if photographs is not None:
        measure(model, photographs).save(MEASUREMENTS)
    text = model_card(card, Measurements.load(MEASUREMENTS, model))
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{out} cannot be written: {error.strerror}.") from error
    typer.echo(f"written: {out}")


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except (ExportError, MienError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
