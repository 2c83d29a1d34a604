"""What choices are made of: each term by itself, and how far each may reach."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.config import load
from mien.music.choosing.choice import STEP, Chooser
from mien.music.choosing.circumstances import Circumstances
from mien.music.choosing.costs import FARTHEST, HANDS_REACH
from mien.music.choosing.policies import policy_of
from mien.music.index.moodwords import MOOD_WORDS
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence, Track

DAY = 86_400.0
CHOOSER = Chooser(policy_of(load(None)), 8, 1)
HAPPY = Mood(Presence.DECIDED, Emotion.HAPPY, Affect(0.8, 0.4), 0.9)

unit = st.floats(-1, 1)
moods = st.sampled_from([Mood(Presence.DECIDED, emotion, Affect(0.0, 0.0), 0.9) for emotion in EMOTIONS])


def track(name: str, valence: float = 0.7, arousal: float = 0.4, spread: float = 0.0, by: str | None = None) -> Track:
    """Return a track by an artist, on an album of the same name."""
    return Track(Path(f"/music/{name}.mp3"), name, by, by, None, Affect(valence, arousal), "audio", "", spread)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[Track, ...]:
    artists = st.sampled_from([None, "A", "B"])
    spreads = st.floats(0, 0.8)
    return tuple(
        track(f"t{i}", draw(unit), draw(unit), draw(spreads), draw(artists)) for i in range(draw(st.integers(2, 7)))
    )


def names(mood: Mood, tracks: tuple[Track, ...], circumstances: Circumstances, recent: tuple[Path, ...] = ()) -> str:
    return "".join(one.track.title for one in CHOOSER.rank(mood, tracks, recent, len(tracks), circumstances))


@settings(max_examples=40)
@given(mood=moods, tracks=libraries(), hour=st.floats(0, 23), data=st.data())
def test_the_terms_are_the_cost_and_the_cost_is_the_order(
    mood: Mood, tracks: tuple[Track, ...], hour: float, data: st.DataObject
) -> None:
    some = st.dictionaries(st.sampled_from([str(t.path) for t in tracks]), st.floats(0, 1e6))
    heard, liked, wrong, out = (data.draw(some) for _ in range(4))
    recent = [Path(path) for path in data.draw(some)]
    leanings = {path: value / 1e6 for path, value in liked.items()}
    counts = Circumstances(0, hour, 1e6, heard, leanings, frozenset(wrong), frozenset(out))

    ranked = CHOOSER.rank(mood, tracks, recent, len(tracks), counts)

    assert {str(choice.track.path) for choice in ranked} == {str(t.path) for t in tracks} - set(out)
    told = [CHOOSER.explain(mood, choice.track, tracks, recent, counts) for choice in ranked]
    assert [one.choice for one in told] == list(ranked)
    assert [one.rank for one in told] == list(range(1, len(ranked) + 1))
    assert all(later.terms.total > earlier.terms.total - STEP - 1e-5 for earlier, later in pairwise(told))
    for one in told:
        assert one.of == len(ranked)
        score = min(1.0, max(0.0, 1.0 - one.terms.total / FARTHEST))
        assert one.choice.score == pytest.approx(score, abs=STEP / FARTHEST + 1e-5)
    for path in out:
        outsider = next(t for t in tracks if str(t.path) == path)
        assert CHOOSER.explain(mood, outsider, tracks, recent, counts).rank is None


@settings(max_examples=40)
@given(mood=moods, tracks=libraries(), data=st.data())
def test_hands_never_lead_past_a_clear_difference(mood: Mood, tracks: tuple[Track, ...], data: st.DataObject) -> None:
    leanings = {str(t.path): data.draw(unit) for t in tracks}
    said = Circumstances(leanings=leanings)
    fit = {t.path: CHOOSER.explain(mood, t, tracks).terms.total for t in tracks}

    order = [choice.track.path for choice in CHOOSER.rank(mood, tracks, (), len(tracks), said)]

    for place, first in enumerate(order):
        for later in order[place + 1 :]:
            assert fit[first] < fit[later] + 2 * HANDS_REACH + STEP + 1e-5


def test_hands_reorder_what_fits_alike() -> None:
    tracks = (track("a"), track("b"), track("c"))
    said = Circumstances(leanings={"/music/c.mp3": 0.6, "/music/a.mp3": -0.6})

    assert names(HAPPY, tracks, said) == "cba"
    assert [CHOOSER.explain(HAPPY, t, tracks, (), said).terms.hands for t in tracks] == pytest.approx(
        [0.072, 0, -0.072]
    )


def test_what_is_wrong_for_the_mood_comes_only_when_nothing_else_is_left() -> None:
    tracks = (track("a"), track("b", -1.0, -1.0), track("c", -0.9, -1.0))
    wrong = Circumstances(wrong=frozenset({"/music/a.mp3"}))

    assert names(HAPPY, tracks, wrong) == "cba"
    assert names(HAPPY, tracks[:1], wrong) == "a"
    assert names(HAPPY, tracks, wrong, (tracks[1].path,)) == "cab"


def test_a_surer_place_goes_first_but_not_before_one_that_fits() -> None:
    tracks = (track("b", spread=0.5), track("a", spread=0.1), track("c", 0.1, 0.0, spread=0.0))

    assert names(HAPPY, tracks, Circumstances()) == "abc"


def test_what_was_heard_lately_waits_for_days_within_its_mood() -> None:
    tracks = (track("a"), track("b"), track("c"), track("d", -0.6, -0.6))
    heard = {"/music/c.mp3": 1e9 - 30 * DAY, "/music/b.mp3": 1e9 - 4 * DAY, "/music/a.mp3": 1e9 - 3600.0}

    assert names(HAPPY, tracks, Circumstances(now=1e9, heard=heard)) == "cbad"


def test_a_clock_that_was_set_back_makes_nothing_older() -> None:
    tracks = (track("a"),)
    ahead = Circumstances(now=1e9, heard={"/music/a.mp3": 2e9})

    assert CHOOSER.explain(HAPPY, tracks[0], tracks, (), ahead).terms.recency == pytest.approx(0.35)


def test_artists_and_albums_of_the_last_three_stand_back() -> None:
    played, fresh = ([track(f"{name}{i}", by=f"A{i}") for i in range(4)] for name in "pf")
    tracks = (*played, *fresh)
    recent = tuple(t.path for t in played)

    told = [CHOOSER.explain(HAPPY, t, tracks, recent).terms for t in fresh]

    assert [one.artist for one in told] == pytest.approx([0.0, 0.05, 0.1, 0.15])
    assert [one.album for one in told] == pytest.approx([0.0, 0.03, 0.06, 0.1])


def test_copies_of_a_track_go_together() -> None:
    contents = {"a": "5eed", "b": "5eed", "c": "other"}
    tracks = tuple(replace(track(name), content_hash=content) for name, content in contents.items())

    assert names(HAPPY, tracks, Circumstances(excluded=frozenset({"5eed"}))) == "c"
    before_it_was_read = Circumstances(excluded=frozenset({"/music/a.mp3"}))
    assert sorted(names(HAPPY, tracks, before_it_was_read)) == ["b", "c"]


def test_the_night_is_gentler_unless_that_is_off() -> None:
    tracks = (track("lively", 0.7, 0.55), track("gentle", 0.7, 0.2))
    night = Circumstances(hour=1.0)
    awake = Chooser(CHOOSER.policy, 8, 1, gentler_at_night=False)

    assert CHOOSER.rank(HAPPY, tracks, (), 1)[0].track.title == "lively"
    assert CHOOSER.rank(HAPPY, tracks, (), 1, night)[0].track.title == "gentle"
    assert awake.rank(HAPPY, tracks, (), 1, night)[0].track.title == "lively"
    assert "a little gentler at this hour" in CHOOSER.rank(HAPPY, tracks, (), 1, night)[0].reasons


@pytest.mark.parametrize("hour", range(24))
def test_no_hour_plays_another_mood(hour: int) -> None:
    """What nothing is known of is for those who ask for nothing."""
    places = {word: MOOD_WORDS[word] for word in ("sad", "happy", "calm", "soft")}
    tracks = tuple(track(word, place.valence, place.arousal, 0.15) for word, place in places.items())
    tracks += (track("plain", 0.0, 0.0, 0.7),)
    expected = {"sad": "sad", "happy": "happy", "fear": "calm", "angry": "soft", "neutral": "plain"}

    for emotion, best in expected.items():
        mood = Mood(Presence.DECIDED, Emotion(emotion), Affect(0.0, 0.0), 0.9)
        assert CHOOSER.rank(mood, tracks, (), 1, Circumstances(hour=float(hour)))[0].track.title == best


def test_a_month_of_evenings_is_not_the_same_ten_tracks_and_stays_in_the_mood() -> None:
    rng = np.random.default_rng(1)
    tracks = tuple(track(f"t{i}", v, a) for i, (v, a) in enumerate(rng.uniform(-1, 1, (400, 2)).tolist()))
    heard: dict[str, float] = {}
    recent: list[Path] = []
    distances = []
    for evening in range(30):
        for number in range(10):
            now = evening * DAY + number * 240.0
            chosen = CHOOSER.rank(HAPPY, tracks, recent[-100:], 1, Circumstances(now=now, heard=heard))[0].track
            heard.pop(str(chosen.path), None)
            heard[str(chosen.path)] = now
            recent.append(chosen.path)
            distances.append(np.hypot(0.7 * (chosen.affect.valence - 0.7), chosen.affect.arousal - 0.4))

    assert len(set(recent)) >= 50
    assert max(recent.count(path) for path in set(recent)) <= 25
    assert np.mean(distances) < 0.2
    assert max(distances) < 0.4


def test_the_tracks_of_another_library_are_looked_at_anew() -> None:
    shelf = [track("a")]
    assert CHOOSER.rank(HAPPY, shelf, (), 1)[0].track.title == "a"
    shelf[0] = track("b")
    assert CHOOSER.rank(HAPPY, shelf, (), 1)[0].track.title == "b"
    assert CHOOSER.rank(HAPPY, (track("c"),), (), 1)[0].track.title == "c"
    assert CHOOSER.rank(HAPPY, (track("d"),), (), 1)[0].track.title == "d"

    with pytest.raises(ValueError, match="none of the tracks"):
        CHOOSER.explain(HAPPY, track("e"), shelf)
