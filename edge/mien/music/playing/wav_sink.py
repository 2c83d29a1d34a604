"""A WAV file as the loudspeaker: what would sound at a moment stands at that moment of the file."""

from __future__ import annotations

import logging
import math
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import AudioError

log = logging.getLogger(__name__)

RATE = 44_100
CHANNELS = 2
_FRAME_BYTES = 2 * CHANNELS
_MAXIMUM_FRAMES = (2**32 - 2**16) // _FRAME_BYTES  # a WAV file's sizes have 32 bits: 6 h 45 min
_JOIN_SECONDS = 0.03  # blocks whose time stamps are so near to each other's ends belong together
_HEADER_SECONDS = 1.0


@dataclass(slots=True)
class _Block:
    samples: NDArray[np.int16]  # [frames, channels]
    start: int  # in frames of the file


class WavSink:
    """Takes blocks of samples with the time they shall sound at, and writes them when that time has come.

    Each deck has a channel of its own; what they hold for a moment is added. Like a sound card it holds what is to
    come, so that pauses and levels act at once, and it plays silence where nothing is given. Times are seconds on one
    clock.
    The file's header is rewritten every second, so that a killed process leaves a valid file; a file that reaches the
    format's 4 GiB ends there. Safe to call from any thread.
    """

    def __init__(self, path: Path, now: float) -> None:
        """Begin a file whose first sample is at the time `now`.

        Raises:
            AudioError: the file cannot be written.
        """
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise AudioError(f"The audio file {path} cannot be written: {error.strerror}.") from error
        self._path = path
        self._lock = threading.Lock()
        self._began_at = now
        self._written = 0
        self._header_at = -math.inf
        self._channels: list[Channel] = []
        self._closed = False

    def open(self) -> Channel:
        """Return a new channel, silent until its gain is set."""
        channel = Channel(self._lock, self._frame, self._write_until, self._channels.remove)
        with self._lock:
            self._channels.append(channel)
        return channel

    def advance(self, now: float) -> None:
        """Write all up to a time; each channel's gain moves steadily from the last call's to the one set since."""
        with self._lock:
            self._write_until(now)

    def close(self) -> None:
        """Finish the file; a second call does nothing."""
        with self._lock:
            if not self._closed:
                self._guarded(self._write_header)
                self._closed = True
                self._file.close()

    def _guarded(self, write: Callable[[], None]) -> None:
        """A full disk ends the file, not the music."""
        try:
            write()
        except OSError as error:
            log.warning("The audio file %s ends here: %s.", self._path, error.strerror)
            self._closed = True
            self._file.close()

    def _frame(self, at: float) -> int:
        return round((at - self._began_at) * RATE)

    def _write_until(self, now: float) -> None:
        if self._closed:
            return
        count = max(0, min(self._frame(now), _MAXIMUM_FRAMES) - self._written)
        mixed = np.zeros((count, CHANNELS))
        for channel in self._channels:
            mixed += channel.take(self._written, count)
        if count:
            self._guarded(lambda: self._write(np.rint(mixed).clip(-32768, 32767).astype("<i2"), now))

    def _write(self, samples: NDArray[np.int16], now: float) -> None:
        if now - self._header_at >= _HEADER_SECONDS:
            self._header_at = now
            self._write_header()
        self._file.write(samples.tobytes())
        self._written += len(samples)
        if self._written == _MAXIMUM_FRAMES:
            log.warning("The audio file %s is full: a WAV file holds no more than 4 GiB.", self._path)

    def _write_header(self) -> None:
        """Write the header with the sizes so far, and go back to the end."""
        size = self._written * _FRAME_BYTES
        form = struct.pack("<HHIIHH", 1, CHANNELS, RATE, RATE * _FRAME_BYTES, _FRAME_BYTES, 16)
        self._file.seek(0)
        self._file.write(struct.pack("<4sI4s4sI16s4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, form, b"data", size))
        self._file.seek(0, SEEK_END)


class Channel:
    """One deck's sound on its way into the file. Safe to call from any thread."""

    def __init__(
        self,
        lock: threading.Lock,
        frame: Callable[[float], int],
        write_until: Callable[[float], None],
        leave: Callable[[Channel], None],
    ) -> None:
        """Made by `WavSink.open`, whose lock and calls these are."""
        self._lock, self._frame, self._write_until, self._leave = lock, frame, write_until, leave
        self._gain = self._next_gain = 0.0
        self._blocks: deque[_Block] = deque()
        self._end = 0  # where the last block given ends, in frames of the file
        self._paused_at: float | None = None

    def play(self, samples: NDArray[np.int16], at: float) -> None:
        """Take samples, int16 [frames, 2], that shall begin to sound at a time."""
        start = self._frame(at)
        with self._lock:
            if self._blocks and abs(start - self._end) < _JOIN_SECONDS * RATE:
                start = self._end
            self._blocks.append(_Block(samples, start))
            self._end = start + len(samples)

    def set_gain(self, gain: float) -> None:
        """Set the factor of the samples that the next writing comes out at."""
        with self._lock:
            self._next_gain = gain

    def pause(self, at: float) -> None:
        """Hold what is to come from a time on."""
        with self._lock:
            self._write_until(at)
            self._paused_at = at

    def resume(self, at: float) -> None:
        """Go on with what was held, later by the length of the pause."""
        with self._lock:
            if self._paused_at is None:
                return
            self._write_until(at)
            shift = self._frame(at) - self._frame(self._paused_at)
            for block in self._blocks:
                block.start += shift
            self._end += shift
            self._paused_at = None

    def close(self) -> None:
        """Forget what is to come and leave the file; only once."""
        with self._lock:
            self._leave(self)

    def remaining_seconds(self, now: float) -> float:
        """Return how long what was given will sound."""
        with self._lock:
            moment = now if self._paused_at is None else self._paused_at
            return max(0.0, (self._end - self._frame(moment)) / RATE) if self._blocks else 0.0

    def take(self, first: int, count: int) -> NDArray[np.float64]:
        """Take the frames to be written, float64 [count, channels], out of the blocks; silence where there are none.

        Only for `WavSink`, which holds the lock.
        """
        frames = np.zeros((count, CHANNELS))
        gains = np.linspace(self._gain, self._next_gain, count)[:, None]
        self._gain = self._next_gain
        if self._paused_at is not None:
            return frames
        for block in self._blocks:
            start, end = max(first, block.start), min(first + count, block.start + len(block.samples))
            if start < end:
                frames[start - first : end - first] = block.samples[start - block.start : end - block.start]
        while self._blocks and self._blocks[0].start + len(self._blocks[0].samples) <= first + count:
            self._blocks.popleft()
        return frames * gains
