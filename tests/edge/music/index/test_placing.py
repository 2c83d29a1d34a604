"""Places from words and numbers, by themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.music.index.placing import OWNER_SPREAD, TITLE_SPREAD, UNKNOWN_SPREAD, Numbers, library_ranks, place_tracks

numbers = st.floats(-1.0, 1.0)
pairs = st.tuples(numbers, numbers)
spreads = st.tuples(st.floats(0.01, 2.0), st.floats(0.01, 2.0))
heards = st.lists(st.tuples(pairs, spreads), min_size=1, max_size=60)
OTHERS = np.column_stack([np.linspace(-0.99, 0.99, 100), np.linspace(0.99, -0.99, 100)])
UNHEARD = (float("nan"), float("nan"))


def ranks_of(values: list[float]) -> Numbers:
    """The ranks of tracks with this arousal, heard exactly."""
    heard = np.array([(0.0, value) for value in values])
    return library_ranks(heard, np.full_like(heard, 0.1))[0][:, 1]


@settings(max_examples=40)
@given(heards=heards)
def test_ranks_keep_the_order_and_stay_on_the_plane(
    heards: list[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    heard = np.array([pair for pair, _ in heards])
    ranks, rank_spreads = library_ranks(heard, np.array([spread for _, spread in heards]))

    assert np.abs(ranks).max() <= 1.0
    assert (rank_spreads > 0.0).all()
    assert (rank_spreads <= UNKNOWN_SPREAD).all()
    for column in range(2):
        order = np.argsort(heard[:, column])
        assert (np.diff(ranks[order, column]) >= -1e-12).all()
        equal = np.diff(heard[order, column]) == 0.0
        assert np.allclose(np.diff(ranks[order, column])[equal], 0.0)


def test_the_lowest_and_the_highest_tenth_are_the_corners() -> None:
    ranks = ranks_of([value / 1000 for value in range(100)])

    assert (ranks[:10] == -1.0).all()
    assert (ranks[90:] == 1.0).all()
    assert np.allclose(ranks[[49, 50]], 0.0, atol=0.02)
    assert (np.diff(ranks[10:90]) > 0.0).all()


def test_ten_calm_tracks_stay_calm() -> None:
    ranks = ranks_of([-0.7 + value / 100 for value in range(10)])

    assert ranks.max() < -0.2


def test_one_track_stays_where_it_was_heard() -> None:
    assert ranks_of([0.8]) == pytest.approx(0.8, abs=0.01)


def test_a_spread_grows_with_what_the_ear_leaves_unexplained() -> None:
    heard = np.random.default_rng(1).uniform(-0.5, 0.5, (200, 2))
    spread = np.column_stack([np.full(200, 0.3), np.full(200, 0.1)])

    _, rank_spreads = library_ranks(heard, spread)

    assert (rank_spreads[:, 1] < rank_spreads[:, 0]).all()
    assert (rank_spreads < UNKNOWN_SPREAD).all()


def placed(source: str, word: tuple[float, float], heard: tuple[float, float]) -> tuple[float, float, float]:
    """Place one track in a library of a hundred others, evenly heard over the plane."""
    sources = [source, *("prior",) * len(OTHERS)]
    words = np.vstack([[word], np.zeros_like(OTHERS)])
    places = place_tracks(sources, words, np.vstack([[heard], OTHERS]), np.full((len(sources), 2), 0.4))
    valence, arousal = places.affects[0]
    return float(valence), float(arousal), float(places.spreads[0])


@settings(max_examples=40)
@given(word=pairs, heard=pairs | st.just(UNHEARD), source=st.sampled_from(["tag", "folder", "playlist"]))
def test_the_owners_word_is_final(word: tuple[float, float], heard: tuple[float, float], source: str) -> None:
    assert placed(source, word, heard) == pytest.approx((*word, OWNER_SPREAD))


@settings(max_examples=40)
@given(word=pairs, heard=pairs)
def test_a_title_and_the_ear_meet_between(word: tuple[float, float], heard: tuple[float, float]) -> None:
    *fused, spread = placed("title", word, heard)
    *alone, alone_spread = placed("prior", (0.0, 0.0), heard)

    for place, said, sound in zip(fused, word, alone, strict=True):
        assert min(said, sound) - 1e-9 <= place <= max(said, sound) + 1e-9
        assert abs(place - said) <= abs(place - sound) + 1e-9, "the title weighs more"
    assert spread < min(TITLE_SPREAD, alone_spread)


def test_a_title_alone_stands() -> None:
    assert placed("title", (0.5, -0.5), UNHEARD) == pytest.approx((0.5, -0.5, TITLE_SPREAD))


def test_a_track_of_which_nothing_is_known_lies_in_the_middle() -> None:
    assert placed("prior", (0.0, 0.0), UNHEARD) == pytest.approx((0.0, 0.0, UNKNOWN_SPREAD))


def test_an_empty_library_has_no_places() -> None:
    places = place_tracks([], np.empty((0, 2)), np.empty((0, 2)), np.empty((0, 2)))

    assert places.affects.shape == (0, 2)
    assert places.spreads.shape == (0,)
