"""The benchmarks' commands: `python -m mien_benchmarks --help` lists them."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mien.errors import MienError
from mien_benchmarks.bench import Bench, BenchmarkError, Part
from mien_benchmarks.cpu import machine
from mien_benchmarks.measurement import Measurement, merged, read, write
from mien_benchmarks.page import cell, check_places, redraw
from mien_benchmarks.peers.environments import PEERS, check_installed, install

PARTS = ("frame", "eye", "player", "latency", "scale", "install", "instructions")
_NEEDS = {
    "latency": ("pulseaudio", "pactl", "parec"),
    "install": ("mmdebstrap", "unshare", "chroot"),
    "instructions": ("valgrind",),
}
_PEERS_PART = "frame"  # which also finds what the peers' rows of other parts say
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
    check_places(out, parts)  # rather now than after minutes of measuring, as all that is missing
    _check_needs(parts)
    if peers is not None and _PEERS_PART in parts:
        check_installed(peers)
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work, data, turns, peers, before, told=typer.echo)
    chosen = [f"--only {name}" for name in only or ()]
    named = [option for option, given in (("--peers PEERS", peers), ("--before BEFORE", before)) if given is not None]
    command = " ".join(["measure WORK", *chosen, *named, f"--turns {turns}"])
    for name, part in parts.items():
        typer.echo(f"== {name}")
        guests = () if name == _PEERS_PART else [peer.name for peer in PEERS]
        _record(out, name, part(bench), _how(command, turns), guests)


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

    check_places(out, [PART])
    work.mkdir(parents=True, exist_ok=True)
    found = measure_steps(Bench(work, data, turns, told=typer.echo), checkouts)
    _record(out, PART, found, _how(f"steps WORK CHECKOUT... --turns {turns}", turns))


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


def _check_needs(parts: Collection[str]) -> None:
    """Make sure that the programs are there that parts need, and that this user may do what they do.

    Raises:
        BenchmarkError: something is missing.
    """
    if "install" in parts and os.geteuid() != 0:
        raise BenchmarkError("'install' makes a new Debian, which root alone may: run this as root, or --only others.")
    needed = [(part, program) for part, programs in _NEEDS.items() if part in parts for program in programs]
    for part, program in needed:
        if shutil.which(program) is None:
            raise BenchmarkError(f"'{part}' needs {program}, which is not there: install it, or measure --only others.")


def _told(measurement: Measurement) -> Measurement:
    typer.echo(f"{measurement.subject}: {measurement.what}: {cell(measurement)} {measurement.unit}")
    return measurement


def _record(out: Path, part: str, found: Iterator[Measurement], how: str, guests: Collection[str] = ()) -> None:
    """Measure a part, and write it beside and into performance.md."""
    recorded = out / _RECORDED
    known = read(recorded) if recorded.exists() else []
    known = merged(known, [_told(one) for one in found], part, guests)
    write(recorded, known)
    for path in redraw(out, [part], known, how):
        typer.echo(f"written: {path}")


def _how(command: str, turns: int) -> str:
    """Return a line on how figures came to be, which names no folder of this machine."""
    words = f".venv/bin/python -m mien_benchmarks {command}"
    return f"{machine()}; {date.today():%-d %B %Y}; median (least to greatest) of up to {turns} turns. `{words}`"


def main() -> None:
    """Run a command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except MienError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
