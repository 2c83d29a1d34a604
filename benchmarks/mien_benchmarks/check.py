"""Holds a frame's cost against the recorded one: by ratios, which depend little on the machine and on its load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.frame import measure
from mien_benchmarks.measurement import Measurement

TOLERANCE = 1.5  # times the recorded ratio: what a machine with other work still keeps
_SAME_WORK = "work that stays the same, to compare with"
_WHOLE, _PACED = "a frame, all of it looked at", "a frame at 6 a second"
_STILL, _NOBODY = "a frame whose face keeps still", "a frame with nobody"
RATIOS = (
    (_WHOLE, _SAME_WORK),
    (_PACED, _SAME_WORK),
    (_PACED, _WHOLE),
    (_STILL, _SAME_WORK),
    (_STILL, _WHOLE),
    (_NOBODY, _SAME_WORK),
    (_NOBODY, _WHOLE),
    ("stage: detect", _SAME_WORK),
    ("stage: crop", _SAME_WORK),
    ("stage: classify", _SAME_WORK),
)

Ratios = dict[tuple[str, str], float]


def complaints(bench: Bench, recorded: Sequence[Measurement]) -> list[str]:
    """Measure mien's frame, and return a sentence for each ratio that is worse than the recorded one.

    Raises:
        BenchmarkError: a figure of mien's frame is not recorded, or no longer measured.
    """
    known = ratios(recorded)
    return worse(ratios(list(measure(bench))), known)


def ratios(measurements: Sequence[Measurement]) -> Ratios:
    """Return the ratios of mien's figures of a frame.

    Raises:
        BenchmarkError: a figure is not among them.
    """
    known = {one.what: one.median for one in measurements if (one.part, one.subject) == ("frame", "mien")}
    missing = [what for pair in RATIOS for what in pair if what not in known]
    if missing:
        raise BenchmarkError(
            f"There is no figure of '{missing[0]}'; run `python -m mien_benchmarks measure WORK --only frame` first."
        )
    return {(one, other): known[one] / known[other] for one, other in RATIOS}


def worse(found: Mapping[tuple[str, str], float], known: Mapping[tuple[str, str], float]) -> list[str]:
    """Return a sentence for each ratio that is greater than the tolerance allows."""
    return [
        f"'{one}' takes {ratio:.2f} times '{other}', and took {known[one, other]:.2f} times: "
        "make it cheaper again, or measure anew if it may be dearer."
        for (one, other), ratio in found.items()
        if ratio > TOLERANCE * known[one, other]
    ]
