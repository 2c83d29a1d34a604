"""Which decks play and how loud, with decks that only keep a diary and a clock of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.config import load
from mien.music.playing.mixer import End, Mixer, Wish
from mien.types import Affect, PlayState, Track, TrackEnded

STEP = 0.04


class DiaryDeck:
    """A deck that plays in the room's time. It `opens` after a while, and is as long as its track says."""

    def __init__(self, room: Room, wish: Wish) -> None:
        self._room = room
        self.wish = wish
        self.percent = 0.0
        self.paused = False
        self.loaded = True
        self._loaded_at = room.now
        self._played = wish.start_seconds
        self.broken = "torn" in wish.track.title

    @property
    def begun(self) -> bool:
        return not self.broken and self._room.now >= self._loaded_at + self._room.opening_seconds

    @property
    def end(self) -> End | None:
        if self.broken:
            return "failed"
        return "reached" if self._played >= (self.wish.track.duration_seconds or 1e9) else None

    @property
    def refused(self) -> bool:
        return self.begun and (self._room.silent or (self._room.takes_one and self is not self._room.loaded[0]))

    @property
    def sounded(self) -> bool:
        return self.begun and not self.refused

    @property
    def position_seconds(self) -> float:
        return self._played

    @property
    def duration_seconds(self) -> float | None:
        return None

    @property
    def remaining_seconds(self) -> float:
        return 0.0

    @property
    def factor(self) -> float:
        return (self.percent / 100) ** 3 if self.begun and not self.paused else 0.0

    def set_level(self, percent: float) -> None:
        assert self.loaded
        self.percent = percent

    def pause(self, paused: bool) -> None:
        self.paused = paused

    def unload(self) -> bool:
        assert self.loaded, "it is given back once"
        self.loaded = False
        self._room.loaded.remove(self)
        return not self.broken

    def let_time_pass(self) -> None:
        if self.begun and not self.paused:
            self._played += STEP


class Room:
    """A mixer with its decks, and what is heard of them at each step."""

    def __init__(self, **changes: object) -> None:
        values = {"crossfade_seconds": 2.0, "fade_in_seconds": 0.4, "fade_out_seconds": 0.8, "same_loudness": False}
        values["start_volume_percent"] = 55
        self.settings = load(None, {"audio": {**values, **changes}}).audio
        self.now = 100.0
        self.opening_seconds = 0.1
        self.takes_one = False
        self.silent = False  # the output takes nothing
        self.loaded: list[DiaryDeck] = []
        self.made: list[DiaryDeck] = []
        self.news: list[TrackEnded] = []
        self.heard: list[dict[str, float]] = []  # {title: factor}, a step each
        self.volume = self.settings.start_volume_percent
        self.mixer = Mixer(self.settings, self._load, self.volume)

    def _load(self, wish: Wish) -> DiaryDeck:
        assert len(self.loaded) < 2, "two decks are enough"
        deck = DiaryDeck(self, wish)
        self.loaded.append(deck)
        self.made.append(deck)
        return deck

    def play(self, title: str, length: float | None = None, start_seconds: float = 0.0) -> Track:
        track = Track(Path("/music") / title, title, None, None, length, Affect(0, 0), "prior")
        self.mixer.want(Wish(track, start_seconds))
        return track

    def wait(self, seconds: float) -> Room:
        for _ in range(round(seconds / STEP)):
            self.news += self.mixer.step(self.now, self.volume)
            self.heard.append({deck.wish.track.title: deck.factor for deck in self.loaded})
            self.now += STEP
            for deck in self.loaded:
                deck.let_time_pass()
        return self

    def levels(self, title: str, steps: int) -> list[float]:
        """Return how loud a track was in the last steps."""
        return [heard.get(title, 0.0) for heard in self.heard[-steps:]]

    @property
    def full(self) -> float:
        return (self.volume / 100) ** 3


def test_two_tracks_together_sound_as_loud_as_one() -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(3.0)

    powers = [sum(factor**2 for factor in heard.values()) for heard in room.heard[-75:]]
    assert powers == pytest.approx([room.full**2] * 75, rel=0.01)
    falling = [level for level in room.levels("a", 75) if 0 < level < room.full]
    assert len(falling) * STEP == pytest.approx(2.0, abs=0.1)
    assert falling == sorted(falling, reverse=True)
    assert [deck.wish.track.title for deck in room.loaded] == ["b"]
    assert room.news == []


def test_the_old_track_plays_on_until_the_new_one_sounds() -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    room.opening_seconds = 1.0
    room.play("b")
    room.wait(0.9)

    assert room.levels("a", 20) == pytest.approx([room.full] * 20)


