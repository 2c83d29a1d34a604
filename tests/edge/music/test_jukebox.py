"""The jukebox with a fake player: whole evenings in milliseconds."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue

import pytest
from edge.music.fake_player import FakePlayer

from mien.config import load
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory
from mien.music.choosing.policies import Policy, policy_of
from mien.music.following import Change
from mien.music.jukebox import Jukebox
from mien.types import (
    Affect,
    Emotion,
    Fault,
    Mood,
    MoodChange,
    Playback,
    PlayState,
    Presence,
    Track,
    TrackEnded,
    Trouble,
)

LIFT = policy_of(load(None, {"music": {"policy": "lift"}}))
PLACES = {"happy": (0.8, 0.45), "sad": (-0.65, -0.4), "calm": (0.45, -0.65), "angry": (-0.7, 0.75)}
TRACKS = tuple(
    Track(
        Path(f"/music/{folder}/{number}.mp3"), f"{folder} {number}", None, None, None, Affect(*place), "folder", folder
    )
    for folder, place in PLACES.items()
    for number in range(4)
)


class Shelf:
    """A library that holds what it is given."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self.held = tuple(tracks)
        self.plugged = True

    def missing(self) -> str | None:
        return None if self.plugged else "The music is away."

    def tracks(self) -> Sequence[Track]:
        return self.held


class Evening:
    """A jukebox, its player, and the queue between them, as the player process has it."""

    def __init__(
        self,
        tracks: Sequence[Track] = TRACKS,
        playable: Callable[[Track], bool] = lambda _track: True,
        policy: Policy = LIFT,
        memory: Memory | None = None,
        change: Change = "now",
        absence_pause_seconds: float = 0.0,
    ) -> None:
        self.events: SimpleQueue[TrackEnded] = SimpleQueue()
        self.player = FakePlayer(self.events.put, playable=playable)
        self.shelf = Shelf(tracks)
        self.jukebox = Jukebox(
            self.shelf,
            Chooser(policy, 8, 1),
            self.player,
            memory,
            change=change,
            absence_pause_seconds=absence_pause_seconds,
        )
        self.now = 0.0
        self.mood = decided(Emotion.NEUTRAL)

    def start(self, mood: Mood) -> None:
        self.mood = mood
        self.jukebox.start(mood)
        self.run()

    def feel(self, mood: Mood) -> None:
        change, self.mood = MoodChange(0.0, self.mood, mood), mood
        self.jukebox.on_mood(change)
        self.run()

    def wait(self, seconds: float, *, eye_works: bool = True) -> None:
        """Let time pass, second by second."""
        for _ in range(round(seconds)):
            self.now += 1.0
            self.player.advance(1.0)
            self.jukebox.on_time(Moment(self.now, 1.7e9 + self.now, 12.0), eye_works=eye_works)
            self.run()

    def let_it_end(self) -> None:
        self.player.reach_the_end()
        self.run()

    def run(self) -> None:
        while not self.events.empty():
            self.jukebox.on_ended(self.events.get())

    @property
    def begun(self) -> list[str]:
        return [track.title.partition(" ")[0] for track in self.player.begun]


def decided(emotion: Emotion) -> Mood:
    return Mood(Presence.DECIDED, emotion, Affect(0.0, 0.0), 0.9)


UNSURE = Mood(Presence.UNSURE, None, Affect(0.0, 0.0), 0.3)
NOBODY = Mood(Presence.NOBODY, None, Affect(0.0, 0.0), 0.0)


def test_it_starts_with_what_fits() -> None:
    evening = Evening()

    evening.start(decided(Emotion.SAD))

    assert evening.begun == ["sad"]
    choice = evening.jukebox.choice
    assert choice is not None
    assert choice.track == evening.player.playback().track
    assert choice.reasons[0] == "in your folder 'sad'"
    assert evening.jukebox.recent == (choice.track.path,)


def test_a_new_mood_changes_the_music() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    evening.feel(decided(Emotion.HAPPY))
    evening.feel(decided(Emotion.FEAR))

    assert evening.begun == ["sad", "happy", "calm"]


def test_what_fits_the_new_mood_as_well_plays_on() -> None:
    evening = Evening()
    evening.start(decided(Emotion.FEAR))

    evening.feel(decided(Emotion.ANGRY))  # lifted to nearly the same place

    assert evening.begun == ["calm"]


