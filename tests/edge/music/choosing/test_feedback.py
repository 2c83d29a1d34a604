"""What is learnt from hands: within a mood, fading, and never more than it may count."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.music.choosing.circumstances import Moment
from mien.music.choosing.feedback import Event, Kind, Taste, event_json
from mien.types import Affect, Emotion, Mood, Presence

DAY = 86_400.0
HAPPY = Mood(Presence.DECIDED, Emotion.HAPPY, Affect(0.8, 0.4), 0.9)

events = st.builds(
    Event,
    key=st.sampled_from(["a", "b", "c"]),
    path=st.just(Path("/music/x.mp3")),
    title=st.just("x"),
    mood=st.sampled_from(["happy", "sad", ""]),
    kind=st.sampled_from(Kind),
    at=st.floats(-1e9, 4e9),
    seconds=st.floats(0, 1e5),
)


def event(kind: Kind, key: str = "a", mood: str = "happy", at: float = 0.0, seconds: float = 100.0) -> Event:
    return Event(key, Path(f"/music/{key}.mp3"), key, mood, kind, at, seconds)


def leaning(*told: Event, now: float = 0.0, mood: str = "happy") -> float:
    return Taste.of(told).leanings(mood, now).get("a", 0.0)


@given(st.lists(events, max_size=60), st.floats(-1e9, 4e9))
def test_a_leaning_is_never_beyond_one(told: list[Event], now: float) -> None:
    taste = Taste.of(told)

    for mood in ("happy", "sad", ""):
        assert all(-1.0 < value < 1.0 for value in taste.leanings(mood, now).values())
    assert taste.leanings("", now) == {}
    heard = [one.key for one in told if one.kind in (Kind.FINISHED, Kind.SKIPPED, Kind.REPLACED)]
    assert list(taste.heard) == list(dict.fromkeys(heard[::-1]))[::-1]


def test_likes_draw_and_skips_push_the_quick_ones_harder() -> None:
    like, late = leaning(event(Kind.LIKED)), leaning(event(Kind.SKIPPED, seconds=31.0))
    quick, again = leaning(event(Kind.SKIPPED, seconds=5.0)), leaning(*[event(Kind.SKIPPED, seconds=5.0)] * 2)

    assert again < quick < late < 0.0 < like


@pytest.mark.parametrize("kind", [Kind.FINISHED, Kind.REPLACED, Kind.FAILED])
def test_what_happens_by_itself_says_nothing(kind: Kind) -> None:
    assert Taste.of([event(kind)]).leanings("happy", 0.0) == {}


def test_to_be_heard_out_takes_a_skip_back() -> None:
    skip = event(Kind.SKIPPED, seconds=5.0)

    assert leaning(skip) < leaning(skip, event(Kind.FINISHED)) < 0.0


def test_a_skip_in_one_mood_says_nothing_of_another() -> None:
    assert leaning(event(Kind.SKIPPED, mood="sad")) == 0.0
    assert leaning(event(Kind.SKIPPED, mood="sad"), mood="sad") < 0.0
    assert leaning(event(Kind.SKIPPED, mood="")) == 0.0


def test_all_fades() -> None:
    values = [leaning(event(Kind.LIKED), now=days * DAY) for days in (0, 90, 180, 3650)]

    assert values == sorted(values, reverse=True)
    assert values[1] == pytest.approx(0.5 * 4.0 / (2.0 + 0.5 * 4.0))
    assert values[-1] < 0.001


def test_a_clock_that_was_set_back_fades_nothing() -> None:
    assert leaning(event(Kind.LIKED, at=1000 * DAY), now=0.0) == leaning(event(Kind.LIKED))


def test_wrong_for_a_mood_is_wrong_for_that_one_until_it_is_liked_there() -> None:
    taste = Taste.of([event(Kind.WRONG_MOOD)])
    assert taste.wrong("happy") == {"a"}
    assert taste.wrong("sad") == frozenset()

    taste.add(event(Kind.LIKED, mood="sad"))
    assert taste.wrong("happy") == {"a"}
    taste.add(event(Kind.LIKED))
    assert taste.wrong("happy") == frozenset()


def test_the_circumstances_of_a_choice() -> None:
    taste = Taste.of([event(Kind.BANNED), event(Kind.SKIPPED, "b", at=5.0), event(Kind.WRONG_MOOD, "c", "sad")])

    counts = taste.circumstances(HAPPY, Moment(7.0, 50.0, 21.0), step=2, failed=[Path("/music/torn.mp3")])

    assert (counts.step, counts.hour, counts.now, counts.heard) == (2, 21.0, 50.0, {"b": 5.0})
    assert counts.excluded == {"a", "/music/torn.mp3"}
    assert counts.leanings["b"] < 0.0
    assert counts.wrong == frozenset()
    assert taste.circumstances(HAPPY).heard == {}
    assert taste.circumstances(HAPPY).hour is None


def test_what_somebody_did_is_told_from_what_happened() -> None:
    by_hand = {kind for kind in Kind if event(kind).by_hand}

    assert by_hand == {Kind.SKIPPED, Kind.LIKED, Kind.BANNED, Kind.WRONG_MOOD}


def test_an_event_is_a_line_of_json() -> None:
    line = json.dumps(event_json(Event("a", Path("/music/r\udcfcck.mp3"), "Rück", "sad", Kind.SKIPPED, 1.23456, 3.0)))

    assert json.loads(line) == {
        "type": "feedback",
        "at": 1.235,
        "kind": "skipped",
        "mood": "sad",
        "seconds": 3.0,
        "key": "a",
        "path": "/music/r\udcfcck.mp3",
        "title": "Rück",
    }


def test_a_board_that_learns_the_year_late_fades_no_like() -> None:
    in_1970, in_2026 = 500.0, 56 * 365 * DAY
    assert leaning(event(Kind.LIKED, at=in_1970), now=in_2026) == leaning(event(Kind.LIKED, at=in_2026), now=in_2026)
    before = [event(Kind.LIKED, at=in_2026), event(Kind.SKIPPED, at=in_1970), event(Kind.LIKED, at=in_2026 + 1)]
    assert leaning(*before, now=in_2026 + 2) > leaning(before[0], now=in_2026)
