"""From a frame to what the networks see, from what they say to faces, and when to look again: all but the networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from micro.scenes import RANDOM_SEED, SETTINGS, face, frame, observations

from mien.eye.blazeface import SIDE, VALUES, Letterbox, anchors, corners, distinct
from mien.eye.card import CropRule
from mien.eye.crop import aligned_crop
from mien.eye.pace import Pace
from mien.eye.quality import look_at
from mien.types import Observation

pytestmark = pytest.mark.benchmark(group="arrays")
RULE = CropRule(eye_line=0.4, eye_distance=0.38)
CROP_SIDE = 48


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    cv2.setNumThreads(1)


@pytest.mark.parametrize("width", [60, 240])
def bench_crop(benchmark: Callable[..., object], width: int) -> None:
    """A face's grey crop; the larger one is shrunk by averaging first."""
    benchmark(aligned_crop, frame(), face(200.0, 100.0, width), RULE, CROP_SIDE)


def bench_quality(benchmark: Callable[..., object]) -> None:
    """Contrast, light, focus and grain of a crop."""
    benchmark(look_at, aligned_crop(frame(), face(200.0, 100.0, 240), RULE, CROP_SIDE))


def bench_shrink(benchmark: Callable[..., object]) -> None:
    """The face detector's picture of a frame's."""
    benchmark(Letterbox(480, 640).shrink, frame().image)


@pytest.mark.parametrize("faces", [1, 16])
def bench_faces(benchmark: Callable[..., object], faces: int) -> None:
    """From six guesses a face to faces: boxes, eyes, and those of the same face made one."""
    middles = anchors()[np.repeat(np.arange(faces) * 56 + 10, 6)]
    boxes = np.random.default_rng(RANDOM_SEED).uniform(-1, 1, (len(middles), VALUES)).astype(np.float32)
    boxes[:, 2:4] = SIDE / 10
    scores = np.linspace(0.9, 0.6, len(middles), dtype=np.float32)
    benchmark(lambda: distinct(corners(boxes, middles), scores))


@pytest.mark.benchmark(group="python")
@pytest.mark.parametrize("faces", [1, 16])
def bench_pace(benchmark: Callable[..., object], faces: int) -> None:
    """How soon to look again, after each of 42 observations."""
    benchmark(_paced, observations(faces))


def _paced(seen: Sequence[Observation]) -> float:
    pace = Pace(SETTINGS.eye.frames_per_second)
    for observation in seen:
        pace.see(observation)
    return pace.period_seconds
