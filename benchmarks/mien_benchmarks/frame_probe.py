"""Looks at the frames with one version of mien and prints what each stage cost, as JSON: run by `frame.py`.

    PYTHON -P frame_probe.py FRAMES

It stands alone, for another version's Python knows nothing of this package.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import cv2
import numpy as np

import mien
from mien.app.parts import build_judge
from mien.config import load
from mien.eye.blazeface import Letterbox, OnnxFaces
from mien.eye.classifier import OnnxClassifier, shipped_model
from mien.eye.detectors import begin_trial, open_detector
from mien.eye.picture_watch import PictureWatch
from mien.link.lines import encode
from mien.types import Frame

if TYPE_CHECKING:
    from mien.config import Settings
    from mien.types import Observation

Item = TypeVar("Item")

WARM_UP = 10  # frames that are looked at before the clock runs
# From frame to frame. The millionth more lets a time of whole seconds end with them, however sums are rounded.
_CAMERA_SECONDS = 1 / 6 + 1e-6
# So far apart, nothing is followed or kept from the frame before: all of each frame is looked at.
_FACES_APART_SECONDS, _NOBODY_APART_SECONDS = 1.0, 5.0
_SHAPE = 480, 640, 3
_FROZEN_SECONDS = 10.0  # as for a camera


class Milliseconds(NamedTuple):
    """Of a frame."""

    cpu: float
    wall: float


class Whole(NamedTuple):
    """All that was done with frames: what one took, and the shares of them in which a face was seen, and was read."""

    spent: Milliseconds
    seen: float
    read: float


def main(folder: Path) -> None:
    """Print the figures in milliseconds, of CPU where a name says nothing else, and what was seen by which mien."""
    settings = load(Path(os.devnull))
    apart = frames_of(folder / "moving", _FACES_APART_SECONDS)
    packed = [np.frombuffer(path.read_bytes(), np.uint8) for path in _round(folder / "moving", ".jpg")]
    unpacking = mean_milliseconds(lambda jpeg: cv2.imdecode(jpeg, cv2.IMREAD_COLOR), packed).cpu
    whole = _whole(settings, apart)
    paced, still = (_whole(settings, frames_of(folder / name, _CAMERA_SECONDS)) for name in ("moving", "still"))
    nobody, nobody_apart = (
        _whole(settings, frames_of(folder / "nobody", seconds)) for seconds in (_CAMERA_SECONDS, _NOBODY_APART_SECONDS)
    )
    figures = {
        "a frame, all of it looked at": whole.spent.cpu,
        **_stages(settings, apart),
        "a frame at 6 a second": paced.spent.cpu,
        "a frame whose face keeps still": still.spent.cpu,
        "a frame with nobody, all of it looked at": nobody_apart.spent.cpu,
        "a frame with nobody": nobody.spent.cpu,
        "to unpack a frame's JPEG": unpacking,
        "a frame from its JPEG": unpacking + whole.spent.cpu,
        "wall time of a frame": whole.spent.wall,
        "work that stays the same, to compare with": _yardstick(),
    }
    shown = {
        "figures": figures,
        "seen": min(one.read for one in (whole, paced, still)),
        "seen_nobody": max(one.seen for one in (nobody, nobody_apart)),
        "mien": mien.__file__,
    }
    sys.stdout.write(json.dumps(shown) + "\n")


def frames_of(folder: Path, period_seconds: float) -> list[Frame]:
    """Read a folder of frames, the last few of them also before the first one, to warm up."""
    images = (np.fromfile(path, np.uint8).reshape(_SHAPE) for path in _round(folder, ".bgr"))
    return [Frame(image, index * period_seconds) for index, image in enumerate(images)]


def mean_milliseconds(
    work: Callable[[Item], object],
    items: Sequence[Item],
    cpu_clock: Callable[[], float] = time.process_time,
    wall_clock: Callable[[], float] = time.perf_counter,
) -> Milliseconds:
    """Return what an item after the warm-up costs on average, all threads together.

    The mean, not the median: what is done for some frames only counts, too.
    """
    for item in items[:WARM_UP]:
        work(item)
    cpu, wall = cpu_clock(), wall_clock()
    for item in items[WARM_UP:]:
        work(item)
    share = 1000 / len(items[WARM_UP:])
    return Milliseconds((cpu_clock() - cpu) * share, (wall_clock() - wall) * share)


def _stages(settings: Settings, frames: Sequence[Frame]) -> dict[str, float]:
    """Measure each stage by itself, on what the one before it gives."""
    classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
    with begin_trial(settings.eye.detector) as trial:
        detector = open_detector(settings.eye.detector, settings.eye.face_score, trial)
    with closing(detector), closing(build_judge(settings)) as judge:
        found = {}
        if isinstance(detector, OnnxFaces):
            letterbox = Letterbox(*_SHAPE[:2])
            found["stage: shrink"] = mean_milliseconds(lambda frame: letterbox.shrink(frame.image), frames).cpu
        detecting = mean_milliseconds(detector.detect, frames).cpu
        found["stage: detect"] = detecting - found.get("stage: shrink", 0.0)
        faces = [(frame, detector.detect(frame)[0]) for frame in frames]
        found["stage: crop"] = mean_milliseconds(lambda pair: classifier.crop(*pair), faces).cpu
        crops = [classifier.crop(*pair) for pair in faces]
        found["stage: classify"] = mean_milliseconds(classifier.classify, crops).cpu
        observations = [judge.observe(frame) for frame in frames]
        found["stage: send"] = mean_milliseconds(encode, observations).cpu
    return found


def _whole(settings: Settings, frames: Sequence[Frame]) -> Whole:
    """Do with each frame what the eye's loop does."""
    watch = PictureWatch(_FROZEN_SECONDS)
    found: list[Observation] = []
    with closing(build_judge(settings)) as judge:

        def look(frame: Frame) -> None:
            found.append(judge.observe(frame))
            encode(found[-1])
            watch.look(frame, frame.captured_at)

        spent = mean_milliseconds(look, frames)
    seen = sum(bool(one.sightings) for one in found) / len(found)
    read = sum(any(sighting.expression for sighting in one.sightings) for one in found) / len(found)
    return Whole(spent, seen, read)


def _yardstick() -> float:
    """Return the CPU milliseconds of work that no change of mien changes: noise blurred, shrunk and multiplied."""
    noise = np.random.default_rng(1).integers(0, 256, (512, 512, 3)).astype(np.uint8)
    small = noise[:128, :128, 0].astype(np.float32)
    cv2.setNumThreads(1)  # whatever mien has set

    def work(_: int) -> object:
        return cv2.resize(cv2.GaussianBlur(noise, (5, 5), 1.0), (128, 128), interpolation=cv2.INTER_AREA), small @ small

    return mean_milliseconds(work, range(50)).cpu


def _round(folder: Path, suffix: str) -> list[Path]:
    """Return the folder's files; their way is closed, so the last ones lead to the first one."""
    paths = sorted(path for path in folder.iterdir() if path.suffix == suffix)
    return [*paths[-WARM_UP:], *paths]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
