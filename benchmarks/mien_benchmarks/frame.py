"""What one frame of 640 x 480 with one face costs: mien and its stages, and the peers beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mien_benchmarks.bench import Bench, check_checkout, output_of
from mien_benchmarks.frames import make_frames
from mien_benchmarks.measurement import Measurement, gathered
from mien_benchmarks.peers.environments import PEERS
from mien_benchmarks.peers.measuring import ONE_THREAD, check_seen, installed, look

PROBE = Path(__file__).with_name("frame_probe.py")


def measure(bench: Bench) -> Iterator[Measurement]:
    """Let each mien and each peer look at the frames in a new process, in turn; of peers, yield what else they take."""
    frames = make_frames(bench.data, bench.work)
    turns = []
    for turn in range(bench.turns):
        bench.told(f"turn {turn + 1} of {bench.turns}")
        turns.append(list(_one_turn(bench, frames)))
    yield from gathered(turns)
    if bench.peers is not None:
        yield from installed(bench.peers)


def look_with(subject: str, python: Path, frames: Path) -> dict[str, float]:
    """Let a version of mien look at the frames in a new process, and return the figures in milliseconds.

    Raises:
        BenchmarkError: the Python runs the mien of another checkout, or it did not see what is to be seen.
    """
    shown = json.loads(output_of([*ONE_THREAD, python, "-P", PROBE, frames]))
    check_checkout(python, shown["mien"])
    check_seen(subject, shown["seen"], shown["seen_nobody"])
    figures: dict[str, float] = shown["figures"]
    return figures


def _one_turn(bench: Bench, frames: Path) -> Iterator[Measurement]:
    for subject, python in bench.miens.items():
        for what, value in look_with(subject, python, frames).items():
            yield Measurement("frame", subject, what, "ms", (value,))
    if bench.peers is not None:
        for peer in PEERS:
            yield from look(peer, bench.peers, frames)