def test_an_end_is_told_a_crossfade_before_it_and_once() -> None:
    room = Room()
    track = room.play("a", length=6.0)
    room.wait(3.8)
    assert room.news == []
    room.wait(0.3)
    assert room.news == [TrackEnded(track, failed=False)]
    assert room.mixer.playback().state is PlayState.PLAYING
    room.play("b")
    room.wait(2.0)
    assert 0 < room.levels("a", 5)[0] < 0.3 * room.full
    room.wait(1.0)

    assert [deck.wish.track.title for deck in room.loaded] == ["b"]
    assert room.news == [TrackEnded(track, failed=False)]


def test_a_track_that_nothing_follows_sounds_to_its_end() -> None:
    room = Room()
    track = room.play("a", length=6.0)
    room.wait(5.9)
    assert room.levels("a", 10) == pytest.approx([room.full] * 10)
    room.wait(1.0)

    assert room.news == [TrackEnded(track, failed=False)]
    assert room.mixer.playback().state is PlayState.STOPPED
    assert room.mixer.silent


@pytest.mark.parametrize(("length", "crossfade"), [(3.9, 2.0), (6.0, 0.0)])
def test_a_short_track_and_one_without_a_crossfade_just_end(length: float, crossfade: float) -> None:
    room = Room(crossfade_seconds=crossfade)
    room.play("a", length=length)
    room.wait(length)
    assert room.news == []
    room.wait(0.4)

    assert len(room.news) == 1


def test_without_a_crossfade_one_fades_out_before_the_other_fades_in() -> None:
    room = Room(crossfade_seconds=0.0)
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(2.0)

    assert all(min(heard.get("a", 0.0), heard.get("b", 0.0)) == 0.0 for heard in room.heard)
    assert room.levels("b", 10) == pytest.approx([room.full] * 10)
    rising = [level for level in room.levels("b", 50) if 0 < level < room.full]
    assert len(rising) * STEP == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("again", ["resume", "other"])
def test_a_pause_in_a_crossfade_leaves_the_new_track_alone(again: str) -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(0.8)
    room.mixer.hold(True)
    room.wait(1.2)
    assert room.heard[-1] == {"b": 0.0}
    (deck,) = room.loaded
    position = deck.position_seconds
    room.wait(5.0)
    assert deck.position_seconds == position
    assert room.mixer.playback().state is PlayState.PAUSED
    room.mixer.hold(False) if again == "resume" else room.play("c")
    room.wait(1.0)

    assert room.heard[-1] == pytest.approx({"b" if again == "resume" else "c": room.full})


def test_a_stop_in_a_crossfade_silences_both() -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(1.0)
    room.mixer.want(None)
    room.wait(0.4)
    assert all(0 < factor < room.full for factor in room.heard[-1].values())
    room.wait(0.6)

    assert room.mixer.silent
    assert room.news == []


def test_a_third_track_waits_until_a_deck_is_free() -> None:
    room = Room()
    for title in "abcde":
        room.play(title)
        room.wait(0.6)
    room.wait(3.0)

    assert room.heard[-1] == pytest.approx({"e": room.full})
    steps = [
        abs(now.get(title, 0.0) - then.get(title, 0.0))
        for then, now in zip(room.heard, room.heard[1:], strict=False)
        for title in "abcde"
    ]
    assert max(steps) < 0.35 * room.full


def test_a_torn_track_in_a_crossfade_leaves_room_for_the_next() -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    torn = room.play("torn")
    room.wait(STEP * 2)
    assert room.news == [TrackEnded(torn, failed=True)]
    room.play("b")
    room.wait(3.0)

    assert min(sum(factor**2 for factor in heard.values()) for heard in room.heard[-75:]) > 0.7 * room.full**2
    assert room.heard[-1] == pytest.approx({"b": room.full})


def test_an_output_for_one_stream_gets_one_after_the_other() -> None:
    room = Room(crossfade_seconds=3.0)
    room.takes_one = True
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(4.0)
    assert [deck.wish.track.title for deck in room.made] == ["a", "b", "b"]
    assert room.heard[-1] == pytest.approx({"b": room.full})
    assert room.loaded[0].position_seconds == pytest.approx(4.0 - 0.5 - 0.8, abs=0.5)
    room.play("c", length=8.0)
    room.wait(2.0)

    assert len(room.made) == 4
    assert room.heard[-1] == pytest.approx({"c": room.full})
    room.wait(6.0)
    assert room.news == []


