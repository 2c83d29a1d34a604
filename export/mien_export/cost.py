"""What a model costs: its file, the memory of its session, the processor's time for one face."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mien_export.errors import ExportError
from mien_export.session import OnnxModel

WARM_UP, REPEATS = 20, 200


@dataclass(frozen=True, slots=True)
class Cost:
    """Megabytes of the file and of resident memory that the session adds; CPU milliseconds a face, one thread."""

    file_megabytes: float
    session_megabytes: float
    cpu_milliseconds: float


def measure_cost(model: Path, side: int) -> Cost:
    """Measure in a fresh process, where nothing else is loaded.

    Raises:
        ExportError: the process failed.
    """
    command = [sys.executable, "-m", "mien_export.cost", str(model), str(side)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    if done.returncode:
        raise ExportError(f"{model} could not be run to measure its cost: {done.stderr.strip()}")
    return Cost(**json.loads(done.stdout))


def _measure_here(model: Path, side: int) -> Cost:
    import onnxruntime  # noqa: F401  # its own memory is not the session's

    before = _resident_megabytes()
    session = OnnxModel(model)
    face = np.random.default_rng(1).integers(0, 256, (1, side, side), dtype=np.uint8)
    for _ in range(WARM_UP):
        session.probabilities(face)
    megabytes = _resident_megabytes() - before
    milliseconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        session.probabilities(face)
        milliseconds.append(1000 * (time.process_time() - start))
    return Cost(model.stat().st_size / 1e6, megabytes, float(np.median(milliseconds)))


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_measure_here(Path(sys.argv[1]), int(sys.argv[2])))))
