"""A real PulseAudio server with a null sink called room, and what it hears."""

from __future__ import annotations

import os
import shutil
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from edge.music.waiting import wait_until
from numpy.typing import NDArray

INSTALLED = all(map(shutil.which, ("pulseaudio", "pactl", "parec")))


class PulseServer:
    """A server of its own behind a socket in a folder, which this process' environment names."""

    def __init__(self, folder: Path) -> None:
        self.environment = {name: str(folder) for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH")}
        self.environment["PULSE_SERVER"] = f"unix:{folder}/socket"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        modules = (
            "module-null-sink sink_name=room",
            f"module-native-protocol-unix socket={self._folder}/socket auth-anonymous=1",
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
        command += [word for module in modules for word in ("-L", module)]
        environment = {**os.environ, **self.environment}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(
            lambda: (
                subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode == 0
            ),
            10,
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def recorded(path: Path) -> Iterator[None]:
    """Record what the room hears, for as long as this lasts or the server lives."""
    command = ["parec", "-d", "room.monitor", "--format=s16le", "--rate=44100", "--channels=1", "--file-format=wav"]
    command += ["--latency-msec=20"]  # of a sound card; with a lazy sink, a volume that comes late is still in time
    with subprocess.Popen([*command, str(path)], stderr=subprocess.DEVNULL) as recorder:
        wait_until(lambda: path.exists() and path.stat().st_size > 20_000)
        yield
        recorder.terminate()


def heard(recording: Path) -> NDArray[np.float64]:
    """Return the samples of a recording at 44.1 kHz, also those beyond a killed recorder's header."""
    with wave.open(str(recording)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
    content = recording.read_bytes()[44:]
    return np.frombuffer(content[: len(content) // 2 * 2], "<i2") / 32768
