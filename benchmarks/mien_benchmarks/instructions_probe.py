"""Takes one version of mien through the stages of a frame, with a mark before and after each: run by `instructions.py`.

    PYTHON -P instructions_probe.py FRAMES COUNT

It stands alone, for another version's Python knows nothing of this package.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from mien.app.parts import build_judge
from mien.config import load
from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.classifier import OnnxClassifier, shipped_model
from mien.link.lines import encode
from mien.types import Frame

Item = TypeVar("Item")

_WARM_UP = 2
_SHAPE = 480, 640, 3


def main(folder: Path, count: int) -> None:
    """Print the stages' names in their order, and take each through `count` frames."""
    settings = load(Path(os.devnull), {"eye": {"detector": "onnx"}})
    period_seconds = 1 / settings.eye.frames_per_second
    moving = _frames(folder / "moving", 0, count, period_seconds)
    still = _frames(folder / "still", len(moving), count, period_seconds)
    packed = [np.fromfile(path, np.uint8) for path in sorted((folder / "moving").glob("*.jpg"))[: len(moving)]]
    classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
    with closing(OnnxFaces(shipped_graph(), settings.eye.face_score)) as detector:
        _stage("to unpack a frame's JPEG", lambda jpeg: cv2.imdecode(jpeg, cv2.IMREAD_COLOR), packed)
        _stage("stage: shrink and detect", detector.detect, moving)
        faces = [(frame, detector.detect(frame)[0]) for frame in moving]
    _stage("stage: crop", lambda pair: classifier.crop(*pair), faces)
    _stage("stage: classify", classifier.classify, [classifier.crop(*pair) for pair in faces])
    with closing(build_judge(settings)) as judge:
        observations = [judge.observe(frame) for frame in moving]
        _stage("stage: send", encode, observations)
        _stage("a frame", lambda frame: encode(judge.observe(frame)), moving)
        _stage("a frame whose face keeps still", lambda frame: encode(judge.observe(frame)), still)


def _frames(folder: Path, first: int, count: int, period_seconds: float) -> list[Frame]:
    """Read frames for the warm-up and so many more; the first one is the camera's `first`."""
    images = (np.fromfile(path, np.uint8).reshape(_SHAPE) for path in sorted(folder.glob("*.bgr"))[: _WARM_UP + count])
    return [Frame(image, index * period_seconds) for index, image in enumerate(images, first)]


def _stage(name: str, work: Callable[[Item], object], items: Sequence[Item]) -> None:
    """Do the work with each item after the warm-up, between two marks."""
    for item in items[:_WARM_UP]:
        work(item)
    _mark()
    for item in items[_WARM_UP:]:
        work(item)
    _mark()
    sys.stdout.write(f"{name}\n")


def _mark() -> None:
    """Call what nothing else calls: callgrind is told to write down its count so far, and to begin anew."""
    os.getpriority(os.PRIO_PROCESS, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
