"""The player with real observations: which folder's music is chosen, and what it shows of itself."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from edge.music.fake_player import FakePlayer
from edge.music.waiting import wait_until
from edge.running_player import ABSENCE_SECONDS, RunningPlayer, running_player, write_library
from edge.web.fake_control import expression_of

from mien.errors import AudioError, LinkError, OutputError, SettingsError
from mien.link.lines import EyeCondition, EyeState
from mien.replay import Rerun
from mien.trace import TraceReader
from mien.trace_lines import Asked, DecidedMood, LessonEnded
from mien.types import (
    EMOTIONS,
    Box,
    Emotion,
    Expression,
    Face,
    Fault,
    Observation,
    Playback,
    PlayState,
    Point,
    Sighting,
    TrackEnded,
)

FACE = Face(Box(100, 100, 200, 220), Point(130, 150), Point(170, 150), 0.9)
UNCLEAR = Expression(tuple(1 / len(EMOTIONS) for _ in EMOTIONS))
STEP_SECONDS = 1 / 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("player") / "music")


class Evening:
    """Somebody in front of the eye; time goes on with what is seen."""

    def __init__(self, running: RunningPlayer) -> None:
        self.running = running
        self.now = 100.0

    def look(self, face: Face | None, expression: Expression | None, seconds: float) -> None:
        for _ in range(round(seconds / STEP_SECONDS)):
            self.now += STEP_SECONDS
            self.running.inbox.put(self._seen(face, expression))
        self.running.settle()

    def _seen(self, face: Face | None, expression: Expression | None) -> Observation:
        return Observation(self.now, () if face is None else (Sighting(face, expression, 1.0),), 640, 480)

    def feel(self, emotion: Emotion, seconds: float = 5.0) -> None:
        self.look(FACE, expression_of(emotion, 0.9), seconds)

    @property
    def mood(self) -> str:
        return self.running.settle().mood.name

    @property
    def played(self) -> list[str]:
        """The folders whose tracks were begun, in order."""
        return [track.path.parent.name for track in self.running.music.begun]


@pytest.fixture
def evening(folder: Path) -> Iterator[Evening]:
    with running_player(folder) as running:
        yield Evening(running)


def test_music_sounds_before_anything_is_seen(evening: Evening) -> None:
    snapshot = evening.running.settle()
    assert evening.played == ["plain"]
    assert snapshot.playback.state is PlayState.PLAYING
    assert (snapshot.mood.name, snapshot.expression, snapshot.eye_connected) == ("nobody", None, False)


def test_the_music_follows_the_mood(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    assert evening.mood == "sad"
    evening.feel(Emotion.HAPPY)
    snapshot = evening.running.settle()
    assert snapshot.mood.name == "happy"
    assert snapshot.expression == expression_of(Emotion.HAPPY, 0.9)
    assert snapshot.choice is not None
    assert snapshot.choice.track == snapshot.playback.track
    assert "in your folder 'happy'" in snapshot.choice.reasons
    assert evening.played == ["plain", "sad", "happy"]


def test_a_glance_changes_nothing(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    for _ in range(5):
        evening.feel(Emotion.HAPPY, 0.4)
        evening.feel(Emotion.SAD, 2.0)
    assert evening.played == ["plain", "sad"]


@pytest.mark.parametrize(("face", "expression", "mood"), [(FACE, UNCLEAR, "unsure"), (None, None, "nobody")])
def test_an_unclear_face_and_an_empty_seat_keep_the_track(
    evening: Evening, face: Face | None, expression: Expression | None, mood: str
) -> None:
    evening.feel(Emotion.SAD)
    evening.look(face, expression, 12.0)
    assert evening.mood == mood
    assert evening.played == ["plain", "sad"]

    evening.running.inbox.put(evening.running.music.reach_the_end)
    evening.running.settle()
    assert evening.played == ["plain", "sad", "plain"]


def test_a_trace_takes_down_what_is_seen_decided_and_asked(folder: Path, tmp_path: Path) -> None:
    trace = tmp_path / "evening.trace"
    with running_player(folder, trace=trace) as running:
        evening = Evening(running)
        evening.feel(Emotion.SAD)
        running.player.learn_baseline()
        evening.feel(Emotion.HAPPY)
        running.player.forget_baseline()
        running.player.learn_baseline()
        running.skipped_seconds += 3600.0  # the eye tells nothing any more: nobody is seen, and no lesson goes on
        wait_until(lambda: evening.mood == "nobody")
    items = list(TraceReader(trace))
    decided = [item.mood.name for item in items if isinstance(item, DecidedMood)]
    assert decided == ["sad", "happy", "nobody"]
    lessons = [item for item in items if isinstance(item, Asked | LessonEnded)]
    assert lessons == [Asked.LEARN, Asked.FORGET, Asked.LEARN, LessonEnded()]
    rerun = Rerun(TraceReader(trace).settings())
    for item in items:
        rerun.take(item)
    again = rerun.result()
    assert [one.mood.name for one in again.decisions] == decided
    assert again.seconds > 3600.0


def test_the_end_of_a_track_begins_another_for_the_same_mood(evening: Evening) -> None:
    evening.feel(Emotion.HAPPY)
    for _ in range(2):
        evening.running.inbox.put(evening.running.music.reach_the_end)
        evening.running.settle()
    begun = evening.running.music.begun
    assert evening.played == ["plain", "happy", "happy", "happy"]
    assert len(set(begun)) == 4


def test_it_shows_the_eye_come_and_go_while_the_music_plays_on(evening: Evening) -> None:
    running = evening.running
    eye = running.connect_eye()
    for number in range(30):
        assert eye.link.send(Observation(number * STEP_SECONDS, (Sighting(FACE, expression_of(Emotion.SAD), 1.0),)))
    wait_until(lambda: running.player.snapshot().mood.name == "sad")
    assert running.settle().expression == expression_of(Emotion.SAD)

    running.disconnect_eye()
    snapshot = running.settle()
    assert (snapshot.eye_connected, snapshot.expression, snapshot.mood.name) == (False, None, "sad")
    assert snapshot.playback.state is PlayState.PLAYING

    running.connect_eye()
    assert running.settle().eye_connected
    assert evening.played == ["plain", "sad"]


def test_trouble_with_the_camera_is_said_and_costs_no_song(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    evening.running.inbox.put(EyeState(EyeCondition.TROUBLE, "The camera is unplugged.", Fault.CAMERA_LOST))
    snapshot = evening.running.settle()
    assert (snapshot.expression, snapshot.mood.name, snapshot.playback.state) == (None, "sad", PlayState.PLAYING)

    assert snapshot.trouble == "The camera is unplugged."

    evening.running.inbox.put(EyeState(EyeCondition.WATCHING, ""))
    evening.feel(Emotion.HAPPY)
    assert evening.played == ["plain", "sad", "happy"]
    assert evening.running.settle().trouble is None


def test_trouble_stays_until_the_next_eye_sees(evening: Evening) -> None:
    eye = evening.running.connect_eye()
    assert eye.link.send(EyeState(EyeCondition.TROUBLE, "The camera is unplugged.", Fault.CAMERA_LOST))
    wait_until(lambda: evening.running.player.snapshot().trouble == "The camera is unplugged.")
    evening.running.disconnect_eye()
    assert evening.running.settle().trouble == "The camera is unplugged."
    eye = evening.running.connect_eye()
    assert eye.link.send(EyeState(EyeCondition.WATCHING, ""))
    wait_until(lambda: evening.running.player.snapshot().trouble is None)


def test_an_eye_that_tells_nothing_any_more_sees_nobody(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    evening.running.skipped_seconds += 4.0  # less than absence_seconds
    assert evening.mood == "sad"
    assert evening.running.settle().expression is None

    evening.running.skipped_seconds += 2.0
    assert evening.mood == "nobody"
    assert evening.played == ["plain", "sad"]

    evening.now += 6.0
    evening.feel(Emotion.HAPPY)
    assert evening.mood == "happy"


def test_a_new_mood_does_not_end_a_pause(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    evening.running.player.pause()
    evening.feel(Emotion.HAPPY)
    snapshot = evening.running.settle()
    assert (snapshot.mood.name, snapshot.playback.state) == ("happy", PlayState.PAUSED)
    assert evening.played == ["plain", "sad"]

    evening.running.player.resume()
    assert evening.running.settle().playback.state is PlayState.PLAYING
    assert evening.played == ["plain", "sad", "happy"]


def test_after_a_gap_the_mood_is_decided_anew(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    evening.now += 3600.0  # the eye was away for an hour
    evening.feel(Emotion.HAPPY)
    assert evening.mood == "happy"


@pytest.mark.parametrize("ends", [True, False])
def test_the_end_of_the_source_ends_a_run_that_was_for_it_alone(folder: Path, ends: bool) -> None:
    with running_player(folder, ends_with_source=ends) as running:
        running.inbox.put(EyeState(EyeCondition.TROUBLE, "It is opened."))
        running.settle()
        running.inbox.put(EyeState(EyeCondition.ENDED, "The source came to its end."))
        if ends:
            wait_until(lambda: running.ended)
        else:
            assert running.settle().playback.state is PlayState.PLAYING
        assert running.failure is None


class MortalPlayer(FakePlayer):
    """Dies when it is paused, as libVLC's thread may at any time."""

    def playback(self) -> Playback:
        playback = super().playback()
        if playback.state is PlayState.PAUSED:
            raise AudioError("The music player died: start mien again.")
        return playback


