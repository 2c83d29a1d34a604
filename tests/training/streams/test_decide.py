from itertools import pairwise

import numpy as np
import pytest
from training.streams.small_pool import small_pool

from mien import config
from mien.mood.attention import Attention
from mien.mood.belief import MoodBelief
from mien.mood.decision import MoodDecision
from mien.mood.look import Look
from mien.types import Emotion, MoodChange, Observation
from mien_training.streams.compose import compose
from mien_training.streams.decide import Thresholds, decide
from mien_training.streams.families import shipped, times_of
from mien_training.streams.looks import side_by_side
from mien_training.streams.pool import Kind

SETTINGS = config.load()


def looks(seed: int, hours: float = 0.2) -> list[Look]:
    """A stream with all that happens, of pictures that are read with doubt; at its end the seat is empty."""
    pool = small_pool(sure=0.9, misread={Emotion.ANGRY: Emotion.SAD})
    rng = np.random.default_rng(seed)
    noise = rng.dirichlet(np.full(7, 0.4), pool.probabilities.shape[:2]).astype(np.float32)
    pool.probabilities[:] = 0.7 * pool.probabilities + 0.3 * noise
    pool.qualities[:] = rng.uniform(0.3, 1.0, pool.qualities.shape)
    attention = Attention(SETTINGS.people)
    seen = compose(pool, seed, hours, 6.0, Kind.CLEAR).observations
    empty = [Observation(seen[-1].seen_at + frame / 6) for frame in range(1, 60)]
    return [attention.update(one) for one in (*seen, *empty)]


def as_on_the_device(stream: list[Look]) -> list[tuple[float, str, str]]:
    belief, decision = MoodBelief(SETTINGS.mood), MoodDecision(SETTINGS.mood)
    return plain([change for look in stream if (change := decision.update(belief.update(look))) is not None])


def plain(changes: list[MoodChange]) -> list[tuple[float, str, str]]:
    return [(change.at, change.previous.name, change.current.name) for change in changes]


def test_what_is_compared_is_what_the_device_does_to_the_frame() -> None:
    streams = [looks(seed) for seed in (1, 4)]
    chosen, thresholds = shipped(SETTINGS.mood)
    beside = side_by_side(streams)
    believed = chosen.believed(beside)
    decided = decide(beside, believed, [thresholds], times_of(SETTINGS.mood))[0]
    assert [plain(changes) for changes in decided] == [as_on_the_device(stream) for stream in streams]
    assert {name for changes in decided for _, _, name in plain(changes)} >= {
        "happy",
        "neutral",
        "sad",
        "unsure",
        "nobody",
    }
    for column, stream in enumerate(streams):
        belief = MoodBelief(SETTINGS.mood)
        expected = [belief.update(look).probabilities for look in stream]
        assert believed[: len(stream), column] == pytest.approx(np.array(expected), abs=1e-9)


def test_each_of_several_thresholds_is_decided_as_if_alone() -> None:
    beside = side_by_side([looks(3)])
    chosen, default = shipped(SETTINGS.mood)
    tried = [default, Thresholds(0.5, 0.5, 0.1, 0.0), Thresholds(0.7, 0.9, 0.3, 1.5)]
    believed, times = chosen.believed(beside), times_of(SETTINGS.mood)
    together = decide(beside, believed, tried, times)
    assert together == [decide(beside, believed, [one], times)[0] for one in tried]
    assert len({tuple(plain(streams[0])) for streams in together}) == 3
    for streams in together:
        for earlier, later in pairwise(streams[0]):
            assert later.at - earlier.at >= times.refractory_seconds
            assert later.previous == earlier.current
