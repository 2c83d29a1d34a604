"""An eye that runs as its owner's does: a process of its own, told by a player whether to watch."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mien.link.lines import EyeState
from mien.link.server import EyeServer
from mien.types import Observation
from mien_benchmarks.bench import BenchmarkError, clean_environment
from mien_benchmarks.processes import Cost, cost_of, end

_ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """From an eye's start to its first answer: of the wall's clock, and of all its threads and ended children.

    `resident_megabytes` is what it takes by then.
    """

    seconds: float
    cpu_seconds: float
    resident_megabytes: float


@dataclass(frozen=True, slots=True)
class Moment:
    """When a look at an eye began, on the monotonic clock, what it had told by then, and what it had cost."""

    at: float
    observations: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class Window:
    """What an eye did and cost over some seconds; `cost` is what it had cost at their end."""

    seconds: float
    cpu_percent: float
    wakeups: float
    observations: tuple[Observation, ...]
    cost: Cost


class WatchedEye:
    """An eye, and a stand-in for the player that it tells what it sees."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self._log = process, log
        self._changed = threading.Condition()
        self._observations: list[Observation] = []

    def take(self, message: Observation | EyeState) -> None:
        """Note what the eye says."""
        if isinstance(message, Observation):
            with self._changed:
                self._observations.append(message)
                self._changed.notify_all()

    def wait_for_answer(self) -> None:
        """Wait until it has told of a picture.

        Raises:
            BenchmarkError: it does not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._observations, _ANSWER_SECONDS):
                raise _mute(self._log)

    def look(self, seconds: float) -> Window:
        """Let it go on for a while, and return what that cost.

        Raises:
            BenchmarkError: it ended.
        """
        moment = self.now()
        time.sleep(seconds)
        return self.since(moment)

    def now(self) -> Moment:
        """Begin to look at it.

        Raises:
            BenchmarkError: it ended.
        """
        self._check()
        return Moment(time.monotonic(), len(self._observations), cost_of(self._process.pid))

    def since(self, moment: Moment) -> Window:
        """Return what it has done and cost since then.

        Raises:
            BenchmarkError: it ended.
        """
        self._check()
        cost, seconds = cost_of(self._process.pid), time.monotonic() - moment.at
        return Window(
            seconds=seconds,
            cpu_percent=100 * (cost.cpu_seconds - moment.cost.cpu_seconds) / seconds,
            wakeups=cost.wakeups - moment.cost.wakeups,
            observations=tuple(self._observations[moment.observations :]),
            cost=cost,
        )

    def _check(self) -> None:
        if self._process.poll() is not None:
            raise _mute(self._log)


def first_answer(python: Path, source: Path, frames_per_second: float) -> Start:
    """Start an eye alone with a version of mien, and end it once it has read the expression on a face.

    Args:
        python: the version's Python.
        source: a video file.
        frames_per_second: that it judges.

    Raises:
        BenchmarkError: it sees no face, or does not start.
    """
    with tempfile.TemporaryDirectory(prefix="mien-") as name:
        began = time.monotonic()
        with _running(python, Path(name), frames_per_second, "--json", "--source", str(source)) as process:
            giving_up = threading.Timer(_ANSWER_SECONDS, process.kill)
            giving_up.start()
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if json.loads(line)["probabilities"] is not None:
                        seconds = time.monotonic() - began
                        cost = cost_of(process.pid)
                        cpu_seconds = cost.cpu_seconds + cost.children_cpu_seconds
                        return Start(seconds, cpu_seconds, cost.resident_megabytes)
            finally:
                giving_up.cancel()
        raise _mute(_log(Path(name)))


@contextmanager
def watched_eye(python: Path, address: str, frames_per_second: float) -> Iterator[tuple[WatchedEye, EyeServer]]:
    """Run an eye of a version of mien before a camera, and the server that tells it whether to watch.

    Args:
        python: the version's Python.
        address: the camera's.
        frames_per_second: that it judges at most.
    """
    with tempfile.TemporaryDirectory(prefix="mien-") as name:  # a socket's path must be short
        folder, socket = Path(name), Path(name) / "eye.sock"
        options = ("--source", address, "--socket", str(socket))
        with _running(python, folder, frames_per_second, *options) as process:
            eye = WatchedEye(process, _log(folder))
            with closing(EyeServer(socket, eye.take, lambda _: None)) as server:
                server.start()
                yield eye, server


@contextmanager
def _running(python: Path, folder: Path, frames_per_second: float, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = folder / "mien.toml"
    settings.write_text(f"[eye]\nframes_per_second = {frames_per_second:.1f}\n", encoding="utf-8")
    command = [str(python), "-m", "mien", "eye", "--config", str(settings), *options]
    with _log(folder).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=folder, env=clean_environment(), stdout=subprocess.PIPE, stderr=log
        )
    try:
        yield process
    finally:
        end(process)


def _log(folder: Path) -> Path:
    return folder / "log.txt"


def _mute(log: Path) -> BenchmarkError:
    said = log.read_text(encoding="utf-8").strip()[-500:] or "it said nothing"
    return BenchmarkError(f"The eye told of no face that it could read, or ended; start it by hand to see why: {said}")