def test_a_music_player_that_died_ends_the_run_with_its_sentence(folder: Path) -> None:
    with running_player(folder, music=MortalPlayer) as running:
        running.player.pause()
        wait_until(lambda: running.ended)
        assert isinstance(running.failure, AudioError)


class UnpluggedPlayer(FakePlayer):
    """Plays nothing until its disk is back."""

    def __init__(self, on_ended: Callable[[TrackEnded], None]) -> None:
        super().__init__(on_ended, playable=lambda _track: self.plugged)
        self.plugged = False


def test_silence_is_said_and_ends_when_the_music_is_back(folder: Path) -> None:
    with running_player(folder, music=UnpluggedPlayer) as running:
        wait_until(lambda: running.player.snapshot().trouble is not None)
        eye = running.connect_eye()
        assert eye.link.send(EyeState(EyeCondition.TROUBLE, "The camera is unplugged.", Fault.CAMERA_LOST))
        wait_until(lambda: len(running.player.snapshot().troubles) == 2)
        trouble = running.settle().trouble or ""
        assert trouble.startswith("10 tracks in a row could not be played")

        assert isinstance(running.music, UnpluggedPlayer)
        running.music.plugged = True
        assert running.settle().playback.state is PlayState.STOPPED
        running.skipped_seconds += 31.0
        snapshot = running.settle()
        assert (snapshot.playback.state, snapshot.trouble) == (PlayState.PLAYING, "The camera is unplugged.")


