"""Reads and judges clips with one version of mien and prints what a frame costs, as JSON: run by `scale_eye.py`.

    PYTHON -P scale_eye_probe.py MOST_FACES CLIP...

It stands alone, for another version's Python knows nothing of this package.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

import mien
from mien.app.parts import build_judge
from mien.config import load
from mien.types import Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.eye.judge import FaceJudge

    Picture = NDArray[np.uint8]

_KEPT = 12  # frames; more of the largest would not fit into a small machine's memory
_WARM_UP, _JUDGED = 8, 24
_PERIOD_SECONDS = 0.2
_PAUSE_SECONDS = 60.0  # between two clips: nothing of the one before counts any more


def main() -> None:
    """Print {"mien": its file, "clips": {clip: {"read": CPU ms, "judged": CPU ms, "faces": in the last frame}}}."""
    most_faces, *clips = sys.argv[1:]
    settings = load(Path(os.devnull), {"eye": {"most_faces": int(most_faces)}})
    found = {}
    with closing(build_judge(settings)) as judge:
        for number, clip in enumerate(clips):
            pictures, read = _read(clip)
            judged, faces = _judge(judge, pictures, number * _PAUSE_SECONDS)
            found[clip] = {"read": read, "judged": judged, "faces": faces}
    sys.stdout.write(json.dumps({"mien": mien.__file__, "clips": found}) + "\n")


def _read(clip: str) -> tuple[list[Picture], float]:
    """Return a clip's first pictures, and the CPU milliseconds of each after the first, whose cost is the opening's.

    Each is unpacked; mien's own reader leaves out those that come too soon.
    """
    capture = cv2.VideoCapture(clip, cv2.CAP_FFMPEG)
    kept: list[Picture] = []
    count, began = 0, 0.0
    while capture.grab():
        picture = np.asarray(capture.retrieve()[1], np.uint8)
        if count < _KEPT:
            kept.append(picture)
        if count == 0:
            began = time.process_time()
        count += 1
    capture.release()
    return kept, (time.process_time() - began) * 1000 / (count - 1)


def _judge(judge: FaceJudge, pictures: list[Picture], start: float) -> tuple[float, int]:
    """Judge the pictures forward and backward, the first one at `start`, in seconds.

    Returns:
        The CPU milliseconds of each, and the faces in the last one.
    """
    shown = itertools.cycle([*pictures, *pictures[-2:0:-1]])
    began, faces = 0.0, 0
    for count in range(_WARM_UP + _JUDGED):
        if count == _WARM_UP:
            began = time.process_time()
        faces = len(judge.observe(Frame(next(shown), start + count * _PERIOD_SECONDS)).sightings)
    return (time.process_time() - began) * 1000 / _JUDGED, faces


if __name__ == "__main__":
    main()
