"""What a soak measures of processes and folders, and whether it grows."""

from __future__ import annotations

import ctypes
import os
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_CLOSED_AFTER_WRITING, _MODIFIED, _MOVED_IN = 0x8, 0x2, 0x80


@dataclass(frozen=True, slots=True)
class Sample:
    """A process at a moment: `part` is player, eye or hearing; `written_bytes` went to a disk since it began."""

    at_seconds: float
    part: str
    pid: int
    memory_megabytes: float
    descriptors: int
    threads: int
    written_bytes: int


@dataclass(frozen=True, slots=True)
class Slope:
    """Growth per hour, and half the width of its 95 % interval; infinite where there is too little to tell."""

    per_hour: float
    plus_minus: float


def sample(at_seconds: float, player: int) -> list[Sample]:
    """Return what the player and its children take now."""
    samples = []
    for pid in (player, *_children(player)):
        part = "player" if pid == player else _part(pid)
        if part is not None and (one := _sample(at_seconds, part, pid)) is not None:
            samples.append(one)
    return samples


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += map(int, (task / "children").read_text().split())
    return children


def _part(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None  # it just ended
    return "eye" if b"eye" in words else "hearing" if b"attend" in words else None


def _sample(at_seconds: float, part: str, pid: int) -> Sample | None:
    folder = Path(f"/proc/{pid}")
    try:
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        written = dict(line.split(":", 1) for line in (folder / "io").read_text().splitlines())["write_bytes"]
        descriptors = len(list((folder / "fd").iterdir()))
        megabytes = int(status["VmRSS"].split()[0]) / 1024
    except (OSError, KeyError):
        return None  # it just ended
    return Sample(at_seconds, part, pid, megabytes, descriptors, int(status["Threads"]), int(written))


def slope(lives: Sequence[Sequence[tuple[float, float]]], warm_up_seconds: float, block_seconds: float) -> Slope:
    """Return how steeply values grow within the lives of processes: one slope, each life from its own level.

    Blocks' means go into the fit and not single samples, which are too alike to count one by one.

    Args:
        lives: for each process (seconds, value), in order.
        warm_up_seconds: left out at the beginning of each.
        block_seconds: the length of a block.
    """
    from scipy.stats import t

    blocks = [_block_means(life, warm_up_seconds, block_seconds) for life in lives]
    blocks = [means for means in blocks if len(means) > 1]
    free = sum(len(means) - 1 for means in blocks) - 1
    if free < 1:
        return Slope(0.0, float("inf"))
    centred = np.concatenate([means - means.mean(axis=0) for means in blocks])
    hours, values = centred[:, 0] / 3600, centred[:, 1]
    spread = float(hours @ hours)
    per_hour = float(hours @ values) / spread
    rest = values - per_hour * hours
    return Slope(per_hour, float(t.ppf(0.975, free)) * float(np.sqrt(rest @ rest / free / spread)))


def _block_means(life: Sequence[tuple[float, float]], warm_up_seconds: float, block_seconds: float) -> np.ndarray:
    points = np.array([one for one in life if one[0] >= life[0][0] + warm_up_seconds]).reshape(-1, 2)
    if not len(points):
        return points
    block = ((points[:, 0] - points[0, 0]) // block_seconds).astype(int)
    return np.array([points[block == number].mean(axis=0) for number in np.unique(block)])


class FolderWatch:
    """Counts by inotify how often files of a folder are written to."""

    def __init__(self, folder: Path) -> None:
        """Begin to count."""
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK)
        wanted = _CLOSED_AFTER_WRITING | _MODIFIED | _MOVED_IN
        if self._inotify < 0 or libc.inotify_add_watch(self._inotify, os.fsencode(folder), wanted) < 0:
            raise OSError(ctypes.get_errno(), f"{folder} cannot be watched")
        self.counts: Counter[str] = Counter()

    def look(self) -> None:
        """Take in what happened since the last look."""
        try:
            while data := os.read(self._inotify, 1 << 16):
                self._take(data)
        except BlockingIOError:
            return

    def _take(self, data: bytes) -> None:
        place = 0
        while place < len(data):
            _, mask, _, length = struct.unpack_from("iIII", data, place)
            name = data[place + 16 : place + 16 + length].rstrip(b"\0").decode()
            what = "written" if mask & _MODIFIED else "replaced" if mask & _MOVED_IN else "closed"
            self.counts[f"{name} {what}"] += 1
            place += 16 + length

    def close(self) -> None:
        """Stop counting."""
        os.close(self._inotify)
