"""From observations to moods: seven seconds, 42 observations, in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from micro.scenes import SETTINGS, observations

from mien.mood.attention import Attention
from mien.mood.belief import Belief, MoodBelief
from mien.mood.decision import MoodDecision
from mien.mood.look import Look
from mien.mood.tracker import MoodTracker
from mien.mood.tracks import Tracks
from mien.types import Observation

pytestmark = pytest.mark.benchmark(group="python")
FACES = pytest.mark.parametrize("faces", [1, 16])


@FACES
def bench_mood_tracker(benchmark: Callable[..., object], faces: int) -> None:
    """All of it."""
    benchmark(_track, observations(faces))


@FACES
def bench_tracks(benchmark: Callable[..., object], faces: int) -> None:
    """Who is who from frame to frame."""
    benchmark(_number, observations(faces))


def bench_belief(benchmark: Callable[..., object]) -> None:
    """What to believe of one face."""
    benchmark(_believe, _looks())


def bench_decision(benchmark: Callable[..., object]) -> None:
    """What to decide of what is believed."""
    benchmark(_decide, _believe(_looks()))


def _track(seen: Sequence[Observation]) -> None:
    tracker = MoodTracker(SETTINGS)
    for observation in seen:
        tracker.update(observation)


def _number(seen: Sequence[Observation]) -> None:
    tracks = Tracks(SETTINGS.people.still_seconds, 10.0)
    for observation in seen:
        tracks.update(observation)


def _looks() -> list[Look]:
    attention = Attention(SETTINGS.people)
    return [attention.update(observation) for observation in observations(1)]


def _believe(looks: Sequence[Look]) -> list[Belief]:
    belief = MoodBelief(SETTINGS.mood)
    return [belief.update(look) for look in looks]


def _decide(beliefs: Sequence[Belief]) -> None:
    decision = MoodDecision(SETTINGS.mood)
    for belief in beliefs:
        decision.update(belief)
