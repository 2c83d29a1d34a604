"""Listens to what a machine of the bench plays, and says when it was silent."""

import itertools
import os
import select
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

AUDIBLE_RMS = 10 ** (-55 / 20)  # of full scale; the bench's music never lies below it
SHORTEST_SILENCE_SECONDS = 0.25
_READ_BYTES = 4096  # 23 ms of stereo at 44.1 kHz
_HEADER_BYTES = 44  # the virtual machine's sound card begins each stream with a WAV header
_LOOK_SECONDS = 0.2


def silences(
    audible_at: Sequence[float], since: float, until: float, shortest: float = SHORTEST_SILENCE_SECONDS
) -> list[tuple[float, float]]:
    """Return (begin, end) of every silence between two moments; something sounded at the others, which are ordered."""
    edges = [since, *(at for at in audible_at if since < at < until), until]
    return [(one, two) for one, two in itertools.pairwise(edges) if two - one > shortest]


class SoundMeter:
    """Reads 16-bit samples from a named pipe on a thread of its own, and notes when they were above silence."""

    def __init__(self, pipe: Path) -> None:
        """Make the pipe and begin to listen."""
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        pipe.chmod(0o666)
        self._pipe = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # its own writer: a machine may come and go
        self._audible_at: list[float] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="sound-meter", daemon=True)
        self._thread.start()

    def silences(self, since: float, until: float) -> list[tuple[float, float]]:
        """Return (begin, end) of every silence between two moments of the monotonic clock."""
        return silences(tuple(self._audible_at), since, until)

    @property
    def last_audible_at(self) -> float:
        """When something sounded last, by the monotonic clock; minus infinity for never."""
        return self._audible_at[-1] if self._audible_at else float("-inf")

    def _listen(self) -> None:
        rest = b""
        while not self._closing.is_set():
            if not select.select([self._pipe], [], [], _LOOK_SECONDS)[0]:
                continue
            data = rest + os.read(self._pipe, _READ_BYTES)
            if (header := data.find(b"RIFF")) >= 0:
                data = data[:header] + data[header + _HEADER_BYTES :]
            whole = len(data) // 2 * 2
            samples, rest = np.frombuffer(data[:whole], "<i2"), data[whole:]
            if len(samples) and float(np.sqrt(np.mean((samples / 32768.0) ** 2))) > AUDIBLE_RMS:
                self._audible_at.append(time.monotonic())

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        self._thread.join()
        os.close(self._pipe)
