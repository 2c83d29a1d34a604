"""What a face detector costs the eye: until it is ready, in memory, and for each frame. Linux only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mien.eye.detectors import Kind, begin_trial, open_detector
from mien.eye.photo import read_photo
from mien.ports import FaceDetector
from mien.types import Frame
from mien_export.errors import ExportError

_WARM_UP, _REPEATS = 50, 300


@dataclass(frozen=True, slots=True)
class Cost:
    """Of an eye with its expression model: until it is ready (its trial of MediaPipe included), and once it works."""

    ready_seconds: float
    ready_cpu_seconds: float
    resident_megabytes: float
    detection_cpu_milliseconds: float


def measure_cost(kind: Kind, photo: Path) -> Cost:
    """Measure a detector in a fresh process, on a photograph brought to 640 x 480 pixels.

    Raises:
        ExportError: the process failed.
    """
    command = [sys.executable, "-m", "mien_export.face_detector_cost", kind, str(photo)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise ExportError(f"The cost of the detector '{kind}' could not be measured: {done.stderr.strip()}")
    return Cost(**json.loads(done.stdout))


def _measure_here(kind: Kind, photo: Path) -> Cost:
    begin = time.monotonic()
    from mien.app.parts import build_judge
    from mien.config import Settings
    from mien.setting_layers import default_values

    values = default_values()
    values["eye"] |= {"detector": kind}
    settings = Settings.model_validate(values)
    with closing(build_judge(settings)) as judge:
        ready_seconds, ready_cpu_seconds = time.monotonic() - begin, sum(os.times()[:4])
        frame = _frame(photo)
        for _ in range(_WARM_UP):
            judge.observe(frame)
        megabytes = _resident_megabytes()
    with begin_trial(kind) as trial, closing(open_detector(kind, settings.eye.face_score, trial)) as detector:
        milliseconds = sorted(_cpu_milliseconds(detector, frame) for _ in range(_REPEATS))
    # The tenth percentile: other work on the machine only adds to it.
    return Cost(ready_seconds, ready_cpu_seconds, megabytes, milliseconds[_REPEATS // 10])


def _frame(photo: Path) -> Frame:
    import cv2

    return Frame(np.asarray(cv2.resize(read_photo(photo).image, (640, 480)), np.uint8), 0.0)


def _cpu_milliseconds(detector: FaceDetector, frame: Frame) -> float:
    begin = time.process_time()
    detector.detect(frame)
    return 1000 * (time.process_time() - begin)


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    chosen: Kind = "onnx" if sys.argv[1] == "onnx" else "mediapipe"
    sys.stdout.write(json.dumps(asdict(_measure_here(chosen, Path(sys.argv[2])))))
