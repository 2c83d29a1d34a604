"""What a whole eye costs while it runs: to start, with a face before the camera, with nobody, and with the camera off.

The camera is a network camera of this machine, 640 x 480 pixels 10 times a second. What it costs to send is not
counted. Reading is: of a network camera OpenCV unpacks every picture, also those that are not judged, which the driver
of a USB camera is not asked for; so the same is told without it, too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mien.link.server import EyeServer
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.clips import PICTURES_PER_SECOND, Clips, make_clips
from mien_benchmarks.eye_process import WatchedEye, Window, first_answer, watched_eye
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.mjpeg_server import NetworkCamera, network_camera
from mien_benchmarks.source_reader import cpu_percents
from mien_benchmarks.tally import Tally

PART = "eye"
_PRESENT, _STILL, _NOBODY = "a face present", "a face that keeps still", "nobody"
_USUAL_RATE, _OTHER_RATES = 5.0, (1.0, 10.0)

_Row = tuple[str, str, float]  # what, unit and value, as in a measurement


@dataclass(frozen=True, slots=True)
class Times:
    """How long an eye is looked at, in seconds, and how long it is let alone before."""

    look: float = 10.0
    look_nobody: float = 20.0  # at the usual rate: an empty room is searched every five seconds
    look_reading: float = 5.0  # each of two scenes, and the eye at rest meanwhile
    settle: float = 1.0
    settle_still: float = 5.0
    settle_nobody: float = 11.0  # the eye's own patience, and a little more


def measure(bench: Bench, times: Times = Times()) -> Iterator[Measurement]:
    """Measure starts in each turn, and the long looks in every other one: each is a mean over seconds already.

    All versions are looked at at the same time: with two of them and two cores, each has one. The rates that are not
    the usual one go at the same time, too; they leave the cores idle most of the time.

    Raises:
        BenchmarkError: an eye does not start, or does not see what it is shown.
    """
    clips = make_clips(bench.work, bench.data)
    miens = bench.miens.items()
    tally = Tally(PART)
    for turn in range(bench.turns):
        bench.told(f"eye: turn {turn + 1} of {bench.turns}")
        for subject, python in miens:
            start = first_answer(python, clips.video, _USUAL_RATE)
            tally.add(subject, "start to first answer", "s", start.seconds)
            tally.add(subject, "CPU until the first answer", "s", start.cpu_seconds)
        if turn % 2 == 0:
            _look(tally, ((subject, _evening(python, clips, times)) for subject, python in miens))
            _look(
                tally,
                ((subject, _rate(python, clips, times, rate)) for rate in _OTHER_RATES for subject, python in miens),
            )
    yield from tally.measurements()


def _look(tally: Tally, looks: Iterable[tuple[str, Iterator[_Row]]]) -> None:
    """Look at subjects at the same time, and note their rows in the looks' order."""
    looks = list(looks)
    with ThreadPoolExecutor(len(looks)) as pool:
        found = [(subject, pool.submit(list, rows)) for subject, rows in looks]
    for subject, rows in found:
        for row in rows.result():
            tally.add(subject, *row)


def _evening(python: Path, clips: Clips, times: Times) -> Iterator[_Row]:
    """Look at one eye: somebody sits there, then keeps still, goes away, and turns the camera off."""
    with _before_camera(clips, python, _USUAL_RATE) as (camera, eye, server):
        present = _seen(eye, times.settle, times.look, faces=True)
        camera.show(clips.still)
        still = _seen(eye, times.settle_still, times.look, faces=True)
        camera.show(clips.nobody)
        nobody = _seen(eye, times.settle_nobody, times.look_nobody, faces=False)
        server.set_watching(False)
        time.sleep(times.settle)
        rest = eye.now()
        reading = cpu_percents(python, (clips.present, clips.nobody), times.look_reading)  # an eye at rest is no bother
        resting = eye.since(rest)
    yield "memory (RSS), a face present", "MB", still.cost.resident_megabytes
    yield "memory (RSS), at most", "MB", resting.cost.peak_megabytes
    yield "in the process", "threads", still.cost.threads
    for scene, window in ((_PRESENT, present), (_STILL, still), (_NOBODY, nobody)):
        yield from _costs(_USUAL_RATE, scene, window)
        yield f"wake-ups, {scene}", "a second", window.wakeups / window.seconds
    for scene, window, percent in zip((_PRESENT, _NOBODY), (present, nobody), reading, strict=True):
        yield f"CPU of a core, reading the source alone, {scene}", "%", percent
        yield f"{_share(_USUAL_RATE, scene)}, less reading the source", "%", window.cpu_percent - percent
    yield "CPU of a core, camera off", "%", resting.cpu_percent
    yield "wake-ups, camera off", "a second", resting.wakeups / resting.seconds


def _rate(python: Path, clips: Clips, times: Times, rate: float) -> Iterator[_Row]:
    """Look at one eye at another rate: somebody sits there, then goes away."""
    with _before_camera(clips, python, rate) as (camera, eye, _):
        present = _seen(eye, times.settle, times.look, faces=True)
        camera.show(clips.nobody)
        nobody = _seen(eye, times.settle_nobody, times.look, faces=False)
    yield from _costs(rate, _PRESENT, present)
    yield from _costs(rate, _NOBODY, nobody)


def _costs(rate: float, scene: str, window: Window) -> Iterator[_Row]:
    yield _share(rate, scene), "%", window.cpu_percent
    yield f"answers, {_frames(rate)}, {scene}", "a second", len(window.observations) / window.seconds


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
    return f"CPU of a core, {_frames(rate)}, {scene}"


def _frames(rate: float) -> str:
    return "a frame a second" if rate == 1 else f"{rate:.0f} frames a second"