def test_a_new_volume_is_a_ramp() -> None:
    room = Room()
    room.play("a")
    room.wait(2.0)
    room.volume = 85
    room.wait(0.2)
    assert 0.55**3 < room.heard[-1]["a"] < 0.85**3
    room.wait(0.5)

    steps = [now["a"] - then["a"] for then, now in zip(room.heard[-18:], room.heard[-17:], strict=False)]
    assert max(steps) < 0.1
    assert room.heard[-1]["a"] == pytest.approx(0.85**3)


def test_a_track_begins_at_a_place_in_it() -> None:
    room = Room()
    room.play("a", start_seconds=30.0)
    assert room.mixer.playback().position_seconds == 30.0
    room.wait(1.0)

    assert room.mixer.playback().position_seconds == pytest.approx(30.9, abs=0.1)


moves = st.sampled_from(["play", "short", "torn", "pause", "resume", "stop", "wait", "wait longer"])


@settings(max_examples=50)
@given(moves=st.lists(moves, max_size=12), crossfade=st.sampled_from([0.0, 0.3, 2.0]), takes_one=st.booleans())
def test_whatever_is_asked_the_cap_holds_and_the_last_wish_comes(
    moves: list[str], crossfade: float, takes_one: bool
) -> None:
    room = Room(crossfade_seconds=crossfade, start_volume_percent=100, maximum_volume_percent=60)
    room.takes_one = takes_one
    for number, move in enumerate(moves):
        if move in ("play", "short", "torn"):
            room.play(f"{move} {number}", length=0.5 if move == "short" else None)
        elif move == "stop":
            room.mixer.want(None)
        elif move in ("pause", "resume"):
            room.mixer.hold(move == "pause")
        room.wait(2.0 if move == "wait longer" else 0.2)
    room.play("last")
    room.wait(8.0)

    assert room.heard[-1] == pytest.approx({"last": 0.6**3})
    assert all(sum(factor**2 for factor in heard.values()) <= 1.001 * 0.6**6 for heard in room.heard)


def test_what_is_broken_off_goes_on_where_it_was_and_fades_in() -> None:
    room = Room()
    room.play("a", 60.0)
    room.wait(5.0)
    before = room.loaded[0].position_seconds
    room.mixer.break_off()
    room.wait(3.0)
    assert room.loaded == []
    assert room.mixer.playback().state is PlayState.PLAYING
    assert room.mixer.playback().position_seconds == before

    room.mixer.go_on()
    room.wait(1.0)
    assert room.loaded[0].wish.start_seconds == before
    rising = [level for level in room.levels("a", 25) if 0 < level < room.full]
    assert len(rising) * STEP == pytest.approx(0.4, abs=0.1)
    assert room.levels("a", 3) == pytest.approx([room.full] * 3)
    assert room.news == []


def test_what_is_broken_off_in_a_crossfade_leaves_the_new_track() -> None:
    room = Room()
    room.play("a")
    room.wait(3.0)
    room.play("b")
    room.wait(1.0)
    room.mixer.break_off()
    room.mixer.go_on()
    room.wait(1.0)
    assert [deck.wish.track.title for deck in room.loaded] == ["b"]


def test_a_new_output_is_tried_with_two_streams_again() -> None:
    room = Room()
    room.takes_one = True
    room.play("a")
    room.wait(2.0)
    room.play("b")
    room.wait(4.0)
    room.mixer.break_off()
    room.takes_one = False
    room.mixer.go_on()
    room.wait(2.0)

    room.play("c")
    room.wait(1.0)
    assert room.heard[-1].keys() == {"b", "c"}


def test_a_pause_lasts_over_a_break() -> None:
    room = Room()
    room.play("a")
    room.wait(3.0)
    room.mixer.hold(True)
    room.wait(2.0)
    room.mixer.break_off()
    room.mixer.go_on()
    room.wait(2.0)
    assert room.loaded == []
    assert room.mixer.playback().state is PlayState.PAUSED

    room.mixer.hold(False)
    room.wait(1.0)
    assert room.levels("a", 1) == pytest.approx([room.full])


def test_a_track_of_which_nothing_sounded_waits_at_its_begin() -> None:
    room = Room()
    room.silent = True
    room.play("a", start_seconds=7.0)
    room.wait(4.0)
    assert room.mixer.takes_sound is False
    room.mixer.break_off()
    assert room.mixer.playback().position_seconds == 7.0
    assert room.mixer.takes_sound is None


def test_an_end_that_was_told_is_not_told_again_after_a_break() -> None:
    room = Room()
    track = room.play("a", 10.0)
    room.wait(9.0)
    assert room.news == [TrackEnded(track, failed=False)]
    room.mixer.break_off()
    room.mixer.go_on()
    room.wait(12.0)
    assert len(room.news) == 1