@pytest.mark.parametrize("passing", [UNSURE, NOBODY, decided(Emotion.SURPRISE)])
def test_an_unclear_or_passing_mood_keeps_the_track_and_changes_the_next(passing: Mood) -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    evening.feel(passing)
    assert evening.begun == ["sad"]

    evening.let_it_end()
    assert evening.begun[1] != "sad"


def test_the_end_of_a_track_begins_another() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    for _ in range(3):
        evening.let_it_end()

    assert evening.begun == ["sad"] * 4
    assert len({track.path for track in evening.player.begun}) == 4


def test_skip_goes_to_the_next() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    evening.jukebox.skip()

    assert evening.begun == ["sad", "sad"]
    assert evening.player.begun[0] != evening.player.begun[1]


def test_a_track_that_was_asked_for_plays_to_its_end() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    evening.jukebox.play(TRACKS[0])
    evening.feel(decided(Emotion.FEAR))
    assert evening.begun == ["sad", "happy"]
    assert evening.jukebox.choice is not None
    assert evening.jukebox.choice.reasons == ("you asked for it",)

    evening.let_it_end()
    assert evening.begun == ["sad", "happy", "calm"]


def test_late_news_of_another_track_is_ignored() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    first = evening.player.begun[0]
    evening.feel(decided(Emotion.HAPPY))

    evening.jukebox.on_ended(TrackEnded(first, failed=False))

    assert evening.begun == ["sad", "happy"]


def test_a_torn_track_is_skipped() -> None:
    torn = {TRACKS[4], TRACKS[5]}
    evening = Evening(playable=lambda track: track not in torn)

    evening.start(decided(Emotion.SAD))
    for _ in range(2):
        evening.let_it_end()

    assert [track for track in evening.player.begun if track not in torn][-1] == evening.player.playback().track
    assert evening.player.playback().state is PlayState.PLAYING
    assert evening.jukebox.problem is None


def test_a_library_of_torn_files_stops_and_says_so() -> None:
    evening = Evening(playable=lambda _track: False)

    evening.start(decided(Emotion.SAD))

    assert len(evening.player.begun) == 10
    assert len({track.path for track in evening.player.begun}) == 10
    assert evening.jukebox.choice is None
    assert evening.jukebox.problem is not None
    assert evening.jukebox.problem.message.startswith("10 tracks in a row could not be played")
    assert evening.player.playback().state is PlayState.STOPPED


def test_a_small_library_of_torn_files_tries_each_once() -> None:
    evening = Evening(TRACKS[:3], playable=lambda _track: False)

    evening.start(decided(Emotion.SAD))

    assert len(evening.player.begun) == 3
    assert evening.jukebox.problem is not None


def test_it_tries_again_with_the_next_mood() -> None:
    mended: list[bool] = []
    evening = Evening(playable=lambda _track: bool(mended))
    evening.start(decided(Emotion.SAD))

    mended.append(True)
    evening.feel(decided(Emotion.HAPPY))

    assert evening.begun[-1] == "happy"
    assert evening.jukebox.problem is None


def test_a_pause_lasts_through_a_new_mood_which_is_followed_after_it() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.jukebox.pause()

    evening.feel(decided(Emotion.HAPPY))
    assert (evening.begun, evening.player.playback().state) == (["sad"], PlayState.PAUSED)

    evening.jukebox.resume()
    assert (evening.begun, evening.player.playback().state) == (["sad", "happy"], PlayState.PLAYING)


def test_after_a_pause_without_a_new_mood_the_track_goes_on() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    paused = evening.player.playback().track

    for _ in range(2):
        evening.jukebox.pause()
        evening.jukebox.resume()

    assert evening.player.playback() == Playback(PlayState.PLAYING, paused, 0.0)
    assert evening.begun == ["sad"]


def test_a_track_that_is_lost_in_a_pause_leaves_the_next_one_paused() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    (lost,) = evening.player.begun
    evening.jukebox.pause()

    evening.jukebox.on_ended(TrackEnded(lost, failed=True))

    assert evening.player.playback() == Playback(PlayState.PAUSED, evening.player.begun[-1], 0.0)
    assert evening.player.begun[-1] != lost


@pytest.mark.parametrize("another", [Jukebox.skip, lambda jukebox: jukebox.play(TRACKS[0])])
def test_what_is_begun_by_hand_ends_a_pause(another: Callable[[Jukebox], None]) -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.jukebox.pause()

    another(evening.jukebox)
    evening.let_it_end()

    assert evening.player.playback().state is PlayState.PLAYING


