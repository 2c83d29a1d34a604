"""The workstation's commands: `python -m mien_training train | evaluate | robustness | crop-rule | photographs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mien_training.data import FaceSet, plurality_labels, read_faces
from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate, figures, wilson
from mien_training.settings import TrainSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Faces = Annotated[Path, typer.Option(help="FER2013: Kaggle's fer2013.csv, or a folder of class folders.")]
Votes = Annotated[Path | None, typer.Option(help="FERPlus votes: fer2013new.csv, row by row those of the CSV.")]


@app.command()
def train(
    faces: Faces,
    run: Annotated[Path, typer.Option(help="The run's folder; a run that was interrupted there goes on.")],
    votes: Votes = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="A changed setting, name=value; may be given again.")
    ] = None,
) -> None:
    """Train a network on FER2013's Training part and draw how it went."""
    settings = TrainSettings.with_changes(changes or [])
    training = read_faces(faces, votes)["Training"]
    from mien_training.teachers import Teachers
    from mien_training.train import Run
    from mien_training.workers import workers

    if _is_finished(run, settings):
        typer.echo(f"{run} is trained already; give another folder to train again.")
    else:
        with workers() as worker:
            teacher = Teachers([Path(folder) for folder in settings.teachers], settings) if settings.teachers else None
            last = Run(run, training, settings, worker=worker, teacher=teacher).train()
        if not worker.is_first:
            return
        typer.echo(f"trained {last.epoch} epochs: validation accuracy {last.validation_accuracy:.2%}")
    _report(run, training)


@app.command()
def evaluate(run: Annotated[Path, typer.Argument(help="A run's folder.")], faces: Faces, votes: Votes = None) -> None:
    """Measure a run's heads on its own validation part; PublicTest is left for the export."""
    _report(run, read_faces(faces, votes)["Training"])


@app.command()
def crop_rule(
    faces: Faces,
    count: Annotated[int, typer.Option(min=1, help="Pictures to look at.")] = 2000,
    seed: Annotated[int, typer.Option(help="Of the choice of pictures.")] = 1,
) -> None:
    """Measure where the eyes lie in FER2013's Training pictures."""
    from mien_training.crop_rule import measure_eye_places

    places = measure_eye_places(read_faces(faces)["Training"].images, count, seed)
    title = f"{places.looked_at} pictures, a face found in {places.found}, frontal in {places.frontal}"
    table = Table("share of the side", "lower quartile", "median", "upper quartile", title=title)
    for name, spread in (
        ("eye line", places.eye_line), ("eye distance", places.eye_distance), ("centre", places.centre),
    ):  # fmt: skip
        table.add_row(name, f"{spread.low:.3f}", f"{spread.median:.3f}", f"{spread.high:.3f}")
    Console().print(table)


@app.command()
def photographs(data: Annotated[Path, typer.Argument(help="The development data folder.")]) -> None:
    """Measure the shipped model on whole photographs: faces found, smiles told from neutral faces."""
    from mien_training.photographs import measure_photographs

    table = Table("", "of", "share", "95 % interval")
    for count in measure_photographs(data):
        share = wilson(count.hits, count.total)
        interval = f"{share.low:.1%} to {share.high:.1%}"
        table.add_row(count.name, f"{count.hits} of {count.total}", f"{share.value:.1%}", interval)
    Console().print(table)


@app.command()
def robustness(
    run: Annotated[Path, typer.Argument(help="A run's folder.")],
    faces: Faces,
    votes: Votes = None,
    count: Annotated[int | None, typer.Option(min=1, help="Pictures to judge at each level; all without it.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The plot; its numbers lie beside it. In the run without it.")
    ] = None,
) -> None:
    """Measure what worse pictures cost, on a run's own validation part: framing, size, blur, light, storage, noise."""
    from mien_training.robustness import PLOT, curve_table, measure_robustness, write_robustness
    from mien_training.trained import TrainedRun

    trained = TrainedRun.load(run)
    _, validation = trained.split(read_faces(faces, votes)["Training"])
    console, curves = Console(), []
    for curve in measure_robustness(trained.logits, validation.take(np.arange(len(validation))[:count])):
        console.print(curve_table(curve))
        curves.append(curve)
    for path in write_robustness(curves, out or run / PLOT):
        typer.echo(f"written: {path}")


def _is_finished(folder: Path, settings: TrainSettings) -> bool:
    """True when all epochs were trained with these settings: training again would overwrite them."""
    from mien_training.report import read_metrics
    from mien_training.train import CHECKPOINT, METRICS, SETTINGS

    if (folder / CHECKPOINT).exists() or not (folder / METRICS).exists():
        return False
    same = TrainSettings.load(folder / SETTINGS) == settings
    return same and len(read_metrics(folder)["epoch"]) == settings.epochs


def _report(folder: Path, training: FaceSet) -> None:
    from mien_training.report import write_report
    from mien_training.trained import TrainedRun, softmax

    trained = TrainedRun.load(folder)
    _, validation = trained.split(training)
    by_labels, by_votes = np.moveaxis(softmax(trained.logits(validation.images)), 1, 0)
    parts = {"original labels": (by_labels, validation.labels)}
    if validation.votes is not None:
        winners = plurality_labels(validation.votes)
        parts["FERPlus winners"] = (by_votes[winners >= 0], winners[winners >= 0])
    for name, (probabilities, labels) in parts.items():
        title = f"{escape(str(folder))}, validation part, {name}, by the head that learned from them"
        Console().print(_table(title, figures(probabilities, labels)))
    for path in write_report(folder, *parts["original labels"]):
        typer.echo(f"drawn: {path}")


def _table(title: str, estimates: dict[str, Estimate]) -> Table:
    table = Table("figure", "value", "95 % interval", "pictures", title=title)
    for name, estimate in estimates.items():
        table.add_row(name, f"{estimate.value:.4f}", f"{estimate.low:.4f} to {estimate.high:.4f}", str(estimate.count))
    return table


def main() -> None:
    """Run a command; a TrainingError becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
