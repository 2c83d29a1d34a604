"""Holds a frame's cost against the recorded one: by ratios, which depend little on the machine and on its load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.frame import measure
from mien_benchmarks.measurement import Measurement

TOLERANCE = 1.5  # times the recorded ratio: what a machine with other work still keeps
_SAME_WORK = "work that stays the same, to compare with"
_WHOLE, _STILL = "a frame", "a frame whose face keeps still"
RATIOS = (
    (_WHOLE, _SAME_WORK),
    (_STILL, _SAME_WORK),
    (_STILL, _WHOLE),
    ("stage: detect", _SAME_WORK),
    ("stage: classify", _SAME_WORK),
)

Ratios = dict[tuple[str, str], float]


def complaints(bench: Bench, recorded: Sequence[Measurement]) -> list[str]:
    """Measure mien's frame, and return a sentence for each ratio that is worse than the recorded one.

    Raises:
        BenchmarkError: no figures of mien's frame are recorded.
    """
    known = ratios(recorded)
    if not known:
        raise BenchmarkError("No figures of a frame are recorded; run `python -m mien_benchmarks measure` first.")
    return worse(ratios(list(measure(bench))), known)


def ratios(measurements: Sequence[Measurement]) -> Ratios:
    """Return the ratios of mien's figures of a frame, as far as they are there."""
    known = {one.what: one.median for one in measurements if (one.part, one.subject) == ("frame", "mien")}
    return {(one, other): known[one] / known[other] for one, other in RATIOS if {one, other} <= known.keys()}


def worse(found: Mapping[tuple[str, str], float], known: Mapping[tuple[str, str], float]) -> list[str]:
    """Return a sentence for each ratio that is greater than the tolerance allows."""
    return [
        f"'{one}' takes {ratio:.2f} times '{other}', and took {known[one, other]:.2f} times."
        for (one, other), ratio in found.items()
        if (one, other) in known and ratio > TOLERANCE * known[one, other]
    ]
