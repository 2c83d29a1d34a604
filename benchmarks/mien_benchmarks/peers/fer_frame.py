"""Looks at the frames with `fer` and prints what one costs, as JSON: run by measuring.py in the peer's own Python.

    python fer_frame.py FRAMES

`fer` looks as it comes: a Haar cascade, and its TensorFlow Lite model. It looks at all of each frame anyway.
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
    cv2.setNumThreads(1)
    if cv2.getNumThreads() != 1:
        sys.exit("OpenCV looks for faces with more than one thread here.")
    moving, nobody = (_look(looker, folder / name) for name in ("moving", "nobody"))
    shown = moving | {"cpu_nobody": nobody["cpu"], "seen_nobody": nobody["seen"], "megabytes": _megabytes()}
    shown["cpu_from_jpeg"] = shown["cpu"] + _unpack(folder / "moving")
    sys.stdout.write(json.dumps(shown) + "\n")


def _look(looker: Any, folder: Path) -> dict[str, float]:  # noqa: ANN401 - a class of the peer
    files = sorted(folder.glob("*.bgr"))
    cpu = wall = answered_at = 0.0
    seen = 0
    for index, file in enumerate([*files[-_WARM_UP:], *files]):
        image = np.fromfile(file, np.uint8).reshape(_SHAPE)
        began, cpu_began = time.perf_counter(), time.process_time()
        found = looker.detect_emotions(image)
        spent, cpu_spent = time.perf_counter() - began, time.process_time() - cpu_began
        answered_at = answered_at or time.time()
        if index >= _WARM_UP:
            seen, cpu, wall = seen + bool(found), cpu + cpu_spent, wall + spent
    share = 1000 / len(files)
    return {"cpu": cpu * share, "wall": wall * share, "seen": seen / len(files), "answered_at": answered_at}


def _unpack(folder: Path) -> float:
    """Return what a JPEG costs to unpack."""
    packed = [np.fromfile(file, np.uint8) for file in sorted(folder.glob("*.jpg"))]
    began = time.process_time()
    for one in packed:
        cv2.imdecode(one, cv2.IMREAD_COLOR)
    return (time.process_time() - began) * 1000 / len(packed)


def _megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
