"""How many instructions the stages of a frame take, counted by callgrind: the same on a busy machine as on a quiet one.

ONNX Runtime and OpenCV choose their code by what the processor can do, and callgrind's can do AVX2 at most: a figure
holds for such a processor, and compares one version of mien with another.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mien_benchmarks.bench import Bench, BenchmarkError, check_checkout, output_of
from mien_benchmarks.frames import make_frames
from mien_benchmarks.measurement import Measurement

FRAMES = 6  # counted of each stage, fifty times slower than without: a second, which holds whole periods of searches
_PROBE = Path(__file__).with_name("instructions_probe.py")
_ALIKE = ("env", "OMP_NUM_THREADS=1", "PYTHONHASHSEED=0")  # in each run
_PATIENCE_SECONDS = 1800.0  # three minutes where nothing else runs
_AT_EACH_MARK = "--dump-before=getpriority"


def measure(bench: Bench) -> Iterator[Measurement]:
    """Count once, both versions at the same time: a count does not change from turn to turn.

    Raises:
        BenchmarkError: valgrind is missing, or a version of mien did not get through.
    """
    if shutil.which("valgrind") is None:
        raise BenchmarkError("Instructions are counted by valgrind: run apt-get install valgrind.")
    frames = make_frames(bench.data, bench.work)
    subjects = list(bench.miens)
    bench.told(f"counting the instructions of {' and '.join(subjects)}, which takes minutes")
    with ThreadPoolExecutor(len(subjects)) as threads:
        counted = threads.map(lambda subject: _counted(subject, bench, frames), subjects)
        for subject, stages in zip(subjects, counted, strict=True):
            for what, count in stages.items():
                yield Measurement("instructions", subject, what, "M instructions", (count / 1e6,))


def _counted(subject: str, bench: Bench, frames: Path) -> dict[str, float]:
    """Take a version of mien through the stages; return the instructions that a frame takes in each."""
    folder = bench.work / "instructions" / subject.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    callgrind = ["valgrind", "--quiet", "--tool=callgrind", _AT_EACH_MARK, f"--callgrind-out-file={folder / 'count'}"]
    command: list[str | Path] = [*_ALIKE, *callgrind, bench.miens[subject], "-P", _PROBE, frames, str(FRAMES)]
    mien, *stages = output_of(command, seconds=_PATIENCE_SECONDS).splitlines()
    check_checkout(bench.miens[subject], mien)
    return counts_of(folder, stages)


def counts_of(folder: Path, stages: list[str]) -> dict[str, float]:
    """Return the instructions of a frame by stage, of what callgrind wrote at the marks before and after each.

    Raises:
        BenchmarkError: it wrote another number of files.
    """
    files = [folder / f"count.{number}" for number in range(1, 2 * len(stages) + 1)]
    missing = [file.name for file in files if not file.exists()]
    if missing or not files:
        raise BenchmarkError(f"callgrind did not write {', '.join(missing) or 'anything'} into {folder}.")
    return {stage: _total(file) / FRAMES for stage, file in zip(stages, files[1::2], strict=True)}


def _total(file: Path) -> int:
    """Return the instructions since the mark before, of all threads."""
    totals = re.findall(r"^totals: (\d+)$", file.read_text(encoding="utf-8"), re.M)
    if not totals:
        raise BenchmarkError(f"{file} has no line of totals: this valgrind writes another format.")
    return sum(map(int, totals))
