"""The workstation's commands: `python -m mien_training --help` lists them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mien.errors import MienError
from mien_training.data import FaceSet, plurality_labels, read_faces
from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate, wilson
from mien_training.settings import TrainSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Faces = Annotated[Path, typer.Option(help="FER2013: Kaggle's fer2013.csv, or a folder of class folders.")]
Votes = Annotated[Path | None, typer.Option(help="FERPlus votes: fer2013new.csv, row by row those of the CSV.")]

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="Settings as JSON, such as another run's settings.json.")
]
Changes = Annotated[list[str] | None, typer.Option("--set", help="A setting, name=value; may be given again.")]


@app.command()
def train(
    faces: Faces,
    run: Annotated[Path, typer.Option(help="The run's folder; a run that was interrupted there goes on.")],
    votes: Votes = None,
    settings_file: SettingsFile = None,
    changes: Changes = None,
) -> None:
    """Train a network on FER2013's Training part and draw how it went."""
    settings = TrainSettings.with_changes(changes or [], settings_file)
    training = read_faces(faces, votes)["Training"]
    from mien_training.runs import is_finished, train_run
    from mien_training.workers import workers

    if is_finished(run, settings):
        typer.echo(f"{run} is trained already; give another folder to train again, or `evaluate` it.")
        return
    with workers() as worker:
        last = train_run(run, training, settings, worker)
    if worker.is_first:
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
def baseline(data: Annotated[Path, typer.Argument(help="The development data folder.")]) -> None:
    """Measure what it gains to tell expressions from a person's own face at rest, on portraits and clips."""
    from mien_training.baseline.command import baseline_tables

    for table in baseline_tables(data):
        Console().print(table)


@app.command()
def fairness(data: Annotated[Path, typer.Argument(help="The development data folder.")]) -> None:
    """Measure the shipped model on portraits by gender, ethnicity and age: smiles told from neutral faces."""
    from mien_training.fairness import measure_fairness, sentences

    measured = measure_fairness(data)
    table = Table(
        "", "", "people", "told", "neutral", "smiling", title="Share of portraits told (95 % interval; count)"
    )
    for group in measured.shown:
        shares = (_share(one) for one in (group.told, group.neutral_told, group.smiling_told))
        table.add_row(group.attribute, group.name, str(group.people), *shares)
    Console().print(table)
    for sentence in sentences(measured):
        typer.echo(sentence)


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


@app.command()
def ablate(  # noqa: PLR0913, PLR0917 - a command's options
    faces: Faces,
    out: Annotated[Path, typer.Option(help="A folder for the runs and the tables; an interrupted ablation goes on.")],
    votes: Votes = None,
    epochs: Annotated[int, typer.Option(min=1, help="Of each run.")] = 24,
    seeds: Annotated[str, typer.Option(help="Of the training, with commas between; the split is the same.")] = "1,2,3",
    only: Annotated[list[str] | None, typer.Option(help="A variation by name; may be given again.")] = None,
    settings_file: SettingsFile = None,
    changes: Changes = None,
) -> None:
    """Measure what each part of the recipe is worth: each variation of a base, over several seeds."""
    from mien_training.ablation import VALIDATION_SHARE, chosen, run_ablation

    words = [f"epochs={epochs}", f"validation_share={VALIDATION_SHARE}", *(changes or [])]
    base, variations = TrainSettings.with_changes(words, settings_file), chosen(only or [])
    run_ablation(out, read_faces(faces, votes)["Training"], base, _seeds(seeds), variations)
    typer.echo((out / "ablation.md").read_text())


@app.command()
def leakage(
    faces: Faces,
    out: Annotated[Path, typer.Option(help="A folder for the table.")],
    votes: Votes = None,
    epochs: Annotated[int, typer.Option(min=1, help="Of each network.")] = 20,
    pictures: Annotated[
        int | None, typer.Option(min=50, help="Happy and sad pictures to divide; all without it.")
    ] = None,
) -> None:
    """Show where a "95 %" comes from: happy against sad, scored with SMOTE and copies before the split and after it."""
    from mien_training.leakage import Budget, demonstrate, write_scores

    training = read_faces(faces, votes)["Training"]
    scores = demonstrate(training, Budget(epochs, pictures), lambda score: typer.echo(str(score)))
    typer.echo(f"written: {write_scores(out, scores)}")


