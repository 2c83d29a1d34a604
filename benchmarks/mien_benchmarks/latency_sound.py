"""Two tones for two moods, a recording of what sounds, and the moment at which the other tone begins in it."""

from __future__ import annotations

import math
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import soundfile
from numpy.typing import NDArray

from mien_benchmarks.bench import BenchmarkError, clean_environment

RATE = 44_100
CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS
WAV_HEADER_BYTES = 44
TONES = {"happy": 440.0, "calm": 2640.0}
"""Folders that a mood's music lies in, and what sounds there, in hertz."""
FIRST = 0.01
"""The share of the full amplitude at which a tone is there: 40 dB below."""

_TRACKS = 12  # for each mood: those played last stand back
_WINDOW = 441  # samples: 10 ms
_LOOK_SECONDS = 0.002
_SERVER_SECONDS = 15.0
_ROOM_MILLISECONDS = 10


def write_tones(folder: Path, seconds: float) -> None:
    """Write a tone for each mood, where they are not there yet: FLAC at 44.1 kHz, in stereo."""
    moments = np.arange(round(seconds * RATE)) / RATE
    for mood, hertz in TONES.items():
        tone = np.stack([0.5 * np.sin(2 * np.pi * hertz * moments)] * CHANNELS, axis=1)
        (folder / mood).mkdir(parents=True, exist_ok=True)
        for number in range(_TRACKS):
            soundfile.write(folder / mood / f"tone {number}.flac", tone, RATE, subtype="PCM_16")


class GrowingRecording:
    """A recording under way: 16-bit stereo samples behind a header, written as they sound.

    Which moment a sample sounded at is told by the file's growth: no sample is written before it sounds, and the
    promptest are written at once.
    """

    def __init__(self, path: Path, header_bytes: int) -> None:
        self._path, self._header_bytes = path, header_bytes
        self.began_at = math.inf
        """When its first sample sounded, on the monotonic clock, as far as `follow` has seen."""

    def follow(self, until: float) -> None:
        """Watch the file grow until a moment of the monotonic clock."""
        while time.monotonic() < until:
            if frames := self._frames():
                self.began_at = min(self.began_at, time.monotonic() - frames / RATE)
            time.sleep(_LOOK_SECONDS)

    def since(self, moment: float) -> NDArray[np.float64]:
        """Return the samples of the left channel from a moment on, in [-1, 1]."""
        if self.began_at == math.inf:
            return np.zeros(0)
        first = max(0, round((moment - self.began_at) * RATE))
        with self._path.open("rb") as file:
            file.seek(self._header_bytes + first * FRAME_BYTES)
            content = file.read()
        whole = content[: len(content) // FRAME_BYTES * FRAME_BYTES]
        return np.frombuffer(whole, "<i2").reshape(-1, CHANNELS)[:, 0] / 32768

    def _frames(self) -> int:
        return (self._path.stat().st_size - self._header_bytes) // FRAME_BYTES if self._path.exists() else 0


def level_of(samples: NDArray[np.float64], hertz: float) -> NDArray[np.float64]:
    """Return a tone's amplitude among others, within 10 ms: float64 [N - 440], the first for the sample at 5 ms."""
    turning = np.exp(-2j * np.pi * hertz / RATE * np.arange(len(samples)))
    window = np.hanning(_WINDOW)
    return np.abs(np.convolve(samples * turning, 2 * window / window.sum(), mode="valid"))


def mood_alone(samples: NDArray[np.float64]) -> tuple[str, float]:
    """Return the mood whose tone sounds, and how loud it is.

    Raises:
        BenchmarkError: none sounds, or the one before it still does.
    """
    levels = {mood: float(level_of(samples, hertz).mean()) for mood, hertz in TONES.items()}
    quiet, loud = sorted(levels, key=lambda mood: levels[mood])
    if levels[quiet] >= FIRST * levels[loud]:
        raise BenchmarkError("The player plays no tone, or two at once: this machine holds it up, so measure again.")
    return loud, levels[loud]


def seconds_until(samples: NDArray[np.float64], hertz: float, level: float) -> float:
    """Return when a tone reaches a level.

    Raises:
        BenchmarkError: it never does.
    """
    reached = np.flatnonzero(level_of(samples, hertz) >= level)
    if not len(reached):
        raise BenchmarkError(
            f"No tone of {hertz:.0f} Hz came up in the recording: look whether the player plays at all."
        )
    return float(reached[0] + _WINDOW / 2) / RATE


@contextmanager
def pulse_room(folder: Path) -> Iterator[tuple[dict[str, str], GrowingRecording]]:
    """Run a PulseAudio server with one sink that nobody hears, and record it.

    The recorder asks for pieces of 10 ms, and the sink holds no more: a sample is recorded as soon as it leaves the
    player's stream. What a sound card holds beyond that comes on top.

    Args:
        folder: an empty one with a short path.

    Yields:
        the environment that leads a player there, and the recording.

    Raises:
        BenchmarkError: PulseAudio is not installed, or does not start.
    """
    if not all(map(shutil.which, ("pulseaudio", "pactl", "parec"))):
        raise BenchmarkError("PulseAudio is not here: `sudo apt install pulseaudio pulseaudio-utils`.")
    names = {name: str(folder) for name in ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH")}
    environment = {**names, "PULSE_SERVER": f"unix:{folder}/socket"}
    modules = (
        "module-null-sink sink_name=room",
        f"module-native-protocol-unix socket={folder}/socket auth-anonymous=1",
    )
    server = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    server += [word for module in modules for word in ("-L", module)]
    recorder = ["parec", "-d", "room.monitor", "--format=s16le", f"--rate={RATE}", f"--channels={CHANNELS}"]
    recorder += [f"--latency-msec={_ROOM_MILLISECONDS}"]
    ours = {**clean_environment(), **environment, "HOME": str(folder)}
    with ExitStack() as stack, (folder / "recording.raw").open("wb") as recording:
        stack.enter_context(_program(server, ours, subprocess.DEVNULL))
        _wait_for_server(ours)
        stack.enter_context(_program(recorder, ours, recording))
        yield environment, GrowingRecording(folder / "recording.raw", 0)


@contextmanager
def _program(command: list[str], environment: dict[str, str], output: IO[bytes] | int) -> Iterator[None]:
    with subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.DEVNULL) as program:  # noqa: S603
        try:
            yield
        finally:
            program.terminate()


def _wait_for_server(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + _SERVER_SECONDS
    while subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode:  # noqa: S607
        if time.monotonic() > deadline:
            raise BenchmarkError("PulseAudio does not start here: try `pulseaudio -n -L module-null-sink` by hand.")
        time.sleep(_LOOK_SECONDS)