def test_a_disk_that_comes_back_is_noticed() -> None:
    there: list[bool] = []
    evening = Evening(playable=lambda _track: bool(there))
    evening.start(decided(Emotion.SAD))

    evening.jukebox.retry()
    evening.run()
    assert len(evening.player.begun) == 11  # one more, and not ten
    assert evening.jukebox.problem is not None

    there.append(True)
    evening.jukebox.retry()
    assert evening.jukebox.problem is None
    playing = evening.player.playback()
    assert playing.state is PlayState.PLAYING

    evening.feel(decided(Emotion.HAPPY))
    assert evening.begun[-1] == "happy"
    evening.let_it_end()
    assert evening.player.playback().state is PlayState.PLAYING


def unplugged(evening: Evening, seconds: float) -> Track:
    """Pull the disk after some seconds of a track, which then ends early; return the track."""
    track = evening.player.playback().track
    assert track is not None
    evening.wait(seconds)
    evening.shelf.plugged = False
    evening.let_it_end()
    return track


def test_a_disk_that_is_pulled_is_named_and_the_track_goes_on_when_it_is_back() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    track = unplugged(evening, 63.0)
    assert evening.jukebox.problem == Trouble(Fault.LIBRARY_MISSING, "The music is away.")
    assert evening.player.playback().state is PlayState.STOPPED
    evening.wait(600.0)
    evening.jukebox.retry()
    assert len(evening.begun) == 1

    evening.shelf.plugged = True
    evening.wait(2.0)
    assert evening.jukebox.problem is None
    assert (evening.player.begun[-1], evening.player.places[-1]) == (track, 63.0)
    evening.let_it_end()
    assert evening.begun == ["sad", "sad", "sad"]


def test_another_mood_meanwhile_gets_a_track_of_its_own() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    unplugged(evening, 63.0)
    evening.feel(decided(Emotion.HAPPY))
    assert evening.begun == ["sad"]

    evening.shelf.plugged = True
    evening.wait(2.0)
    assert evening.begun == ["sad", "happy"]
    assert evening.player.places[-1] == 0.0


def test_a_track_that_somebody_asks_for_waits_for_the_disk_too() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    unplugged(evening, 5.0)
    evening.jukebox.play(TRACKS[0])
    evening.shelf.plugged = True
    evening.wait(2.0)
    assert evening.player.begun[-1] == TRACKS[0]


def test_a_start_without_the_disk_resumes_once_it_is_there() -> None:
    evening = Evening()
    evening.shelf.plugged = False
    evening.jukebox.start(decided(Emotion.SAD), (TRACKS[5], 42.0))
    assert evening.player.begun == []
    evening.wait(30.0)
    evening.shelf.plugged = True
    evening.wait(2.0)
    assert (evening.player.begun, evening.player.places) == ([TRACKS[5]], [42.0])


def test_a_pause_outlasts_a_start_without_the_disk() -> None:
    evening = Evening()
    evening.shelf.plugged = False
    evening.jukebox.start(decided(Emotion.SAD), (TRACKS[5], 42.0))
    evening.jukebox.pause()
    evening.wait(30.0)
    assert evening.jukebox.paused_by_hand

    evening.shelf.plugged = True
    evening.wait(2.0)
    assert evening.player.playback() == Playback(PlayState.PAUSED, TRACKS[5], 42.0)
    evening.jukebox.resume()
    assert evening.player.playback() == Playback(PlayState.PLAYING, TRACKS[5], 42.0)


def test_a_pause_outlasts_a_disk_that_is_pulled_and_a_mood_meanwhile() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.jukebox.pause()
    unplugged(evening, 5.0)
    evening.feel(decided(Emotion.HAPPY))
    evening.shelf.plugged = True
    evening.wait(2.0)
    assert (evening.begun, evening.player.playback().state) == (["sad", "happy"], PlayState.PAUSED)
    assert evening.jukebox.paused_by_hand


@pytest.mark.parametrize("hand", [Jukebox.resume, Jukebox.skip, lambda jukebox: jukebox.play(TRACKS[5])])
def test_a_hand_ends_the_pause_of_what_waits_for_the_disk(hand: Callable[[Jukebox], None]) -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.jukebox.pause()
    unplugged(evening, 5.0)
    hand(evening.jukebox)
    evening.shelf.plugged = True
    evening.wait(2.0)
    assert evening.player.playback().state is PlayState.PLAYING