def test_stop_ends_the_run_from_any_thread(evening: Evening) -> None:
    evening.running.stop()
    wait_until(lambda: evening.running.ended)
    assert evening.running.failure is None


def test_the_music_waits_while_the_room_is_empty_and_goes_on_for_who_comes(evening: Evening) -> None:
    evening.running.connect_eye()
    evening.feel(Emotion.HAPPY)
    evening.look(None, None, 6.0)
    assert evening.mood == "nobody"
    before = evening.running.settle().playback
    assert before.state is PlayState.PLAYING
    for _ in range(round(ABSENCE_SECONDS / 2.0)):
        evening.running.skipped_seconds += 2.0
        evening.look(None, None, STEP_SECONDS)
    assert evening.running.settle().playback == replace(before, state=PlayState.PAUSED)
    evening.feel(Emotion.HAPPY)
    assert evening.running.settle().playback == before


def test_without_an_eye_that_its_owner_turned_off_music_plays_and_nothing_is_wrong(folder: Path) -> None:
    with running_player(folder, may_watch=False) as running:
        running.skipped_seconds = 10 * ABSENCE_SECONDS
        shown = running.settle()
        assert (shown.playback.state, shown.troubles) == (PlayState.PLAYING, ())
        assert running.music.begun[0].path.parent.name == "plain"


