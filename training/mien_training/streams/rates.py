"""Whether the same stream is decided alike at fewer frames a second: thinned, through all of the device's mood code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien import config
from mien.mood.tracker import MoodTracker
from mien.types import MoodChange, Observation
from mien_training.streams.compose import compose
from mien_training.streams.pool import Kind, Pool

FRAMES_PER_SECOND = 24
THINNED = (12, 6, 3)


@dataclass(frozen=True, slots=True)
class Alike:
    """Of the changes of mood at 24 frames a second or at fewer, those that both made.

    `differences` are seconds, later at fewer frames; `alone` counts the changes that only one of them made.
    """

    frames_per_second: int
    differences: tuple[float, ...]
    alone: int

    def share_within(self, seconds: float) -> float:
        """Return the share of all changes that both made, not more than so long apart."""
        both = sum(abs(difference) <= seconds for difference in self.differences)
        return both / max(1, len(self.differences) + self.alone)


def compare_rates(pool: Pool, streams: int, hours: float = 1.0) -> tuple[Alike, ...]:
    """Decide streams of clear moods at 24 frames a second, and again at every 2nd, 4th and 8th of the same frames."""
    pairs: dict[int, list[tuple[list[MoodChange], list[MoodChange]]]] = {rate: [] for rate in THINNED}
    for seed in range(streams):
        observations = compose(pool, seed, hours, FRAMES_PER_SECOND, Kind.CLEAR).observations
        full = _decided(observations)
        for rate in THINNED:
            pairs[rate].append((full, _decided(observations[:: FRAMES_PER_SECOND // rate])))
    return tuple(_alike(rate, decided) for rate, decided in pairs.items())


def _decided(observations: Sequence[Observation]) -> list[MoodChange]:
    tracker = MoodTracker(config.load())
    return [change for change in map(tracker.update, observations) if change is not None]


def _alike(rate: int, pairs: Sequence[tuple[list[MoodChange], list[MoodChange]]]) -> Alike:
    """A change is the same one where it leads to the same mood within a second."""
    differences, alone = [], 0
    for full, thinned in pairs:
        left = list(thinned)
        for change in full:
            same = [one for one in left if one.current.name == change.current.name and abs(one.at - change.at) <= 1.0]
            if same:
                left.remove(same[0])
                differences.append(same[0].at - change.at)
            else:
                alone += 1
        alone += len(left)
    return Alike(rate, tuple(differences), alone)