def test_a_disk_that_comes_back_empty_is_told_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    unplugged(evening, 5.0)
    evening.feel(UNSURE)
    evening.shelf.plugged, evening.shelf.held = True, ()
    evening.wait(20.0)
    assert caplog.messages.count("The music is back.") == 1

    evening.shelf.held = TRACKS
    evening.jukebox.retry()
    assert len(evening.begun) == 2
    assert evening.jukebox.problem is None


def test_a_pulled_disk_is_held_against_no_track(tmp_path: Path) -> None:
    with Memory(tmp_path / "memory.sqlite") as memory:
        evening = Evening(memory=memory)
        evening.start(decided(Emotion.SAD))
        unplugged(evening, 5.0)
        assert list(memory.events()) == []


def test_a_single_file_that_vanished_is_skipped() -> None:
    gone = TRACKS[4]
    evening = Evening(playable=lambda track: track != gone)
    evening.start(decided(Emotion.SAD))
    evening.jukebox.play(gone)
    evening.run()
    assert evening.jukebox.problem is None
    assert evening.player.playback().track not in (None, gone)


def test_trying_again_leaves_what_plays_and_an_empty_library_alone() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))
    evening.jukebox.retry()
    assert evening.begun == ["sad"]

    empty = Evening([])
    empty.start(decided(Emotion.SAD))
    empty.jukebox.retry()
    assert empty.jukebox.problem is not None


def test_an_empty_library_is_a_problem_that_can_pass() -> None:
    evening = Evening([])
    evening.start(decided(Emotion.SAD))
    assert evening.jukebox.problem is not None
    assert "mien library scan" in evening.jukebox.problem.message

    evening.shelf.held = TRACKS
    evening.jukebox.skip()

    assert evening.begun == ["sad"]
    assert evening.jukebox.problem is None


def test_the_same_seed_gives_the_same_evening() -> None:
    def evening() -> list[Track]:
        played = Evening()
        played.start(decided(Emotion.SAD))
        for emotion in (Emotion.HAPPY, Emotion.ANGRY, Emotion.SAD, Emotion.NEUTRAL):
            played.let_it_end()
            played.feel(decided(emotion))
        return played.player.begun

    assert evening() == evening()


GUIDED = policy_of(load(None, {"music": {"policy": "lift", "guided": True}}))
DRIVE = policy_of(load(None, {"music": {"policy": "drive"}}))


def test_a_track_goes_on_where_it_was() -> None:
    evening = Evening()

    evening.jukebox.start(NOBODY, resumed=(TRACKS[5], 61.5))

    assert evening.player.playback() == Playback(PlayState.PLAYING, TRACKS[5], 61.5)
    assert evening.jukebox.recent == (TRACKS[5].path,)
    evening.feel(decided(Emotion.SAD))  # it fits
    assert evening.begun == ["sad"]
    evening.let_it_end()
    assert evening.player.places == [61.5, 0.0]
    assert evening.player.begun[1] != TRACKS[5]


def test_a_track_that_cannot_go_on_is_followed_by_one_that_can() -> None:
    evening = Evening(playable=lambda track: track != TRACKS[5])

    evening.jukebox.start(decided(Emotion.SAD), resumed=(TRACKS[5], 61.5))
    evening.run()

    assert evening.begun == ["sad", "sad"]
    assert evening.jukebox.problem is None


def test_a_mood_waits_for_the_end_of_the_track_where_it_should() -> None:
    evening = Evening(change="track_end")
    evening.start(decided(Emotion.SAD))

    evening.feel(decided(Emotion.HAPPY))
    evening.feel(decided(Emotion.FEAR))
    assert evening.begun == ["sad"]

    evening.let_it_end()
    assert evening.begun == ["sad", "calm"]


def test_only_for_an_angry_or_frightened_driver_does_no_track_play_to_its_end() -> None:
    evening = Evening(policy=DRIVE, change="track_end")
    evening.start(decided(Emotion.HAPPY))
    assert evening.begun == ["happy"]

    evening.feel(decided(Emotion.SAD))
    assert evening.begun == ["happy"]
    evening.feel(decided(Emotion.ANGRY))
    assert evening.begun == ["happy", "calm"]