def test_no_music_stops_for_a_camera_that_tells_nothing(evening: Evening) -> None:
    evening.running.connect_eye()
    evening.look(None, None, 6.0)
    evening.running.inbox.put(EyeState(EyeCondition.TROUBLE, "The camera is unplugged.", Fault.CAMERA_LOST))
    evening.running.skipped_seconds += 2 * ABSENCE_SECONDS
    assert evening.running.settle().playback.state is PlayState.PLAYING


@pytest.mark.parametrize("paused", [False, True])
def test_the_next_start_goes_on_where_the_music_was(tmp_path: Path, paused: bool) -> None:
    folder = write_library(tmp_path / "music", seconds=30.0)
    with running_player(folder, resumes=True) as running:
        running.player.play(folder / "sad/1.wav")
        running.player.set_volume(40)
        running.settle()
        running.music.advance(12.0)
        if paused:
            running.player.pause()
        running.settle()
    with running_player(folder, resumes=True) as running:
        snapshot = running.settle()
        assert snapshot.playback.track is not None
        assert snapshot.playback.track.path == folder / "sad/1.wav"
        assert snapshot.playback.position_seconds == pytest.approx(12.0, abs=0.5)
        assert snapshot.playback.state is (PlayState.PAUSED if paused else PlayState.PLAYING)
        assert snapshot.volume_percent == 40


def test_a_track_that_was_nearly_over_or_is_gone_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = write_library(tmp_path / "music", seconds=30.0)
    with running_player(folder, resumes=True) as running:
        running.player.play(folder / "sad/1.wav")
        running.settle()
        running.music.advance(25.0)
        running.skipped_seconds += 2.0
        wait_until(lambda: running.player.snapshot().playback.position_seconds == pytest.approx(25.0))
    with running_player(folder, resumes=True) as running:
        running.settle()
        assert running.music.places == [0.0]
        running.player.play(folder / "sad/1.wav")
        running.settle()
    (folder / "sad/1.wav").unlink()
    with running_player(folder, resumes=True) as running:
        track = running.settle().playback.track
        assert track is not None
        assert track.path.exists()


def test_a_mood_chosen_by_hand_wins_until_its_time_is_over(evening: Evening) -> None:
    running = evening.running
    evening.feel(Emotion.HAPPY)
    running.player.override(Emotion.SAD, 30)
    running.settle()
    assert evening.played == ["plain", "happy", "sad"]
    for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.HAPPY):
        evening.feel(emotion)
    snapshot = running.settle()
    assert (snapshot.mood.name, evening.played) == ("happy", ["plain", "happy", "sad"])
    running.inbox.put(running.music.reach_the_end)
    running.settle()
    running.player.skip()
    running.settle()
    assert evening.played == ["plain", "happy", "sad", "sad", "sad"]

    running.skipped_seconds += 29 * 60
    assert running.settle().override is not None
    evening.feel(Emotion.HAPPY)
    running.skipped_seconds += 60
    wait_until(lambda: running.settle().override is None)
    assert evening.played[5:] == ["happy"]


def test_the_mood_that_is_decided_counts_again_once_a_hand_ends_the_other(evening: Evening) -> None:
    running = evening.running
    evening.feel(Emotion.HAPPY)
    running.player.override(Emotion.SAD, 30)
    running.player.override(Emotion.SAD, 60)  # a second one replaces the first
    running.player.end_override()
    snapshot = running.settle()
    assert (snapshot.override, snapshot.mood.name) == (None, "happy")
    assert evening.played == ["plain", "happy", "sad", "happy"]


def test_a_mood_chosen_by_hand_keeps_a_pause_by_hand_and_ends_that_of_an_empty_room(evening: Evening) -> None:
    running = evening.running
    evening.feel(Emotion.HAPPY)
    running.player.pause()
    running.player.override(Emotion.SAD, 30)
    assert running.settle().playback.state is PlayState.PAUSED
    running.player.resume()
    assert running.settle().playback.state is PlayState.PLAYING
    assert evening.played == ["plain", "happy", "sad"]
    running.player.end_override()

    running.connect_eye()
    leave(evening)
    assert running.settle().playback.state is PlayState.PAUSED
    running.player.override(Emotion.SAD, 60)
    assert running.settle().playback.state is PlayState.PLAYING
    leave(evening)
    assert running.settle().playback.state is PlayState.PLAYING  # whatever is seen
    running.player.end_override()
    leave(evening)
    assert running.settle().playback.state is PlayState.PAUSED


