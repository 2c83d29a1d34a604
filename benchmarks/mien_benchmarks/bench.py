"""What every part of the benchmarks is given, and the parts themselves by name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mien.errors import MienError
from mien_benchmarks.measurement import Measurement

# What would change a program from outside, mien's settings and other folders for a Python's packages among it.
_FOREIGN = (
    "MIEN_",
    "NOTIFY_SOCKET",
    "OMP_",
    "OPENBLAS_",
    "OPENCV_",
    "PULSE_",
    "PYTEST_",
    "PYTHON",
    "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY",
    "XDG_",
)


class BenchmarkError(MienError):
    """Something that the benchmarks need is missing, or did not do what it should."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how to measure.

    Args:
        work: a folder for what is made on the way, clips and libraries among it; it may be kept and used again.
        data: the development data folder.
        turns: how often each subject is measured.
        peers: the folder that `python -m mien_benchmarks peers` has made; None leaves the peers out.
        before: the Python of another version of mien, measured in turn as "mien before"; None leaves it out.
        told: takes a line of progress.
    """

    work: Path
    data: Path
    turns: int = 5
    peers: Path | None = None
    before: Path | None = None
    told: Callable[[str], None] = field(default=lambda _: None)

    @property
    def miens(self) -> dict[str, Path]:
        """The Pythons that run mien, by subject."""
        ours = {"mien": Path(sys.executable)}
        return ours if self.before is None else {"mien before": self.before, **ours}


Part = Callable[[Bench], Iterator[Measurement]]


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what would make a measured program another one than a user's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


def check_checkout(python: Path, loaded: str) -> None:
    """Make sure that a Python ran the mien of the checkout that its `.venv` lies in.

    Args:
        python: that was run.
        loaded: the `mien.__file__` that it told.

    Raises:
        BenchmarkError: it was another one.
    """
    checkout = python.absolute().parents[2]
    if not Path(loaded).resolve().is_relative_to(checkout.resolve()):
        raise BenchmarkError(f"{python} runs {loaded}, not the mien of {checkout}: run ./requirements.sh there.")


def output_of(command: Sequence[str | Path], *, folder: Path | None = None, seconds: float = 600) -> str:
    """Run a program in a clean environment and return what it printed.

    Raises:
        BenchmarkError: it failed, or took too long.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603 - of the benchmarks' own
            words,
            cwd=folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchmarkError(f"{' '.join(words)} could not be run ({error}).") from error
    if done.returncode:
        raise BenchmarkError(f"{' '.join(words)} ended with status {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout
