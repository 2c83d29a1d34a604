"""What the peers cost: on the frames, in memory, until their first answer, and on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mien_benchmarks.bench import BenchmarkError, output_of
from mien_benchmarks.install import ALL_ON_DISK, TIME
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.peers.environments import PEERS, Peer, seconds_to_install

# A thread more may be faster, and costs no less.
ONE_THREAD = (
    "env",
    "OMP_NUM_THREADS=1",
    "TF_NUM_INTRAOP_THREADS=1",
    "TF_NUM_INTEROP_THREADS=1",
    "TF_CPP_MIN_LOG_LEVEL=3",
)
_LEAST_SEEN = 0.9
_MOST_SEEN_OF_NOBODY = 0.1


def look(peer: Peer, folder: Path, frames: Path) -> Iterator[Measurement]:
    """Let a peer look at the frames in a new process.

    Raises:
        BenchmarkError: it is not installed, failed, or did not see what is to be seen.
    """
    seconds_to_install(peer, folder)
    began = time.time()
    shown = json.loads(output_of([*ONE_THREAD, *peer.looking(folder / peer.name, frames)]).splitlines()[-1])
    check_seen(peer.name, shown["seen"], shown["seen_nobody"])
    figures = [
        ("frame", "a frame, all of it looked at", "ms", shown["cpu"]),
        ("frame", "a frame at 6 a second", "ms", shown.get("cpu_paced")),
        ("frame", "a frame whose face keeps still", "ms", shown.get("cpu_still")),
        ("frame", "a frame with nobody, all of it looked at", "ms", shown["cpu_nobody"]),
        ("frame", "a frame from its JPEG", "ms", shown.get("cpu_from_jpeg")),
        ("frame", "wall time of a frame", "ms", shown["wall"]),
        ("eye", "memory (RSS), a face present", "MB", shown["megabytes"]),
        ("eye", "start to first answer", "s", shown["answered_at"] - began),
    ]
    for part, what, unit, value in figures:
        if value is not None:
            yield Measurement(part, peer.name, what, unit, (value,))


def check_seen(subject: str, seen: float, seen_nobody: float) -> None:
    """Make sure that a subject saw what is to be seen, without which its figures say nothing.

    Args:
        subject: who looked.
        seen: the share of the frames with a face in which it read one.
        seen_nobody: the share of the frames without in which it saw one.

    Raises:
        BenchmarkError: it missed the face in more than one of ten frames, or saw one where nobody was.
    """
    if seen < _LEAST_SEEN:
        raise BenchmarkError(f"{subject} saw a face in {seen:.0%} of the frames; its figures say nothing.")
    if seen_nobody > _MOST_SEEN_OF_NOBODY:
        raise BenchmarkError(
            f"{subject} saw a face in {seen_nobody:.0%} of the frames with nobody; its figures say nothing."
        )


def installed(folder: Path, peers: Sequence[Peer] = PEERS) -> Iterator[Measurement]:
    """Yield how large each peer is, with all that was installed for it, and how long that took; none asks apt."""
    for peer in peers:
        size = int(output_of(["du", "--summarize", "--block-size=1", folder / peer.name]).split()[0]) / 1e6
        yield Measurement("install", peer.name, ALL_ON_DISK, "MB", (size,))
        yield Measurement("install", peer.name, TIME, "s", (seconds_to_install(peer, folder),))