def leave(evening: Evening) -> None:
    """Let the room be empty for longer than music plays to it."""
    evening.look(None, None, 12.0)
    for _ in range(round(ABSENCE_SECONDS / 10.0) + 1):
        evening.running.skipped_seconds += 10.0
        evening.look(None, None, STEP_SECONDS)


def test_the_moods_of_late_are_told_the_present_one_last_and_no_more_than_twenty(evening: Evening) -> None:
    running = evening.running
    (first,) = running.settle().past_moods
    assert first.mood == running.settle().mood
    evening.feel(Emotion.SAD)
    running.skipped_seconds += 2.0
    evening.feel(Emotion.HAPPY)
    past = running.settle().past_moods
    assert [one.mood.name for one in past] == ["nobody", "sad", "happy"]
    assert past[-1].mood == running.settle().mood
    assert past[2].since - past[1].since > 2.0
    for number in range(20):
        evening.feel((Emotion.SAD, Emotion.HAPPY)[number % 2])
    past = running.settle().past_moods
    assert [one.mood.name for one in past] == ["sad", "happy"] * 10


def test_what_was_steered_is_kept_over_a_restart_but_not_a_mood(tmp_path: Path) -> None:
    folder = write_library(tmp_path / "music")
    with running_player(folder, resumes=True) as running:
        assert running.player.snapshot().watching
        running.player.set_policy("calm")
        running.player.set_watching(False)
        running.player.override(Emotion.SAD, 30)
        assert running.settle().override is not None
    with running_player(folder, resumes=True) as running:
        snapshot = running.player.snapshot()  # the very first one that anybody sees
        assert (snapshot.watching, snapshot.policy) == (False, "calm")
        assert running.settle().override is None


def test_a_camera_that_the_settings_forbid_is_not_turned_on(folder: Path) -> None:
    with running_player(folder, may_watch=False) as running:
        assert not running.player.snapshot().watching
        with pytest.raises(SettingsError, match="No camera may be opened"):
            running.player.set_watching(True)
        running.player.set_watching(False)
        assert not running.settle().watching


def test_the_eye_is_told_and_its_rest_is_no_trouble_and_no_empty_room(evening: Evening) -> None:
    running = evening.running
    eye = running.connect_eye()
    assert eye.watches.get(timeout=5) is True
    evening.feel(Emotion.SAD)
    running.player.set_watching(False)
    assert eye.watches.get(timeout=5) is False
    assert eye.link.send(EyeState(EyeCondition.RESTING, "The camera is off."))
    wait_until(lambda: running.settle().expression is None)
    for _ in range(3):
        running.skipped_seconds += ABSENCE_SECONDS
        wait_until(lambda: running.settle().mood.name == "nobody")
    snapshot = running.settle()
    assert (snapshot.trouble, snapshot.watching) == (None, False)
    assert snapshot.playback.state is PlayState.PLAYING
    running.player.set_watching(True)
    assert eye.watches.get(timeout=5) is True


def test_an_eye_that_takes_nothing_in_holds_up_nobody_but_who_turns_it_off(folder: Path) -> None:
    held, may_go_on = threading.Event(), threading.Event()

    def watch(_watching: bool) -> None:
        held.set()
        assert may_go_on.wait(10)

    with running_player(folder, watch=watch) as running, ThreadPoolExecutor(1) as other:
        turning = other.submit(running.player.set_watching, False)
        assert held.wait(5)
        running.player.skip()
        running.player.set_volume(20)
        assert running.settle().volume_percent == 20
        assert len(running.player.recommend(running.player.snapshot().mood, 2)) == 2
        may_go_on.set()
        turning.result(5)
        assert not running.settle().watching


