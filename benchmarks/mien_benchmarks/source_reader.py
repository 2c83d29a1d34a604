"""What reading a network camera costs alone, with the OpenCV of a version of mien: no picture of it is looked at."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mien_benchmarks.bench import BenchmarkError, clean_environment
from mien_benchmarks.clips import PICTURES_PER_SECOND
from mien_benchmarks.mjpeg_server import network_camera
from mien_benchmarks.processes import cost_of

_SETTLE_SECONDS = 1.0
_GRAB = """
import cv2, sys
capture = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])  # as an eye opens it
if capture.grab():
    print(flush=True)
while capture.grab():
    pass
"""


def cpu_percents(python: Path, scenes: Sequence[Path], seconds: float) -> list[float]:
    """Return the share of a core that it takes to read each of several scenes, one after the other.

    Args:
        python: the version's Python.
        scenes: folders of the pictures that the camera shows.
        seconds: to look at each.

    Raises:
        BenchmarkError: the camera cannot be read.
    """
    found = []
    with network_camera(scenes[0], PICTURES_PER_SECOND) as camera, _reader(python, camera.address) as reader:
        for scene in scenes:
            camera.show(scene)
            time.sleep(_SETTLE_SECONDS)
            before, began = _cpu_seconds(reader), time.monotonic()
            time.sleep(seconds)
            found.append(100 * (_cpu_seconds(reader) - before) / (time.monotonic() - began))
    return found


@contextmanager
def _reader(python: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that takes a camera's pictures, and yield it once it has the first one."""
    command = [str(python), "-P", "-c", _GRAB, address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=clean_environment()) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise _unreadable()
            yield process
        finally:
            process.kill()


def _cpu_seconds(reader: subprocess.Popen[bytes]) -> float:
    if reader.poll() is not None:
        raise _unreadable()
    return cost_of(reader.pid).cpu_seconds


def _unreadable() -> BenchmarkError:
    return BenchmarkError("The camera of the benchmarks cannot be read with OpenCV alone, or no longer; try it again.")
