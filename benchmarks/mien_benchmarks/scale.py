"""How the costs grow: the eye's with faces and pixels, the player's with the library."""

from __future__ import annotations

from collections.abc import Iterator

from mien_benchmarks import scale_eye, scale_library
from mien_benchmarks.bench import Bench
from mien_benchmarks.measurement import Measurement


def measure(bench: Bench) -> Iterator[Measurement]:
    """Measure both.

    Raises:
        BenchmarkError: one of them cannot be measured.
    """
    yield from scale_eye.measure(bench)
    yield from scale_library.measure(bench)
