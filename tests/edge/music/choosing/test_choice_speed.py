"""How long a choice takes a processor, with all that counts; `pytest -m slow -o log_cli=true` tells the figures."""

import logging
import time
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from mien.config import load
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Circumstances
from mien.music.choosing.policies import policy_of
from mien.types import Affect, Emotion, Mood, Presence, Track

SAD = Mood(Presence.DECIDED, Emotion.SAD, Affect(-0.6, -0.4), 0.9)
NOW = 1.7e9


def library(count: int) -> tuple[Track, ...]:
    places = np.random.default_rng(1).uniform(-1, 1, (count, 2)).tolist()
    return tuple(
        Track(
            *(Path(f"/music/{i // 10}/{i}.mp3"), f"track {i}", f"artist {i // 100}", f"album {i // 10}", 200.0),
            *(Affect(*place), "audio"),
            spread=0.3,
            traits=("soft", "slow onsets"),
            content_hash=f"{i:032x}",
        )
        for i, place in enumerate(places)
    )


def circumstances(tracks: tuple[Track, ...]) -> Circumstances:
    keys = [track.content_hash for track in tracks]
    return Circumstances(
        hour=23.0,
        now=NOW,
        heard={key: NOW - 1000.0 * i for i, key in enumerate(keys[:1000])},
        leanings=dict.fromkeys(keys[::300], -0.3),
        wrong=frozenset(keys[::1000]),
        excluded=frozenset(keys[5::1000]),
    )


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
def test_a_choice_is_quick(count: int) -> None:
    tracks = library(count)
    counts, recent = circumstances(tracks), [track.path for track in tracks[:100]]
    chooser = Chooser(policy_of(load(None)), 8, 1)

    def seconds(choices: int) -> float:
        began = time.thread_time()  # what else runs on the machine counts nothing
        chooser.rank(SAD, tracks, recent, choices, counts)
        return time.thread_time() - began

    first = seconds(1)
    one, ten = ([seconds(choices) for _ in range(100)] for choices in (1, 10))
    figures = {"first": first, "one": median(one), "ten": median(ten)}
    logging.getLogger(__name__).warning("%d tracks, seconds: %s", count, figures)

    assert median(one) < 0.005
    assert median(ten) < 0.010
