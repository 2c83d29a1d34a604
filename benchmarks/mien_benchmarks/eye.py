"""What a whole eye costs while it runs: to start, with a face before the camera, with nobody, and with the camera off.

The camera is a network camera of this machine, 640 x 480 pixels 15 times a second. What it costs to send is not
counted. Reading is: of a network camera OpenCV unpacks every picture, also those that are not judged.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mien.link.server import EyeServer
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.clips import PICTURES_PER_SECOND, Clips, make_clips
from mien_benchmarks.eye_process import WatchedEye, Window, first_answer, watched_eye
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.mjpeg_server import NetworkCamera, network_camera
from mien_benchmarks.processes import cost_of
from mien_benchmarks.tally import Tally

PART = "eye"
_PRESENT, _STILL, _NOBODY = "a face present", "a face that keeps still", "nobody"
_USUAL_RATE, _OTHER_RATES = 5.0, (1.0, 10.0)
_AT_ONCE = 2  # processes on two cores
_GRAB = "import cv2, sys\ncapture = cv2.VideoCapture(sys.argv[1])\nwhile capture.grab(): pass"


@dataclass(frozen=True, slots=True)
class Times:
    """How long an eye is looked at, in seconds, and how long it is let alone before."""

    look: float = 10.0
    settle: float = 2.0
    settle_still: float = 5.0
    settle_nobody: float = 13.0  # the eye's own patience, and a little more
    rest: float = 5.0


def measure(bench: Bench, times: Times = Times()) -> Iterator[Measurement]:
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
                looks = [pool.submit(_look, tally, *version, clips, times) for version in bench.miens.items()]
            for look in looks:
                look.result()
    yield from tally.measurements()


def _look(tally: Tally, subject: str, python: Path, clips: Clips, times: Times) -> None:
    """Look at one version at all rates."""
    add = partial(tally.add, subject)
    _look_through_an_evening(add, python, clips, times)
    for rate in _OTHER_RATES:
        with _before_camera(clips, python, rate) as (_, eye, _):
            add(_share(rate, _PRESENT), "%", _seen(eye, times.settle, times.look, faces=True).cpu_percent)
    add("CPU of a core, reading the source alone", "%", _reading_percent(python, clips.present, times))


def _look_through_an_evening(add: Callable[[str, str, float], None], python: Path, clips: Clips, times: Times) -> None:
    """Look at one eye: somebody sits there, then keeps still, goes away, and turns the camera off."""
    with _before_camera(clips, python, _USUAL_RATE) as (camera, eye, server):
        present = _seen(eye, times.settle, times.look, faces=True)
        camera.show(clips.still)
        still = _seen(eye, times.settle_still, times.look, faces=True)
        camera.show(clips.nobody)
        nobody = _seen(eye, times.settle_nobody, times.look, faces=False)
        server.set_watching(False)
        time.sleep(times.settle)
        resting = eye.look(times.rest)
    add("memory (RSS), a face present", "MB", still.cost.resident_megabytes)
    add("memory (RSS), at most", "MB", resting.cost.peak_megabytes)
    add("in the process", "threads", still.cost.threads)
    for scene, window in ((_PRESENT, present), (_STILL, still), (_NOBODY, nobody)):
        add(_share(_USUAL_RATE, scene), "%", window.cpu_percent)
        add(f"answers, {scene}", "a second", len(window.observations) / window.seconds)
        add(f"wake-ups, {scene}", "a second", window.wakeups / window.seconds)
    add("CPU of a core, camera off", "%", resting.cpu_percent)
    add("wake-ups, camera off", "a second", resting.wakeups / resting.seconds)


@contextmanager
def _before_camera(
    clips: Clips, python: Path, frames_per_second: float
) -> Iterator[tuple[NetworkCamera, WatchedEye, EyeServer]]:
    """Run an eye before a person, and wait for its first answer."""
    with (
        network_camera(clips.present, PICTURES_PER_SECOND) as camera,
        watched_eye(python, camera.address, frames_per_second) as (eye, server),
    ):
        eye.wait_for_answer()
        yield camera, eye, server


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


def _reading_percent(python: Path, folder: Path, times: Times) -> float:
    """Return the share of a core that the version's OpenCV takes to read the same camera and drop its pictures."""
    with network_camera(folder, PICTURES_PER_SECOND) as camera:
        reader = subprocess.Popen([python, "-c", _GRAB, camera.address])  # noqa: S603
        try:
            time.sleep(times.settle)
            start, began = cost_of(reader.pid), time.monotonic()
            time.sleep(times.look)
            return 100 * (cost_of(reader.pid).cpu_seconds - start.cpu_seconds) / (time.monotonic() - began)
        finally:
            reader.kill()
            reader.wait()
