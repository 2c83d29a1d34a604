"""Compares the filters from the pictures to the table and the curve: chosen on one half, reported on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mien import config
from mien_training.data import read_faces
from mien_training.errors import TrainingError
from mien_training.split import split_faces
from mien_training.streams.compare import (
    DELAY_LIMITS,
    Bench,
    Measured,
    Setting,
    bench,
    best,
    floor,
    measure,
    sweep,
)
from mien_training.streams.families import BEFORE, LAST_LOOK, Family, families, shipped
from mien_training.streams.pool import POOL, Half, Kind, read_pool, write_pool
from mien_training.streams.rates import Alike, compare_rates
from mien_training.streams.score import Score

SHIPPED = "as shipped"
FIXED = "the last frame's emotion", "before (exponential, 1 s)", SHIPPED
RATE_STREAMS = 4
_VALIDATION_SHARE, _SPLIT_SEED = 0.05, 1  # those of the shipped model: its card has them


@dataclass(frozen=True, slots=True)
class Contender:
    """A setting that is reported: the best of its family for a median delay, or (without a limit) a fixed one."""

    name: str
    delay_limit: float | None
    setting: Setting


@dataclass(frozen=True, slots=True)
class Reported:
    """All contenders on hours of one kind of pictures of the reporting half, in the same order."""

    measured: tuple[Measured, ...]
    floor: Score


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `streams` finds out."""

    hours: float
    pictures: dict[Kind, int]
    contenders: tuple[Contender, ...]
    reported: dict[Kind, Reported]
    rates: tuple[Alike, ...]


def make_pool(folder: Path, faces: Path | None, votes: Path | None) -> None:
    """Make the pool where it is missing: two minutes and a half of one core.

    Raises:
        TrainingError: it is missing and so are the faces or the votes, or it cannot be written.
    """
    if (folder / POOL).is_file():
        return
    if faces is None:
        raise TrainingError(f"{folder / POOL} is not there; give --faces and --votes to make it.")
    _, validation = split_faces(read_faces(faces, votes)["Training"], _VALIDATION_SHARE, _SPLIT_SEED)
    write_pool(validation, folder)


def compare_filters(folder: Path, count: int, told: Callable[[str], None], hours: float = 1.0) -> Comparison:
    """Choose on the tuning half of a pool, measure on its reporting half; nine minutes of one core for 24 hours.

    Args:
        folder: of the pool.
        count: of streams that are composed of each half, and of each kind.
        told: is called with a sentence as things get done.
        hours: of each stream.

    Raises:
        TrainingError: the pool is not there.
    """
    tuning, reporting = (read_pool(folder, half) for half in (Half.TUNING, Half.REPORTING))
    contenders = (*_fixed(), *_chosen(families(tuning), bench(tuning, Kind.CLEAR, count, hours), told))
    reported = {}
    for kind in Kind:
        reported[kind] = _report(contenders, bench(reporting, kind, count, hours))
        told(f"measured on {count * hours:g} hours of {kind} pictures of the reporting half")
    pictures = {Kind.CLEAR: int(reporting.clear.sum()), Kind.ANY: len(reporting.labels)}
    rates = compare_rates(reporting, min(count, RATE_STREAMS), hours)
    return Comparison(count * hours, pictures, contenders, reported, rates)


def _fixed() -> list[Contender]:
    settings = (LAST_LOOK, BEFORE, shipped(config.load().mood))
    return [Contender(name, None, Setting(*setting)) for name, setting in zip(FIXED, settings, strict=True)]


def _chosen(compared: tuple[Family, ...], tuned_on: Bench, told: Callable[[str], None]) -> list[Contender]:
    found = []
    for family in compared:
        tried = sweep(family, tuned_on)
        told(f"{family.name}: {len(tried)} settings tried on the tuning half")
        found += [
            Contender(family.name, limit, setting)
            for limit in DELAY_LIMITS
            if (setting := best(tried, limit)) is not None
        ]
    return found


def _report(contenders: tuple[Contender, ...], on: Bench) -> Reported:
    """Measure each setting once, however many limits it is the best for."""
    measured: dict[Setting, Measured] = {}
    for contender in contenders:
        if contender.setting not in measured:
            measured[contender.setting] = measure(contender.setting, on)
    return Reported(tuple(measured[contender.setting] for contender in contenders), floor(on))
