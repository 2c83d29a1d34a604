"""Whether the eye's adaptive rate costs decisions: the same streams, looked at at a fixed rate and at mien's pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mien import config
from mien.eye.pace import EARLY_SHARE, Pace
from mien.mood.tracker import MoodTracker
from mien.types import MoodChange, Observation
from mien_training.evaluate import Estimate
from mien_training.streams.compose import compose
from mien_training.streams.pool import Kind, Pool
from mien_training.streams.score import Score, Tally, score, tally
from mien_training.tables import Row, write_markdown

PAGE = "pace.md"
_CAMERA_FRAMES_PER_SECOND = 24


@dataclass(frozen=True, slots=True)
class Paced:
    """What one way to look comes to; `looks` are those in an hour."""

    name: str
    looks: float
    shown: Score
    legible: Score


def compare_paces(pool: Pool, hours: int, seconds: float = 3600.0) -> tuple[Paced, ...]:
    """Decide streams of clear moods at a fixed rate and at the eye's pace.

    Args:
        pool: of one half of the pictures.
        hours: how many streams are composed ...
        seconds: ... and how long each is.
    """
    rate = config.load().eye.frames_per_second
    names = f"{rate:g} frames a second", "the eye's pace"
    looks = dict.fromkeys(names, 0)
    tallies: dict[str, tuple[list[Tally], list[Tally]]] = {name: ([], []) for name in names}
    for seed in range(hours):
        stream = compose(pool, seed, seconds / 3600, _CAMERA_FRAMES_PER_SECOND, Kind.CLEAR)
        for name in names:
            seen = list(_looked_at(stream.observations, rate, adapts=name != names[0]))
            changes = _decided(seen)
            looks[name] += len(seen)
            for found, truth in zip(tallies[name], (stream.truth, stream.legible), strict=True):
                found.append(tally(changes, truth))
    an_hour = 3600 / (hours * seconds)
    return tuple(Paced(name, looks[name] * an_hour, *map(score, tallies[name])) for name in names)


def write_page(paces: Iterable[Paced], hours: int, out: Path) -> Path:
    """Write the table of both.

    Raises:
        TrainingError: the file cannot be written.
    """
    path = out / PAGE
    write_markdown(
        path,
        [_row(paced) for paced in paces],
        f"The same {hours} composed hours of people before a camera of {_CAMERA_FRAMES_PER_SECOND} frames a second "
        "(the clear pictures of the reporting half, as in [filters.md](filters.md), which explains the columns), of "
        "which mien looks at as many as its settings say, or as its pace does: fewer while an expression lasts or "
        "nobody is there. Intervals (95 %) are bootstraps over hours. Made by "
        "`python -m mien_training paces POOL --out docs`.",
    )
    return path


def _looked_at(observations: Iterable[Observation], rate: float, *, adapts: bool) -> Iterator[Observation]:
    pace = Pace(rate)
    last_at: float | None = None
    for observation in observations:
        if last_at is None or observation.seen_at - last_at >= EARLY_SHARE * pace.period_seconds:
            last_at = observation.seen_at
            if adapts:
                pace.see(observation)
            yield observation


def _decided(observations: Iterable[Observation]) -> list[MoodChange]:
    tracker = MoodTracker(config.load())
    return [change for change in map(tracker.update, observations) if change is not None]


def _row(paced: Paced) -> Row:
    return {
        "looks": paced.name,
        "looks/h": f"{paced.looks:.0f}",
        "wrong/h, shown": _figure(paced.shown.wrong_per_hour, 1),
        "wrong/h, legible": _figure(paced.legible.wrong_per_hour, 1),
        "median delay, s": _figure(paced.legible.delay_median, 2),
        "90 %, s": _figure(paced.legible.delay_90, 1),
        "missed, shown": f"{paced.shown.missed.value:.1%}",
        "missed, legible": f"{paced.legible.missed.value:.1%}",
        "right quadrant": f"{paced.shown.quadrant_share.value:.1%}",
    }


def _figure(estimate: Estimate, digits: int) -> str:
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
