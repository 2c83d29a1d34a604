"""What is heard in ten seconds of sound, without the networks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from micro.scenes import chord

from mien.music.hearing.describe import describe_excerpt
from mien.music.hearing.loudness import block_powers, integrated_loudness
from mien.music.hearing.recording import Recording
from mien.music.hearing.spectrum import SAMPLE_RATE

pytestmark = pytest.mark.benchmark(group="arrays")


def bench_description(benchmark: Callable[..., object]) -> None:
    """The numbers of timbre, rhythm, harmony and dynamics."""
    benchmark(describe_excerpt, chord(10.0, SAMPLE_RATE))


def bench_loudness(benchmark: Callable[..., object]) -> None:
    """The loudness after EBU R128, of one channel."""
    recording = Recording(chord(10.0, 44_100)[None], 44_100, ("FC",))
    benchmark(lambda: integrated_loudness(block_powers(recording)))
