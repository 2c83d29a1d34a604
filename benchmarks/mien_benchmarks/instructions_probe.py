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
from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np

import mien
from mien.app.parts import build_judge
from mien.config import load
from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.classifier import OnnxClassifier, shipped_model
from mien.link.lines import encode
from mien.types import Frame

if TYPE_CHECKING:
    from mien.config import Settings

Item = TypeVar("Item")

_WARM_UP = 2  # the first one is searched, the second one follows
_FRAMES_PER_SECOND = 6.0
_APART_FRAMES_PER_SECOND = 1.0  # so far apart, nothing is followed or kept from the frame before
_SHAPE = 480, 640, 3


def main(folder: Path, count: int) -> None:
    """Print which mien this is, then the stages' names in their order, and take each through `count` frames."""
    sys.stdout.write(f"{mien.__file__}\n")
    settings = load(Path(os.devnull), {"eye": {"detector": "onnx"}})
    moving, still = (_frames(folder / name, count, _FRAMES_PER_SECOND) for name in ("moving", "still"))
    apart = _frames(folder / "moving", count, _APART_FRAMES_PER_SECOND)
    packed = [np.fromfile(path, np.uint8) for path in sorted((folder / "moving").glob("*.jpg"))[: len(moving)]]
    classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
    with closing(OnnxFaces(shipped_graph(), settings.eye.face_score)) as detector:
        _stage("to unpack a frame's JPEG", lambda jpeg: cv2.imdecode(jpeg, cv2.IMREAD_COLOR), packed)
        _stage("stage: shrink and detect", detector.detect, moving)
        faces = [(frame, detector.detect(frame)[0]) for frame in moving]
    _stage("stage: crop", lambda pair: classifier.crop(*pair), faces)
    _stage("stage: classify", classifier.classify, [classifier.crop(*pair) for pair in faces])
    with closing(build_judge(settings)) as judge:
        _stage("stage: send", encode, [judge.observe(frame) for frame in moving])
    _whole("a frame, all of it looked at", settings, apart)
    _whole("a frame at 6 a second", settings, moving)
    _whole("a frame whose face keeps still", settings, still)


def _whole(name: str, settings: Settings, frames: Sequence[Frame]) -> None:
    """Do with each frame what the eye does until it is sent."""
    with closing(build_judge(settings)) as judge:
        _stage(name, lambda frame: encode(judge.observe(frame)), frames)


def _frames(folder: Path, count: int, frames_per_second: float) -> list[Frame]:
    """Read frames for the warm-up and so many more."""
    images = (np.fromfile(path, np.uint8).reshape(_SHAPE) for path in sorted(folder.glob("*.bgr"))[: _WARM_UP + count])
    return [Frame(image, index / frames_per_second) for index, image in enumerate(images)]


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