def test_the_wish_holds_although_the_eye_does_not_say_that_its_camera_is_closed(tmp_path: Path) -> None:
    def watch(_watching: bool) -> None:
        raise LinkError("The eye does not answer.")

    folder = write_library(tmp_path / "music")
    with running_player(folder, resumes=True, watch=watch) as running:
        with pytest.raises(LinkError, match="The eye does not answer"):
            running.player.set_watching(False)
        assert not running.player.snapshot().watching
    with running_player(folder, resumes=True) as running:
        assert not running.player.snapshot().watching


def test_what_comes_from_a_camera_that_is_off_is_not_taken_in(evening: Evening) -> None:
    evening.feel(Emotion.SAD)
    evening.running.player.set_watching(False)
    evening.feel(Emotion.HAPPY)
    assert evening.mood == "sad"
    evening.running.player.set_watching(True)
    evening.feel(Emotion.HAPPY)
    assert evening.mood == "happy"


def test_an_off_that_cannot_be_kept_is_off_now_and_said(tmp_path: Path) -> None:
    folder = write_library(tmp_path / "music")
    folder.with_name("state").write_text("no folder")
    with running_player(folder, resumes=True) as running:
        eye = running.connect_eye()
        assert eye.watches.get(timeout=5) is True
        for _ in range(2):
            with pytest.raises(
                OutputError, match=r"is off now, but that cannot be kept: .* on again\. What was steered"
            ):
                running.player.set_watching(False)
            assert eye.watches.get(timeout=5) is False
        snapshot = running.settle()
        assert not snapshot.watching
        said = [trouble.message for trouble in snapshot.troubles if trouble.fault is Fault.STATE_UNWRITABLE]
        assert [sentence.partition(" by hand")[0] for sentence in said] == ["What was steered"]
        running.player.set_watching(True)
        assert running.settle().watching


class HeldPlayer:
    """Holds the player's thread until the end of the block."""

    def __init__(self, running: RunningPlayer) -> None:
        self._running = running
        self._may_go_on = threading.Event()

    def __enter__(self) -> None:
        begun = threading.Event()

        def hold() -> None:
            begun.set()
            assert self._may_go_on.wait(10)

        self._running.inbox.put(hold)
        assert begun.wait(5)

    def __exit__(self, *_: object) -> None:
        self._may_go_on.set()


def test_skips_that_wait_are_one(evening: Evening) -> None:
    running = evening.running
    for count in (2, 3):
        with HeldPlayer(running):
            for _ in range(1500):
                running.player.skip()
        running.settle()
        assert len(evening.played) == count


def test_too_much_at_once_is_refused_and_what_the_eye_tells_is_not(evening: Evening) -> None:
    running = evening.running
    with HeldPlayer(running):
        for percent in range(50):
            running.player.set_volume(percent)
        for ask in (
            running.player.skip,
            running.player.pause,
            lambda: running.player.set_volume(99),
            lambda: running.player.recommend(running.player.snapshot().mood, 1),
        ):
            with pytest.raises(LinkError, match="The player is busy"):
                ask()
        running.inbox.put(Observation(evening.now, (Sighting(FACE, expression_of(Emotion.SAD), 1.0),), 640, 480))
    assert running.settle().volume_percent == 49
    assert running.settle().expression == expression_of(Emotion.SAD)
    running.player.skip()
    running.settle()
    assert len(evening.played) == 2


def test_of_two_that_turn_the_camera_the_one_that_is_told_last_is_shown(folder: Path) -> None:
    told: list[bool] = []
    overtaken = threading.Event()

    def watch(watching: bool) -> None:
        told.append(watching)
        if not watching:
            overtaken.wait(0.2)

    with running_player(folder, watch=watch) as running, ThreadPoolExecutor(2) as others:
        turning_off = others.submit(running.player.set_watching, False)
        wait_until(lambda: told == [False])
        turning_on = others.submit(running.player.set_watching, True)
        turning_on.add_done_callback(lambda _: overtaken.set())
        turning_off.result(5)
        turning_on.result(5)
        assert told == [False, True]
        assert running.settle().watching
