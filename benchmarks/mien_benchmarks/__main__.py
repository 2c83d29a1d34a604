"""The benchmarks' commands: `python -m mien_benchmarks --help` lists them."""

from __future__ import annotations

import importlib
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mien.errors import MienError
from mien_benchmarks.bench import Bench, BenchmarkError, Part
from mien_benchmarks.cpu import machine
from mien_benchmarks.measurement import Measurement, merged, read, write
from mien_benchmarks.page import cell, page_text, redraw
from mien_benchmarks.peers.environments import install

PARTS = ("frame", "eye", "player", "latency", "scale", "install", "instructions")
_RECORDED = "performance.json"
_ROOT = Path(__file__).parents[2]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Data = Annotated[Path, typer.Option(envvar="MIEN_DEV_DATA", help="The development data folder.")]
Work = Annotated[Path, typer.Argument(help="A folder for what is made on the way; it may be used again.")]

Out = Annotated[Path, typer.Option(help="The folder of performance.md; the figures lie beside it.")]
Turns = Annotated[int, typer.Option(min=1, help="How often each subject is measured.")]


@app.command()
def measure(  # noqa: PLR0913, PLR0917 - a command's options
    work: Work,
    data: Data,
    out: Out = _ROOT / "docs",
    only: Annotated[list[str] | None, typer.Option(help="A part by name; may be given again.")] = None,
    peers: Annotated[Path | None, typer.Option(help="What `peers` has made; without it they are left out.")] = None,
    before: Annotated[Path | None, typer.Option(help="The Python of another version of mien.")] = None,
    turns: Turns = 5,
) -> None:
    """Measure what mien costs, and write it into performance.md."""
    parts = {name: _part(name) for name in _chosen(only or PARTS)}
    page_text(out)  # rather now than after minutes of measuring
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work, data, turns, peers, before, told=typer.echo)
    recorded = out / _RECORDED
    known = read(recorded) if recorded.exists() else []
    for name, part in parts.items():
        typer.echo(f"== {name}")
        found = [_told(one) for one in part(bench)]
        known = merged(known, found)
        write(recorded, known)
        _show(out, {one.part for one in found}, known, turns)


@app.command()
def steps(
    work: Work,
    checkouts: Annotated[list[Path], typer.Argument(help="Versions of mien, each with its .venv, the oldest first.")],
    data: Data,
    out: Out = _ROOT / "docs",
    turns: Turns = 5,
) -> None:
    """Measure what each of several versions took off, and write it into performance.md."""
    from mien_benchmarks.steps import PART
    from mien_benchmarks.steps import measure as measure_steps

    page_text(out)
    work.mkdir(parents=True, exist_ok=True)
    recorded = out / _RECORDED
    known = [one for one in (read(recorded) if recorded.exists() else []) if one.part != PART]
    known += [_told(one) for one in measure_steps(Bench(work, data, turns, told=typer.echo), checkouts)]
    write(recorded, known)
    _show(out, {PART}, known, turns)


@app.command(name="peers")
def make_peers(folder: Annotated[Path, typer.Argument(help="Where their environments go.")]) -> None:
    """Install the peers that are measured beside mien, with pip and npm."""
    install(folder, typer.echo)


@app.command()
def check(
    work: Work,
    data: Data,
    recorded: Annotated[Path, typer.Option(help="The figures to hold it against.")] = _ROOT / "docs" / _RECORDED,
) -> None:
    """Measure one frame and compare ratios, not times, with the recorded ones; ends with 1 where one is worse."""
    from mien_benchmarks.check import complaints

    if not recorded.exists():
        raise BenchmarkError(f"{recorded} is not there; run `python -m mien_benchmarks measure` first.")
    work.mkdir(parents=True, exist_ok=True)
    _complain(complaints(Bench(work, data, turns=3, told=typer.echo), read(recorded)))


@app.command()
def micro(
    record: Annotated[bool, typer.Option("--record", help="Record the ratios instead of comparing them.")] = False,
) -> None:
    """Measure the pure parts beside a fixed workload, and compare the ratios with the recorded ones."""
    from mien_benchmarks.micro import run

    found = run(record=record)
    if record:
        typer.echo("The ratios are recorded.")
    else:
        _complain(found)


def _complain(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        typer.echo(sentence)
    if sentences:
        raise typer.Exit(1)
    typer.echo("No ratio is worse than the recorded one.")


def _chosen(names: Sequence[str]) -> list[str]:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise BenchmarkError(f"There is no part '{unknown[0]}'; the parts are {', '.join(PARTS)}.")
    return [name for name in PARTS if name in names]


def _part(name: str) -> Part:
    part: Part = importlib.import_module(f"mien_benchmarks.{name}").measure
    return part


def _told(measurement: Measurement) -> Measurement:
    typer.echo(f"{measurement.subject}: {measurement.what}: {cell(measurement)} {measurement.unit}")
    return measurement


def _show(out: Path, parts: set[str], known: list[Measurement], turns: int) -> None:
    command = shlex.join([".venv/bin/python", "-m", "mien_benchmarks", *sys.argv[1:]])
    how = f"{machine()}; {date.today():%-d %B %Y}; median (least to greatest) of {turns} turns. `{command}`"
    for path in redraw(out, sorted(parts), known, how):
        typer.echo(f"written: {path}")


def main() -> None:
    """Run a command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except MienError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
