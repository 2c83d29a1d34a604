"""What one frame of 640 x 480 with one face costs: mien and its stages, and the peers beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mien_benchmarks.bench import Bench, output_of
from mien_benchmarks.frames import make_frames
from mien_benchmarks.measurement import Measurement, gathered
from mien_benchmarks.peers.environments import PEERS
from mien_benchmarks.peers.measuring import ONE_THREAD, installed, look

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


def _one_turn(bench: Bench, frames: Path) -> Iterator[Measurement]:
    for subject, python in bench.miens.items():
        shown = json.loads(output_of([*ONE_THREAD, python, "-P", PROBE, frames]))
        for what, value in shown.items():
            yield Measurement("frame", subject, what, "ms", (value,))
    if bench.peers is not None:
        for peer in PEERS:
            yield from look(peer, bench.peers, frames)