def test_a_way_is_walked_track_by_track() -> None:
    places = {"sad": (-0.4, -0.4), "between": (0.1, -0.1), "bright": (0.5, 0.2), "angry": (-0.1, 0.3)}
    shelf = [
        Track(Path(f"/music/{name}/{number}.mp3"), f"{name} {number}", None, None, None, Affect(*place), "audio")
        for name, place in places.items()
        for number in range(4)
    ]
    evening = Evening(shelf, policy=GUIDED)

    evening.start(decided(Emotion.SAD))
    evening.jukebox.skip()  # is no step
    for _ in range(3):
        evening.let_it_end()
    assert evening.begun == ["sad", "sad", "between", "bright", "bright"]
    assert evening.jukebox.choice is not None
    assert "place 3 of 3 on the way" in evening.jukebox.choice.reasons

    evening.feel(decided(Emotion.ANGRY))
    assert evening.begun[-1] == "angry"


def test_two_quick_skips_are_a_doubt_about_the_mood() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    for _ in range(2):
        evening.player.advance(5.0)
        evening.jukebox.skip()
    assert evening.jukebox.doubts_mood
    assert evening.begun[:2] == ["sad", "sad"]
    assert evening.begun[2] != "sad"
    evening.let_it_end()
    assert evening.begun[3] != "sad"

    evening.feel(decided(Emotion.SAD))
    assert not evening.jukebox.doubts_mood
    assert evening.begun[4] == "sad"


def test_late_skips_are_no_doubt() -> None:
    evening = Evening()
    evening.start(decided(Emotion.SAD))

    for _ in range(3):
        evening.player.advance(40.0)
        evening.jukebox.skip()

    assert evening.begun == ["sad"] * 4


def test_an_empty_room_pauses_the_music_until_somebody_comes() -> None:
    evening = Evening(absence_pause_seconds=300.0)
    evening.start(decided(Emotion.SAD))
    evening.wait(10)
    evening.feel(NOBODY)

    evening.wait(290)
    assert evening.player.playback().state is PlayState.PLAYING
    evening.wait(20)
    assert evening.player.playback() == Playback(PlayState.PAUSED, evening.player.begun[0], 311.0)
    evening.wait(1000)
    evening.feel(decided(Emotion.SAD))

    assert evening.player.playback() == Playback(PlayState.PLAYING, evening.player.begun[0], 311.0)
    assert evening.begun == ["sad"]


def test_who_comes_in_another_mood_hears_what_fits_it() -> None:
    evening = Evening(absence_pause_seconds=10.0)
    evening.start(NOBODY)
    evening.wait(20)
    assert evening.player.playback().state is PlayState.PAUSED

    evening.feel(decided(Emotion.SAD))

    assert evening.begun[-1] == "sad"
    assert evening.player.playback().state is PlayState.PLAYING


@pytest.mark.parametrize("order", ["hand first", "room first"])
def test_a_face_does_not_undo_a_pause_by_hand(order: str) -> None:
    evening = Evening(absence_pause_seconds=10.0)
    evening.start(decided(Emotion.SAD))
    evening.feel(NOBODY)
    if order == "hand first":
        evening.jukebox.pause()
    evening.wait(20)
    if order == "room first":
        evening.jukebox.pause()

    evening.feel(decided(Emotion.HAPPY))
    evening.wait(5)
    assert (evening.begun, evening.player.playback().state) == (["sad"], PlayState.PAUSED)

    evening.jukebox.resume()
    assert (evening.begun, evening.player.playback().state) == (["sad", "happy"], PlayState.PLAYING)


@pytest.mark.parametrize("hand", [Jukebox.resume, Jukebox.skip, lambda jukebox: jukebox.play(TRACKS[0])])
def test_a_hand_counts_as_somebody(hand: Callable[[Jukebox], None]) -> None:
    evening = Evening(absence_pause_seconds=10.0)
    evening.start(NOBODY)
    evening.wait(20)
    assert evening.player.playback().state is PlayState.PAUSED

    hand(evening.jukebox)

    evening.wait(9)
    assert evening.player.playback().state is PlayState.PLAYING
    evening.wait(5)
    assert evening.player.playback().state is PlayState.PAUSED


def test_an_eye_that_does_not_work_empties_no_room() -> None:
    evening = Evening(absence_pause_seconds=10.0)
    evening.start(NOBODY)

    evening.wait(100, eye_works=False)
    assert evening.player.playback().state is PlayState.PLAYING
    evening.wait(20)
    assert evening.player.playback().state is PlayState.PAUSED
    evening.wait(60, eye_works=False)
    assert evening.player.playback().state is PlayState.PLAYING


