"""What each step on the way took off: versions of mien, the oldest first, measured in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mien_benchmarks.bench import Bench, BenchmarkError, output_of
from mien_benchmarks.clips import make_clips
from mien_benchmarks.eye_process import first_answer
from mien_benchmarks.frame import look_with
from mien_benchmarks.frames import make_frames
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.tally import Tally

PART = "steps"
_FIGURES = (
    "a frame, all of it looked at",
    "a frame at 6 a second",
    "a frame whose face keeps still",
    "a frame with nobody",
)
_FRAMES_PER_SECOND = 5.0


def measure(bench: Bench, checkouts: Sequence[Path]) -> Iterator[Measurement]:
    """Measure a frame and the start of the eye with each version.

    Args:
        bench: the bench.
        checkouts: folders of the versions, each with its environment in `.venv`.

    Raises:
        BenchmarkError: a checkout has no environment, or its eye does not start; or two have commits of one name.
    """
    names = ["the version before", *map(_subject, checkouts[1:])]
    if len(set(names)) < len(names):
        raise BenchmarkError("Two of the versions have commits of one name: leave out all but the last of them.")
    versions = list(zip(names, map(_python, checkouts), strict=True))
    frames, clips = make_frames(bench.data, bench.work), make_clips(bench.work, bench.data)
    tally = Tally(PART)
    for turn in range(bench.turns):
        bench.told(f"steps: turn {turn + 1} of {bench.turns}")
        for subject, python in versions:
            shown = look_with(subject, python, frames)
            for what in _FIGURES:
                tally.add(subject, what, "CPU ms", shown[what])
            start = first_answer(python, clips.video, _FRAMES_PER_SECOND)
            tally.add(subject, "until the first answer", "CPU s", start.cpu_seconds)
            tally.add(subject, "memory by then", "MB", start.resident_megabytes)
    yield from tally.measurements()


def _subject(folder: Path) -> str:
    """Return what the version's commit says that it does."""
    return output_of(["git", "-C", folder, "log", "-1", "--format=%s"]).strip()


def _python(folder: Path) -> Path:
    python = folder.resolve() / ".venv/bin/python"
    if not python.exists():
        raise BenchmarkError(f"{folder} has no environment: run ./requirements.sh there.")
    return python
