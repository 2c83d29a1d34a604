"""The pure parts, each beside a reference workload of the same run: `benchmarks/micro`, with pytest-benchmark.

A time says as much of the machine as of the code. What is recorded, and checked, is a ratio: the least CPU time of a
benchmark divided by that of its group's reference, plain Python or NumPy's small arrays.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mien_benchmarks.bench import BenchmarkError, clean_environment

FOLDER = Path(__file__).parent.parent / "micro"
BASELINE = FOLDER / "baseline.json"
MOST_GROWTH = 1.5
"""So many times its recorded ratio fails the check. One evening, runs beside other work differed by 1.1 at most."""

_TURNS = 4  # a shared processor is at its fastest only now and then: the least time of several moments
_REFERENCE = "bench_reference_"  # then the group's name
_RUN_SECONDS = 300
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Ratios = Mapping[str, float]


def run(out: Path = BASELINE, *, record: bool = False) -> list[str]:
    """Run the microbenchmarks, and return a sentence for each that got slower than recorded.

    Args:
        out: the file of the recorded ratios.
        record: write the ratios into the file instead of comparing them.

    Raises:
        BenchmarkError: a benchmark failed, or nothing was recorded yet.
    """
    recorded = {} if record else read(out)
    ratios = ratios_of([_measure() for _ in range(_TURNS)])
    if record:
        write(out, ratios)
        return []
    return slower(ratios, recorded)


def ratios_of(reports: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return each benchmark's ratio to its group's reference, by name, from pytest-benchmark's reports of some turns.

    Raises:
        BenchmarkError: a group has no reference.
    """
    least = dict[str, float]()
    groups = dict[str, str]()
    for one in (one for report in reports for one in report["benchmarks"]):
        groups[one["name"]] = one["group"]
        least[one["name"]] = min(one["stats"]["min"], least.get(one["name"], math.inf))
    try:
        return {
            name: least[name] / least[_REFERENCE + group]
            for name, group in groups.items()
            if not name.startswith(_REFERENCE)
        }
    except KeyError as error:
        raise BenchmarkError(f"The report of {FOLDER} has no {error}; run all of its benchmarks.") from error


def slower(ratios: Ratios, recorded: Ratios, most_growth: float = MOST_GROWTH) -> list[str]:
    """Return a sentence for each benchmark that grew too much, is not recorded, or is no more."""
    sentences = []
    for name in sorted(ratios.keys() | recorded.keys()):
        if name not in recorded:
            sentences.append(f"{name} is not recorded; record it with --record.")
        elif name not in ratios:
            sentences.append(f"{name} is recorded but was not run; record anew with --record if it is gone.")
        elif ratios[name] > most_growth * recorded[name]:
            growth = ratios[name] / recorded[name]
            sentences.append(
                f"{name} takes {ratios[name]:.3g} of its reference's time, {growth:.1f} times the recorded "
                f"{recorded[name]:.3g}; make it faster again, or record anew with --record."
            )
    return sentences


def read(path: Path) -> dict[str, float]:
    """Read recorded ratios.

    Raises:
        BenchmarkError: nothing was recorded there, or it is no list of ratios.
    """
    try:
        return {str(name): float(ratio) for name, ratio in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BenchmarkError(
            f"No recorded ratios can be read from {path} ({error}); record them with --record."
        ) from error


def write(path: Path, ratios: Ratios) -> None:
    """Write ratios down, sorted, so that a change of one is a change of one line."""
    rounded = {name: float(f"{ratio:.3g}") for name, ratio in sorted(ratios.items())}
    path.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")


def _measure() -> dict[str, Any]:
    """Return pytest-benchmark's report of one turn, in a process of its own with one thread."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pytest", "-q", str(FOLDER), f"--benchmark-json={report}"]
        alone = clean_environment() | _ONE_THREAD
        try:
            done = subprocess.run(  # noqa: S603 - our own benchmarks
                command, capture_output=True, text=True, timeout=_RUN_SECONDS, env=alone, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise BenchmarkError(f"The benchmarks of {FOLDER} took longer than {_RUN_SECONDS} s.") from error
        if done.returncode:
            raise BenchmarkError(f"The benchmarks of {FOLDER} failed: {(done.stdout + done.stderr).strip()[-1000:]}")
        measured: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return measured
