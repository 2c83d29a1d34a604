"""What the peers cost: on the frames, in memory, until their first answer, and on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from mien_benchmarks.bench import BenchmarkError, output_of
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


def look(peer: Peer, folder: Path, frames: Path) -> Iterator[Measurement]:
    """Let a peer look at the frames in a new process.

    Raises:
        BenchmarkError: it is not installed, failed, or saw no face in one of ten frames.
    """
    seconds_to_install(peer, folder)
    began = time.time()
    shown = json.loads(output_of([*ONE_THREAD, *peer.looking(folder / peer.name, frames)]).splitlines()[-1])
    if shown["seen"] < _LEAST_SEEN:
        raise BenchmarkError(f"{peer.name} saw a face in {shown['seen']:.0%} of the frames; its figures say nothing.")
    figures = [
        ("frame", "a frame", "ms", shown["cpu"]),
        ("frame", "a frame with nobody", "ms", shown["cpu_nobody"]),
        ("frame", "a frame from its JPEG", "ms", shown.get("cpu_from_jpeg")),
        ("frame", "wall time of a frame", "ms", shown["wall"]),
        ("eye", "memory (RSS), a face present", "MB", shown["megabytes"]),
        ("eye", "start to first answer", "s", shown["answered_at"] - began),
    ]
    for part, what, unit, value in figures:
        if value is not None:
            yield Measurement(part, peer.name, what, unit, (value,))


def installed(folder: Path) -> Iterator[Measurement]:
    """Yield how large each peer is, with all that was installed for it, and how long that took; none asks apt."""
    for peer in PEERS:
        size = int(output_of(["du", "--summarize", "--block-size=1", folder / peer.name]).split()[0]) / 1e6
        yield Measurement("install", peer.name, "both, on disk", "MB", (size,))
        yield Measurement("install", peer.name, "time to install", "s", (seconds_to_install(peer, folder),))
