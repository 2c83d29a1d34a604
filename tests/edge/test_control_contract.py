"""What every `Control` does: the fake one that the page is tested with, and the player itself."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pytest
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, FakeControl

from mien.errors import LibraryError, LinkError, PictureError
from mien.mood.affect import mood_of
from mien.ports import Control
from mien.types import (
    POLICY_NAMES,
    BaselineStage,
    BaselineState,
    Emotion,
    PlayState,
    PolicyName,
    Snapshot,
    Verdict,
)

WAIT_SECONDS = 5.0
NEUTRAL = mood_of(None)


class Stage(Protocol):
    """A control, two tracks it can play, and an eye that comes and goes."""

    control: Control
    tracks: tuple[Path, Path]

    def connect_eye(self) -> object: ...

    def disconnect_eye(self) -> object: ...


class FakeStage:
    def __init__(self) -> None:
        self.fake = FakeControl()
        self.control: Control = self.fake
        self.tracks = (CHOICES[0].track.path, CHOICES[1].track.path)

    def connect_eye(self) -> object:
        return self.fake.show(eye_connected=True)

    def disconnect_eye(self) -> object:
        return self.fake.show(eye_connected=False)


@contextmanager
def fake_stage(_folder: Path) -> Iterator[Stage]:
    yield FakeStage()


@contextmanager
def player_stage(folder: Path) -> Iterator[Stage]:
    with running_player(write_library(folder / "music")) as running:

        class PlayerStage:
            control: Control = running.player
            tracks = (folder / "music/sad/0.wav", folder / "music/happy/1.wav")
            connect_eye = staticmethod(running.connect_eye)
            disconnect_eye = staticmethod(running.disconnect_eye)

        yield PlayerStage()


@pytest.fixture(params=[fake_stage, player_stage])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    open_stage: Callable[[Path], AbstractContextManager[Stage]] = request.param
    with open_stage(tmp_path) as stage:
        yield stage


def shows(control: Control, condition: Callable[[Snapshot], bool]) -> Snapshot:
    """Wait for a snapshot as a page does: by versions alone."""
    deadline = time.monotonic() + WAIT_SECONDS
    snapshot = control.snapshot()
    while not condition(snapshot):
        assert time.monotonic() < deadline, f"it was not shown in time: {snapshot}"
        snapshot = control.wait(snapshot.version, 0.5)
    return snapshot


def plays(path: Path, state: PlayState = PlayState.PLAYING) -> Callable[[Snapshot], bool]:
    def condition(snapshot: Snapshot) -> bool:
        track = snapshot.playback.track
        return snapshot.playback.state is state and track is not None and track.path == path

    return condition


def quiet(control: Control) -> Snapshot:
    """Return the snapshot after which nothing happens any more by itself."""
    snapshot = control.snapshot()
    while (later := control.wait(snapshot.version, 0.2)).version != snapshot.version:
        snapshot = later
    return snapshot


def test_a_track_of_the_library_is_played_and_shown(stage: Stage) -> None:
    for path in stage.tracks:
        stage.control.play(path)
        snapshot = shows(stage.control, plays(path))
        assert snapshot.choice is not None
        assert snapshot.choice.track == snapshot.playback.track


@pytest.mark.parametrize("path", ["/etc/passwd", "/no/such/track.ogg", "nothing.wav", "../music", "/", "caf\udce9.wav"])
def test_what_is_no_track_of_the_library_is_refused_and_changes_nothing(stage: Stage, path: str) -> None:
    stage.control.play(stage.tracks[0])
    before = shows(stage.control, plays(stage.tracks[0]))
    with pytest.raises(LibraryError, match="The library has no track "):
        stage.control.play(Path(path))
    assert plays(stage.tracks[0])(stage.control.wait(before.version, 0.1))


def test_it_pauses_and_goes_on(stage: Stage) -> None:
    path = stage.tracks[0]
    stage.control.play(path)
    shows(stage.control, plays(path))
    for _ in range(2):  # a second one changes nothing
        stage.control.pause()
        shows(stage.control, plays(path, PlayState.PAUSED))
    for _ in range(2):
        stage.control.resume()
        shows(stage.control, plays(path, PlayState.PLAYING))


@pytest.mark.parametrize("paused", [False, True])
def test_skip_plays_another_track(stage: Stage, paused: bool) -> None:
    stage.control.play(stage.tracks[0])
    shows(stage.control, plays(stage.tracks[0]))
    if paused:
        stage.control.pause()
        shows(stage.control, plays(stage.tracks[0], PlayState.PAUSED))
    stage.control.skip()
    snapshot = shows(stage.control, lambda now: now.choice is not None and now.choice.track.path != stage.tracks[0])
    assert snapshot.playback.state is PlayState.PLAYING


def test_a_liked_track_plays_on_and_a_refused_one_does_not(stage: Stage) -> None:
    path = stage.tracks[0]
    stage.control.play(path)
    before = shows(stage.control, plays(path))
    stage.control.rate(path, Verdict.LIKE)
    assert plays(path)(stage.control.wait(before.version, 0.1))
    stage.control.rate(path, Verdict.WRONG_MOOD)
    other = shows(stage.control, lambda now: now.choice is not None and now.choice.track.path != path)
    assert other.choice is not None
    with pytest.raises(LibraryError, match="does not play any more"):
        stage.control.rate(path, Verdict.BAN)
    second = other.choice.track.path
    stage.control.rate(second, Verdict.BAN)
    shows(stage.control, lambda now: now.choice is not None and now.choice.track.path != second)


def test_playing_ends_a_pause(stage: Stage) -> None:
    first, second = stage.tracks
    stage.control.play(first)
    stage.control.pause()
    shows(stage.control, plays(first, PlayState.PAUSED))
    stage.control.play(second)
    shows(stage.control, plays(second))


def test_the_volume_stays_between_nothing_and_its_cap(stage: Stage) -> None:
    snapshot = stage.control.snapshot()
    assert (snapshot.volume_percent, snapshot.maximum_volume_percent) == (55, 85)
    for asked, given in ((100, 85), (40, 40), (-5, 0), (10**9, 85), (55, 55)):
        stage.control.set_volume(asked)
        shows(stage.control, partial(_has_volume, given))


def _has_volume(percent: int, snapshot: Snapshot) -> bool:
    return snapshot.volume_percent == percent


def test_waiting_ends_with_the_next_change(stage: Stage) -> None:
    before = quiet(stage.control)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(stage.control.wait, before.version, WAIT_SECONDS)
        stage.control.set_volume(10)
        after = waiting.result(WAIT_SECONDS)
    assert after.version > before.version
    assert after.volume_percent == 10


def test_waiting_ends_at_once_for_who_is_behind_and_in_time_when_nothing_happens(stage: Stage) -> None:
    present = quiet(stage.control)
    assert stage.control.wait(present.version - 1, WAIT_SECONDS) == present
    began = time.monotonic()
    assert stage.control.wait(present.version, 0.2) == present
    assert 0.2 <= time.monotonic() - began < 2.0


def test_what_changes_nothing_is_no_news(stage: Stage) -> None:
    present = quiet(stage.control)
    stage.control.set_volume(present.volume_percent)
    assert stage.control.wait(present.version, 0.3) == present


def test_recommendations_are_the_best_first_and_can_be_played(stage: Stage) -> None:
    choices = stage.control.recommend(NEUTRAL, 2)
    scores = [choice.score for choice in choices]
    assert len(choices) == 2
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 and choice.reasons for score, choice in zip(scores, choices, strict=True))
    for choice in choices:
        stage.control.play(choice.track.path)
        shows(stage.control, plays(choice.track.path))


@pytest.mark.parametrize("count", [0, 1, 100])
def test_no_more_is_recommended_than_asked_for_or_there(stage: Stage, count: int) -> None:
    assert len(stage.control.recommend(NEUTRAL, count)) == min(count, len(stage.control.recommend(NEUTRAL, 50)))


def test_a_photo_is_judged_by_the_eye(stage: Stage) -> None:
    stage.connect_eye()
    photo = cv2.imencode(".png", np.zeros((20, 30, 3), np.uint8))[1].tobytes()
    judgement = stage.control.judge(photo)
    assert (judgement.width, judgement.height, judgement.faces) == (30, 20, ())
    for torn in (b"", b"no picture", photo[:40]):
        with pytest.raises(PictureError):
            stage.control.judge(torn)

    stage.disconnect_eye()
    assert not stage.control.snapshot().eye_connected
    with pytest.raises(LinkError):
        stage.control.judge(photo)


def test_a_face_at_rest_is_learned_until_it_is_forgotten(stage: Stage) -> None:
    assert stage.control.snapshot().baseline == BaselineState()
    begun = stage.control.learn_baseline()
    assert (begun.stage, begun.seconds) == (BaselineStage.LEARNING, 0)
    assert begun.message
    shows(stage.control, lambda now: now.baseline == begun)
    assert stage.control.forget_baseline() == BaselineState()
    shows(stage.control, lambda now: now.baseline == BaselineState())


def test_any_thread_may_ask_for_anything(stage: Stage) -> None:
    ended = threading.Event()

    def follow() -> list[int]:
        versions = [stage.control.snapshot().version]
        while not ended.is_set():
            versions.append(stage.control.wait(versions[-1], 0.05).version)
        return versions

    def bother(number: int) -> None:
        for i in range(15):
            stage.control.play(stage.tracks[i % 2])
            stage.control.pause() if number % 2 else stage.control.resume()
            stage.control.set_volume(number + i)
            stage.control.skip()
            stage.control.recommend(NEUTRAL, 1)

    with ThreadPoolExecutor(9) as others:
        followed = others.submit(follow)
        for done in [others.submit(bother, number) for number in range(8)]:
            done.result(30)
        ended.set()
        versions = followed.result(10)
    assert versions == sorted(versions)
    assert versions[-1] > versions[0]
    stage.control.play(stage.tracks[1])
    shows(stage.control, plays(stage.tracks[1]))


def test_a_mood_chosen_by_hand_is_shown_until_it_is_ended(stage: Stage) -> None:
    began = time.time()
    stage.control.override(Emotion.HAPPY, 30)
    shown = shows(stage.control, lambda now: now.override is not None).override
    assert shown is not None
    assert shown.emotion is Emotion.HAPPY
    assert 1800 <= shown.ends_at - began < 1800 + WAIT_SECONDS
    stage.control.override(Emotion.SAD, 1440)
    shown = shows(stage.control, lambda now: now.override is not None and now.override.emotion is Emotion.SAD).override
    assert shown is not None
    for minutes in (10**9, 1440.5, 0.5, 0, -1, float("nan")):
        with pytest.raises(ValueError, match="1 to 1440 minutes"):
            stage.control.override(Emotion.HAPPY, minutes)
    assert stage.control.snapshot().override == shown
    for _ in range(2):
        stage.control.end_override()
        shows(stage.control, lambda now: now.override is None)


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_another_policy_is_shown(stage: Stage, policy: PolicyName) -> None:
    stage.control.set_policy(policy)
    shows(stage.control, lambda now: now.policy == policy)


def test_the_camera_is_turned_off_and_on(stage: Stage) -> None:
    assert stage.control.snapshot().watching
    for watching in (False, False, True, True):
        stage.control.set_watching(watching)
        shows(stage.control, partial(_is_watching, watching))


def _is_watching(watching: bool, snapshot: Snapshot) -> bool:
    return snapshot.watching is watching


def test_a_cover_is_only_that_of_a_track_of_the_library(stage: Stage) -> None:
    assert stage.control.cover(stage.tracks[0]) is None
    for path in ("/etc/passwd", "../cover.jpg", "/no/such/track.ogg"):
        with pytest.raises(LibraryError, match="The library has no track "):
            stage.control.cover(Path(path))