def test_a_track_that_is_lost_in_an_empty_room_leaves_the_next_one_paused() -> None:
    evening = Evening(absence_pause_seconds=10.0)
    evening.start(NOBODY)
    evening.wait(20)
    (lost,) = evening.player.begun

    evening.jukebox.on_ended(TrackEnded(lost, failed=True))
    assert evening.player.playback() == Playback(PlayState.PAUSED, evening.player.begun[-1], 0.0)

    evening.feel(UNSURE)
    assert evening.player.playback().state is PlayState.PLAYING
    assert len(evening.player.begun) == 2


def test_what_is_banned_never_comes_again() -> None:
    evening = Evening(TRACKS[:2])
    evening.start(decided(Emotion.HAPPY))
    (banned,) = evening.player.begun

    evening.jukebox.ban()
    for _ in range(3):
        evening.let_it_end()
    assert banned not in evening.player.begun[1:]

    evening.jukebox.ban()
    assert evening.player.playback().state is PlayState.STOPPED
    assert evening.jukebox.problem is not None
    assert "banned" in evening.jukebox.problem.message


def test_what_is_wrong_for_a_mood_is_right_for_another() -> None:
    evening = Evening([TRACKS[4], TRACKS[5], TRACKS[8]])
    evening.start(decided(Emotion.SAD))
    wrong = evening.player.begun[0]

    evening.jukebox.wrong_mood()
    for _ in range(3):
        evening.let_it_end()
    assert wrong not in evening.player.begun[1:]

    evening.jukebox.wrong_mood()
    evening.let_it_end()
    evening.feel(decided(Emotion.DISGUST))
    for _ in range(3):
        evening.let_it_end()
    assert wrong in evening.player.begun[4:]


def test_to_like_goes_on_and_nothing_can_be_said_of_silence() -> None:
    evening = Evening()
    for say in (evening.jukebox.like, evening.jukebox.ban, evening.jukebox.wrong_mood):
        say()
    assert evening.begun == []

    evening.start(decided(Emotion.SAD))
    evening.jukebox.like()

    assert evening.begun == ["sad"]


def test_all_that_happens_is_remembered(tmp_path: Path) -> None:
    with Memory(tmp_path / "memory.sqlite") as memory:
        evening = Evening(memory=memory, playable=lambda track: track != TRACKS[12])
        evening.start(decided(Emotion.SAD))
        evening.wait(20)
        evening.jukebox.skip()
        evening.wait(40)
        evening.jukebox.like()
        evening.feel(decided(Emotion.HAPPY))
        evening.let_it_end()
        evening.jukebox.play(TRACKS[12])
        evening.run()
        told = list(memory.events())

    assert [(one.kind, one.mood, one.seconds) for one in told] == [
        (Kind.SKIPPED, "sad", 20.0),
        (Kind.LIKED, "sad", 40.0),
        (Kind.REPLACED, "sad", 40.0),
        (Kind.FINISHED, "happy", 0.0),
        (Kind.REPLACED, "happy", 0.0),
        (Kind.FAILED, "", 0.0),
    ]
    assert [one.at for one in told] == [1.7e9 + 20.0, *[1.7e9 + 60.0] * 5]
    assert told[0].path == evening.player.begun[0].path


def test_a_restart_does_not_begin_the_same_evening_again(tmp_path: Path) -> None:
    def evening() -> list[Track]:
        with Memory(tmp_path / "memory.sqlite") as memory:
            played = Evening(memory=memory)
            played.start(decided(Emotion.SAD))
            played.let_it_end()
            return played.player.begun[:1]

    assert len({evening()[0].path for _ in range(4)}) == 4


def test_what_was_liked_comes_first_among_its_equals(tmp_path: Path) -> None:
    for liked in TRACKS[4:8]:
        with Memory(tmp_path / f"{liked.path.stem}.sqlite") as memory:
            memory.add(Event(str(liked.path), liked.path, liked.title, "sad", Kind.LIKED, 1.7e9))
            evening = Evening(memory=memory)
            evening.wait(1)
            evening.start(decided(Emotion.SAD))

            assert evening.player.begun == [liked]
            assert evening.jukebox.choice is not None
            assert "you like it in this mood" in evening.jukebox.choice.reasons
