"""The choice of a track for a mood, and what is worked out once for all choices from a library."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from micro.scenes import SETTINGS, tracks

from mien.app.parts import build_chooser
from mien.mood.affect import mood_of_emotion
from mien.music.choosing.catalogue import Catalogue
from mien.types import Emotion

COUNTS = pytest.mark.parametrize("count", [1_000, 10_000])


@pytest.mark.benchmark(group="arrays")
@COUNTS
def bench_choice(benchmark: Callable[..., object], count: int) -> None:
    """The best two of a library that was chosen from before."""
    library = tracks(count)
    recent = [track.path for track in library[:20]]
    chooser = build_chooser(SETTINGS)
    mood = mood_of_emotion(Emotion.SAD)
    benchmark(chooser.rank, mood, library, recent, 2)


@pytest.mark.benchmark(group="python")
@COUNTS
def bench_catalogue(benchmark: Callable[..., object], count: int) -> None:
    """A library's tracks as arrays, after a change of it."""
    benchmark(Catalogue.of, tracks(count))
