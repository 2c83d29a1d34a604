"""What crosses the socket between eye and player, and what the page is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from micro.scenes import expression, observation, tracks

from mien.link.lines import decode, encode
from mien.mood.affect import mood_of
from mien.report import snapshot_json
from mien.types import Choice, PastMood, Playback, PlayState, Snapshot

pytestmark = pytest.mark.benchmark(group="python")
FACES = pytest.mark.parametrize("faces", [1, 16])


@FACES
def bench_encode(benchmark: Callable[..., object], faces: int) -> None:
    """One observation as the eye's line."""
    benchmark(encode, observation(0, faces))


@FACES
def bench_decode(benchmark: Callable[..., object], faces: int) -> None:
    """The eye's line as an observation, checked."""
    benchmark(decode, encode(observation(0, faces)))


def bench_snapshot(benchmark: Callable[..., object]) -> None:
    """The player's state, as the page is told it at each change."""
    first, second = (Choice(track, 0.9, ("close to the mood: 0.12 away",)) for track in tracks(2))
    moods = [mood_of(expression(12 * index)) for index in range(10)]
    past = tuple(PastMood(float(since), mood) for since, mood in enumerate(moods))
    playback = Playback(PlayState.PLAYING, first.track, 12.0)
    shown = Snapshot(9, moods[-1], expression(0), playback, first, True, 70, 85, (), upcoming=second, past_moods=past)
    benchmark(snapshot_json, shown)
