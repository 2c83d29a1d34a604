"""The jukebox with a fake player: whole evenings in milliseconds."""

from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue

import pytest
from edge.music.fake_player import FakePlayer

from mien.config import load
from mien.music.choice import Chooser
from mien.music.jukebox import Jukebox
from mien.music.policies import policy_of
from mien.types import Affect, Emotion, Mood, MoodChange, Playback, PlayState, Presence, Track, TrackEnded

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

    def tracks(self) -> Sequence[Track]:
        return self.held


class Evening:
    """A jukebox, its player, and the queue between them, as the player process has it."""

    def __init__(
        self, tracks: Sequence[Track] = TRACKS, playable: Callable[[Track], bool] = lambda _track: True
    ) -> None:
        self.events: SimpleQueue[TrackEnded] = SimpleQueue()
        self.player = FakePlayer(self.events.put, playable=playable)
        self.shelf = Shelf(tracks)
        self.jukebox = Jukebox(self.shelf, Chooser(LIFT, 8, 1), self.player)
        self.mood = decided(Emotion.NEUTRAL)

    def start(self, mood: Mood) -> None:
        self.mood = mood
        self.jukebox.start(mood)
        self.run()

    def feel(self, mood: Mood) -> None:
        change, self.mood = MoodChange(0.0, self.mood, mood), mood
        self.jukebox.on_mood(change)
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


def test_a_library_of_torn_files_stops_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    evening = Evening(playable=lambda _track: False)

    evening.start(decided(Emotion.SAD))

    assert len(evening.player.begun) == 10
    assert len({track.path for track in evening.player.begun}) == 10
    assert evening.jukebox.choice is None
    assert evening.jukebox.problem is not None
    assert evening.jukebox.problem.startswith("10 tracks in a row could not be played")
    assert evening.jukebox.problem in caplog.text
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
    assert "mien library scan" in evening.jukebox.problem

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
