"""Looks at the frames with `fer` and prints what one costs, as JSON: run by measuring.py in the peer's own Python.

    python fer_frame.py FRAMES

`fer` looks as it comes: a Haar cascade, and its TensorFlow Lite model.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

_WARM_UP = 10
_SHAPE = 480, 640, 3


def main(folder: Path) -> None:
    """Print the milliseconds of a frame, the share of frames with a face, the first answer's time and the memory."""
    from fer.fer import FER  # type: ignore[import-not-found]  # which the peer's own Python has

    looker: Any = FER()
    files = sorted(folder.glob("*.bgr"))
    cpu = wall = unpacking = answered_at = 0.0
    seen = 0
    for index, file in enumerate([*files[-_WARM_UP:], *files]):
        image, packed = np.fromfile(file, np.uint8).reshape(_SHAPE), np.fromfile(file.with_suffix(".jpg"), np.uint8)
        began, cpu_began = time.perf_counter(), time.process_time()
        found = looker.detect_emotions(image)
        spent, cpu_spent = time.perf_counter() - began, time.process_time() - cpu_began
        answered_at = answered_at or time.time()
        if index < _WARM_UP:
            continue
        unpacking_began = time.process_time()
        cv2.imdecode(packed, cv2.IMREAD_COLOR)
        unpacking += time.process_time() - unpacking_began
        seen, cpu, wall = seen + bool(found), cpu + cpu_spent, wall + spent
    figures = {"cpu": cpu, "wall": wall, "cpu_from_jpeg": cpu + unpacking}
    shown = {name: seconds * 1000 / len(files) for name, seconds in figures.items()}
    shown |= {"seen": seen / len(files), "answered_at": answered_at, "megabytes": _megabytes()}
    sys.stdout.write(json.dumps(shown) + "\n")


def _megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "moving")
