"""The export's command: `python -m mien_export RUN --faces fer2013.csv --votes fer2013new.csv`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mien.eye.card import Figure, ModelCard
from mien_export.errors import ExportError
from mien_export.pipeline import Exported, Precision, export_team
from mien_export.team import Team
from mien_training.data import read_faces
from mien_training.errors import TrainingError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def export(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="A training run's folder; several answer together.")
    ],
    faces: Annotated[Path, typer.Option(help="FER2013: Kaggle's fer2013.csv, or a folder of class folders.")],
    votes: Annotated[Path | None, typer.Option(help="FERPlus votes, if the run was trained with them.")] = None,
    out: Annotated[Path, typer.Option(help="The model file to write.")] = Path("edge/mien/models/expression.onnx"),
    mirror: Annotated[bool, typer.Option(help="Judge each face and its mirror image: twice the cost.")] = True,
    precision: Annotated[Precision, typer.Option(help="How its numbers are stored.")] = Precision.INT8,
) -> None:
    """Write trained runs as the one ONNX file that the device runs, checked and measured."""
    team = Team.load(runs, mirrored=mirror)
    exported = export_team(team, read_faces(faces, votes, keep_unknown=True), precision, out)
    console = Console()
    console.print(_figures_table(exported.card))
    console.print(_candidates_table(exported))
    console.print(_certainty_table(exported.card))
    typer.echo(
        f"{exported.card.precision} was written to {out}: {exported.card.label_share:.0%} of its answer from the "
        f"original labels, temperature {exported.card.temperature:.3f}"
    )


def _candidates_table(exported: Exported) -> Table:
    lost = ("lost on labels", "lost on votes")
    headings = ("", "file MB", "session MB", "CPU ms", "same emotion", "largest difference", *lost)
    table = Table(*headings, title="Ways to store it, on the validation part; CPU time of one face on one thread")
    for candidate in exported.candidates:
        cost, parity = candidate.cost, candidate.parity
        table.add_row(
            candidate.name,
            f"{cost.file_megabytes:.1f}",
            f"{cost.session_megabytes:.1f}",
            f"{cost.cpu_milliseconds:.2f}",
            f"{parity.agreement:.2%}",
            f"{parity.maximum_difference:.2g}",
            f"{parity.accuracy_loss:+.2%}",
            "" if candidate.votes_accuracy_loss is None else f"{candidate.votes_accuracy_loss:+.2%}",
        )
    return table


def _certainty_table(card: ModelCard) -> Table:
    table = Table("right in", "from confidence", "kept", "pictures", title="When it is sure, on the validation part")
    for one in card.certainty:
        row = (f"{one.right_percent} %", f"{one.least_confidence:.3f}", f"{one.share_kept:.1%}", f"{one.pictures}")
        table.add_row(*row)
    return table


def _figures_table(card: ModelCard) -> Table:
    parts = list(dict.fromkeys(key.partition("/")[0] for key in card.figures))
    names = list(dict.fromkeys(key.partition("/")[2] for key in card.figures))
    table = Table("", *parts, title="Figures in the card, measured through the written file (95 % interval, pictures)")
    for name in names:
        table.add_row(name, *(_figure(card.figures.get(f"{part}/{name}")) for part in parts))
    return table


def _figure(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f}, {figure.count})"


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except (ExportError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