@app.command()
def music(
    clips: Annotated[Path, typer.Argument(help="A folder of labelled clips: labels.csv, and the sound in clips/.")],
    run: Annotated[Path, typer.Argument(help="The run's folder; what was heard there is not heard again.")],
    seeds: Annotated[str, typer.Option(help="Of the divisions into folds, with commas between.")] = "1,2,3",
) -> None:
    """Train the model from sound to valence and arousal, cross-validated by artist."""
    from mien_training.music.command import train_music

    Console().print(train_music(clips, run, _seeds(seeds)))


@app.command()
def clips(
    data: Annotated[Path, typer.Argument(help="The folder of the development clips.")],
    out: Annotated[Path, typer.Argument(help="A folder for a picture of each clip, and a page with all of them.")],
) -> None:
    """Draw what mien decides on the development clips against what they show."""
    from mien_training.streams.clips import measure_clips, row_of, write_clip, write_page

    rows, pictures = [], []
    for result in measure_clips(data):
        rows.append(row_of(result))
        pictures.append(write_clip(result, out))
        typer.echo(", ".join(f"{name} {value}" for name, value in rows[-1].items()))
    typer.echo(f"written: {write_page(rows, pictures, out)}")


@app.command()
def streams(
    pool: Annotated[Path, typer.Argument(help="The folder of what the model says of pictures; made where missing.")],
    out: Annotated[Path, typer.Option(help="A folder for the tables and the curve.")],
    faces: Annotated[Path | None, typer.Option(help="FER2013, to make the pool.")] = None,
    votes: Votes = None,
    hours: Annotated[int, typer.Option(min=2, help="To compose of each half of the pictures.")] = 24,
) -> None:
    """Compare filters of what is seen on composed streams: how soon, how often wrong, alike at every frame rate."""
    from mien_training.streams.command import compare_filters, make_pool
    from mien_training.streams.filter_report import write_report

    make_pool(pool, faces, votes)
    for path in write_report(compare_filters(pool, hours, typer.echo), out):
        typer.echo(f"written: {path}")


@app.command()
def paces(
    pool: Annotated[Path, typer.Argument(help="The folder of what the model says of pictures, as `streams` makes it.")],
    out: Annotated[Path, typer.Option(help="A folder for the table.")],
    hours: Annotated[int, typer.Option(min=2, help="To compose.")] = 24,
) -> None:
    """Compare what is decided at the eye's adaptive rate with a fixed one: how soon, and how often wrong."""
    from mien_training.streams.paces import compare_paces, write_page
    from mien_training.streams.pool import Half, read_pool

    found = compare_paces(read_pool(pool, Half.REPORTING), hours)
    typer.echo(f"written: {write_page(found, hours, out)}")


def _seeds(text: str) -> list[int]:
    try:
        return [int(seed) for seed in text.split(",")]
    except ValueError as error:
        raise TrainingError(f"'{text}' are not seeds: write whole numbers with commas between, as 1,2,3.") from error


def _report(folder: Path, training: FaceSet) -> None:
    from mien_training.report import Judged, write_report
    from mien_training.trained import TrainedRun, softmax

    trained = TrainedRun.load(folder)
    learned, validation = trained.split(training)
    by_labels, by_votes = np.moveaxis(softmax(trained.logits(validation.images)), 1, 0)
    judged = [Judged.of("original labels", by_labels, validation.labels)]
    if validation.votes is not None:
        winners = plurality_labels(validation.votes)
        judged.append(Judged.of("FERPlus winners", by_votes[winners >= 0], winners[winners >= 0]))
    for one in judged:
        title = f"{escape(str(folder))}, validation part, {one.name}, by the head that learned from them"
        Console().print(_table(title, one.figures))
    typer.echo(f"drawn: {write_report(trained, learned, validation, judged)}")


def _share(estimate: Estimate) -> str:
    return f"{estimate.value:.1%} ({estimate.low:.1%} to {estimate.high:.1%}; {estimate.count})"


def _table(title: str, estimates: dict[str, Estimate]) -> Table:
    table = Table("figure", "value", "95 % interval", "pictures", title=title)
    for name, estimate in estimates.items():
        table.add_row(name, f"{estimate.value:.4f}", f"{estimate.low:.4f} to {estimate.high:.4f}", str(estimate.count))
    return table


def main() -> None:
    """Run a command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except (MienError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
