"""Ranking: the nearest first, no repeats, the same for the same seed."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mien.config import load
from mien.music.choosing.choice import Chooser
from mien.music.choosing.policies import Policy, policy_of
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence, Track

unit = st.floats(-1, 1, allow_nan=False)
moods = st.builds(
    lambda emotion, v, a: Mood(Presence.DECIDED if emotion else Presence.NOBODY, emotion, Affect(v, a), 0.5),
    st.sampled_from([*EMOTIONS, None]),
    unit,
    unit,
)
POLICIES = {name: policy_of(load(None, {"music": {"policy": name}})) for name in ("match", "lift", "calm", "drive")}
LIFT, MATCH = POLICIES["lift"], POLICIES["match"]
policies = st.sampled_from(list(POLICIES.values()))
HAPPY = Mood(Presence.DECIDED, Emotion.HAPPY, Affect(0.8, 0.4), 0.9)


def track(
    name: str, valence: float = 0.0, arousal: float = 0.0, artist: str | None = None, source: str = "prior"
) -> Track:
    return Track(Path(f"/music/{name}.mp3"), name, artist, None, None, Affect(valence, arousal), source, "calm")


@st.composite
def libraries(draw: st.DrawFn) -> list[Track]:
    count = draw(st.integers(1, 25))
    artists = st.sampled_from([None, "A", "B"])
    return [track(f"t{i}", draw(unit), draw(unit), draw(artists)) for i in range(count)]


@given(policy=policies, mood=moods, tracks=libraries(), recent=st.integers(0, 8), seed=st.integers(), data=st.data())
def test_a_ranking_is_complete_ordered_and_repeatable(
    policy: Policy, mood: Mood, tracks: list[Track], recent: int, seed: int, data: st.DataObject
) -> None:
    played = [t.path for t in data.draw(st.lists(st.sampled_from(tracks), max_size=12))]
    chooser = Chooser(policy, recent, seed)

    ranked = chooser.rank(mood, tracks, played, len(tracks))

    assert sorted(choice.track.path for choice in ranked) == sorted(t.path for t in tracks)
    scores = [choice.score for choice in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(choice.reasons for choice in ranked)
    assert ranked == chooser.rank(mood, tracks, played, len(tracks))
    if recent and played:
        shunned = {t.path: chooser.shuns(mood, t) for t in tracks}
        alike = [c.track.path for c in ranked if shunned[c.track.path] == shunned[played[-1]]]
        assert alike[-1] == played[-1]


@given(mood=moods, fits=st.integers(2, 12), recent=st.integers(1, 8), data=st.data())
def test_a_recent_track_never_comes_while_another_that_fits_as_well_is_left(
    mood: Mood, fits: int, recent: int, data: st.DataObject
) -> None:
    tracks = [track(f"t{i}", 0.3, 0.3) for i in range(fits)]
    played = [t.path for t in data.draw(st.lists(st.sampled_from(tracks), max_size=12))]

    ranked = Chooser(LIFT, recent, 1).rank(mood, tracks, played, fits)

    stands_back = [choice.track.path in played[-recent:] for choice in ranked]
    assert stands_back == sorted(stands_back)


def test_a_small_library_repeats_itself_rather_than_play_another_mood() -> None:
    happy, sad = [track(f"h{i}", 0.8, 0.4) for i in range(2)], [track(f"s{i}", -0.6, -0.5) for i in range(2)]

    history = played([*happy, *sad], recent_tracks=8, count=12)

    assert {path.stem for path in history} == {"h0", "h1"}


@given(mood=moods, tracks=libraries(), count=st.integers(0, 30), seed=st.integers())
def test_fewer_are_the_beginning_of_more(mood: Mood, tracks: list[Track], count: int, seed: int) -> None:
    chooser = Chooser(MATCH, 8, seed)

    assert chooser.rank(mood, tracks, (), count) == chooser.rank(mood, tracks, (), len(tracks))[:count]


@given(mood=moods, tracks=libraries(), seed=st.integers())
def test_the_order_of_the_library_does_not_matter(mood: Mood, tracks: list[Track], seed: int) -> None:
    chooser = Chooser(LIFT, 8, seed)

    assert chooser.rank(mood, tracks[::-1], (), 5) == chooser.rank(mood, tracks, (), 5)


@given(mood=moods)
def test_the_nearest_is_first(mood: Mood) -> None:
    corners = [track(f"{v}{a}", v, a) for v in (-0.9, 0.9) for a in (-0.9, 0.9)]

    best = Chooser(MATCH, 0, 1).rank(mood, [*corners, track("there", mood.affect.valence, mood.affect.arousal)], (), 1)

    assert best[0].score == 1.0


def test_the_artist_that_just_played_stands_back_a_little() -> None:
    same, other, far = track("same", 0.7, 0.4, "A"), track("other", 0.75, 0.4, "B"), track("far", -0.9, -0.9, "C")
    last = track("last", 0.7, 0.4, "A")
    chooser = Chooser(LIFT, 8, 1)

    before = chooser.rank(HAPPY, [same, other, far, last], (), 1)
    after = chooser.rank(HAPPY, [same, other, far, last], [last.path], 4)

    assert before[0].track in (same, last)
    assert [choice.track for choice in after] == [other, same, far, last]


def test_seeds_differ() -> None:
    tracks = [track(f"t{i}") for i in range(50)]

    first = {Chooser(LIFT, 8, seed).rank(HAPPY, tracks, (), 1)[0].track.path for seed in range(20)}

    assert len(first) > 10


def played(tracks: Sequence[Track], recent_tracks: int, count: int) -> list[Path]:
    chooser = Chooser(LIFT, recent_tracks, 1)
    history: list[Path] = []
    for _ in range(count):
        history.append(chooser.rank(HAPPY, tracks, history[-100:], 1)[0].track.path)
    return history


def test_all_tracks_of_one_place_get_their_turn() -> None:
    history = played([track(f"t{i}", 0.8, 0.4) for i in range(30)], recent_tracks=8, count=400)

    assert len(set(history)) == 30
    assert all(len(set(history[i : i + 9])) == 9 for i in range(391))


@settings(max_examples=20)
@given(count=st.integers(2, 6))
def test_a_small_library_never_plays_a_track_twice_in_a_row(count: int) -> None:
    history = played([track(f"t{i}", i / 10, 0.4) for i in range(count)], recent_tracks=8, count=30)

    assert all(first != second for first, second in pairwise(history))


def test_an_empty_library_gives_nothing() -> None:
    assert Chooser(LIFT, 8, 1).rank(HAPPY, [], (), 3) == ()


def test_reasons_are_for_people() -> None:
    chooser = Chooser(LIFT, 8, 1)
    tracks = [track("a", 0.7, 0.4, source="folder"), track("b", -0.9, -0.9, source="tag")]

    near, far = chooser.rank(HAPPY, tracks, [Path("/music/x.mp3")], 2)
    (again,) = chooser.rank(HAPPY, tracks[:1], [tracks[0].path], 1)

    assert near.reasons == (
        "in your folder 'calm'",
        "lively and bright for a happy face",
        "not the last track",
    )
    assert far.reasons[:2] == ("tagged calm", "the nearest left to lively and bright for a happy face")
    assert again.reasons[2] == "played a short while ago, but nothing else fits as well"
