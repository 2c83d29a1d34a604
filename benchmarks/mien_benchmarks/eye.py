"""What a whole eye costs while it runs: to start, with a face before the camera, with nobody, and with the camera off.

The camera is a network camera of this machine, 640 x 480 pixels 15 times a second. What it costs to send is not
counted. Reading is: of a network camera OpenCV unpacks every picture, also those that are not judged.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.clips import PICTURES_PER_SECOND, Clips, make_clips
from mien_benchmarks.eye_process import WatchedEye, Window, first_answer, watched_eye
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.mjpeg_server import network_camera
from mien_benchmarks.processes import cost_of
from mien_benchmarks.tally import Tally

PART = "eye"
_PRESENT, _STILL, _NOBODY = "a face present", "a face that keeps still", "nobody"
_USUAL_RATE, _OTHER_RATES = 5.0, (1.0, 10.0)
_AT_ONCE = 2  # processes on two cores
_GRAB = "import cv2, sys\ncapture = cv2.VideoCapture(sys.argv[1])\nwhile capture.grab(): pass"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an eye is looked at, in seconds, and how long it is let alone before."""

    look: float = 10.0
    settle: float = 2.0
    settle_nobody: float = 10.0
    rest: float = 5.0


def measure(bench: Bench, pace: Pace = Pace()) -> Iterator[Measurement]:
    """Measure starts in each turn, and the long looks in every other one: each is a mean over seconds already.

    Raises:
        BenchmarkError: an eye does not start, or does not see what it is shown.
    """
    clips = make_clips(bench.work, bench.data)
    tally = Tally(PART)
    for turn in range(bench.turns):
        bench.told(f"eye: turn {turn + 1} of {bench.turns}")
        for subject, python in bench.miens.items():
            start = first_answer(python, clips.video, _USUAL_RATE)
            tally.add(subject, "start to first answer", "s", start.seconds)
            tally.add(subject, "CPU until the first answer", "s", start.cpu_seconds)
        if turn % 2 == 0:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                for result in [
                    pool.submit(_look, tally, subject, python, clips, pace) for subject, python in bench.miens.items()
                ]:
                    result.result()
    yield from tally.measurements()


def _look(tally: Tally, subject: str, python: Path, clips: Clips, pace: Pace) -> None:
    """Look at one version: at the usual rate through an evening, at the others with a face present."""
    with (
        network_camera(clips.present, PICTURES_PER_SECOND) as camera,
        watched_eye(python, camera.address, _USUAL_RATE) as (eye, server),
    ):
        eye.wait_for_answer()
        present = _seen(eye, pace.settle, pace.look, faces=True)
        camera.show(clips.still)
        still = _seen(eye, pace.settle, pace.look, faces=True)
        camera.show(clips.nobody)
        nobody = _seen(eye, pace.settle_nobody, pace.look, faces=False)
        server.set_watching(False)
        time.sleep(pace.settle)
        resting = eye.look(pace.rest)
    tally.add(subject, "memory (RSS), a face present", "MB", still.cost.resident_megabytes)
    tally.add(subject, "memory (RSS), at most", "MB", resting.cost.peak_megabytes)
    tally.add(subject, "threads", "threads", still.cost.threads)
    for scene, window in ((_PRESENT, present), (_STILL, still), (_NOBODY, nobody)):
        tally.add(subject, _share(_USUAL_RATE, scene), "%", window.cpu_percent)
        tally.add(subject, f"answers, {scene}", "a second", len(window.observations) / window.seconds)
        tally.add(subject, f"wake-ups, {scene}", "a second", window.wakeups / window.seconds)
    tally.add(subject, "CPU of a core, camera off", "%", resting.cpu_percent)
    tally.add(subject, "wake-ups, camera off", "a second", resting.wakeups / resting.seconds)
    for rate in _OTHER_RATES:
        with (
            network_camera(clips.present, PICTURES_PER_SECOND) as camera,
            watched_eye(python, camera.address, rate) as (eye, _),
        ):
            eye.wait_for_answer()
            tally.add(subject, _share(rate, _PRESENT), "%", _seen(eye, pace.settle, pace.look, faces=True).cpu_percent)
    tally.add(subject, "CPU of a core, reading the source alone", "%", _reading_percent(python, clips.present, pace))


def _seen(eye: WatchedEye, settle_seconds: float, look_seconds: float, *, faces: bool) -> Window:
    """Look at an eye, and refuse what it cost where it did not see what it was shown."""
    time.sleep(settle_seconds)
    window = eye.look(look_seconds)
    right = sum(bool(one.sightings) == faces for one in window.observations)
    if right < 0.9 * max(1, len(window.observations)):
        shown = "a face" if faces else "a room without one"
        raise BenchmarkError(
            f"The eye was shown {shown} and saw that in {right} of {len(window.observations)} pictures: what it costs "
            "so says nothing; look at the clips of the work folder."
        )
    return window


def _share(rate: float, scene: str) -> str:
    frames = "a frame" if rate == 1 else f"{rate:.0f} frames"
    return f"CPU of a core, {frames} a second, {scene}"


def _reading_percent(python: Path, folder: Path, pace: Pace) -> float:
    """Return the share of a core that the version's OpenCV takes to read the same camera and drop its pictures."""
    with network_camera(folder, PICTURES_PER_SECOND) as camera:
        reader = subprocess.Popen([python, "-c", _GRAB, camera.address])  # noqa: S603
        try:
            time.sleep(pace.settle)
            start, began = cost_of(reader.pid), time.monotonic()
            time.sleep(pace.look)
            return 100 * (cost_of(reader.pid).cpu_seconds - start.cpu_seconds) / (time.monotonic() - began)
        finally:
            reader.kill()
            reader.wait()
