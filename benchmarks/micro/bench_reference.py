"""What the others are told beside: work that does not change, one of plain Python and one of NumPy's small arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest


@pytest.mark.benchmark(group="python")
def bench_reference_python(benchmark: Callable[..., object]) -> None:
    """Objects, calls, dictionaries and sums, as the code of moods and lines has them."""
    benchmark(_python)


@pytest.mark.benchmark(group="arrays")
def bench_reference_arrays(benchmark: Callable[..., object]) -> None:
    """Calls for small arrays, one product, one sort, one transform."""
    matrix = np.random.default_rng(1).standard_normal((128, 128)).astype(np.float32)
    benchmark(_arrays, matrix)


def _python() -> float:
    total = 0.0
    for turn in range(200):
        weights = {name: 1.0 / (turn + place + 1) for place, name in enumerate("abcdefg")}
        highest = max(weights.values())
        total += sum(weight / highest for weight in weights.values()) + len(str(turn))
    return total


def _arrays(matrix: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    total = 0.0
    for row in matrix:
        total += float(np.maximum(row, 0.0).mean() + np.hstack([row[:8], row[-8:]])[0])
    product = matrix @ matrix
    return total + float(np.sort(product.ravel())[0] + np.abs(np.fft.rfft(product)).max())
