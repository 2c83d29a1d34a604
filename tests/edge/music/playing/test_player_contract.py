"""What every music player does, the fake one and the one on libVLC."""

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

import pytest
from edge.music.fake_player import FakePlayer
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.config import load
from mien.music.playing.vlc_player import VlcPlayer
from mien.ports import MusicPlayer
from mien.types import Affect, Playback, PlayState, Track, TrackEnded

END_SECONDS = 10.0


class Stage(Protocol):
    """A player, the news it told, and a way to a track's end."""

    player: MusicPlayer
    news: SimpleQueue[TrackEnded]

    def let_it_end(self) -> None: ...


class FakeStage:
    def __init__(self) -> None:
        self.news: SimpleQueue[TrackEnded] = SimpleQueue()
        self._fake = FakePlayer(self.news.put, playable=lambda track: track.path.suffix == ".wav")
        self.player: MusicPlayer = self._fake

    def let_it_end(self) -> None:
        self._fake.reach_the_end()


class VlcStage:
    def __init__(self) -> None:
        self.news: SimpleQueue[TrackEnded] = SimpleQueue()
        changes = {"output": "silent", "fade_in_seconds": 0.05, "fade_out_seconds": 0.1, "start_volume_percent": 55}
        self.player: MusicPlayer = VlcPlayer(load(None, {"audio": changes}).audio, self.news.put)

    def let_it_end(self) -> None:
        """Its tracks are short: only wait."""


@pytest.fixture(params=[FakeStage, VlcStage])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    made: Callable[[], Stage] = request.param
    stage = made()
    yield stage
    stage.player.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    write_tone(folder / "short.wav", 440, 0.6)
    write_tone(folder / "long.wav", 440, 30.0)
    write_tone(folder / "other.wav", 660, 30.0)
    (folder / "torn.mp3").write_bytes(b"no music at all\n" * 100)
    return folder


def track(folder: Path, name: str) -> Track:
    return Track(folder / name, name, None, None, None, Affect(0, 0), "prior")


def shows(stage: Stage, state: PlayState, playing: Track | None) -> None:
    def condition() -> bool:
        playback = stage.player.playback()
        return playback.state is state and playback.track == playing

    wait_until(condition)


def test_it_begins_stopped(stage: Stage) -> None:
    assert stage.player.playback() == Playback(PlayState.STOPPED, None, 0.0)


def test_it_plays_pauses_resumes_and_stops(stage: Stage, folder: Path) -> None:
    long = track(folder, "long.wav")

    stage.player.play(long)
    shows(stage, PlayState.PLAYING, long)
    stage.player.pause()
    shows(stage, PlayState.PAUSED, long)
    stage.player.resume()
    shows(stage, PlayState.PLAYING, long)
    stage.player.stop()
    shows(stage, PlayState.STOPPED, None)

    assert stage.news.empty()


def test_a_track_begins_at_a_place_in_it(stage: Stage, folder: Path) -> None:
    long = track(folder, "long.wav")

    stage.player.play(long, 12.0)
    shows(stage, PlayState.PLAYING, long)

    assert 12.0 <= stage.player.playback().position_seconds < 14.0


def test_the_end_of_a_track_is_told_once(stage: Stage, folder: Path) -> None:
    short = track(folder, "short.wav")

    stage.player.play(short)
    stage.let_it_end()

    assert stage.news.get(timeout=END_SECONDS) == TrackEnded(short, failed=False)
    shows(stage, PlayState.STOPPED, None)
    with pytest.raises(Empty):
        stage.news.get(timeout=0.2)


@pytest.mark.parametrize("name", ["torn.mp3", "missing.mp3"])
def test_what_cannot_be_played_is_told(stage: Stage, folder: Path, name: str) -> None:
    bad = track(folder, name)

    stage.player.play(bad)

    assert stage.news.get(timeout=END_SECONDS) == TrackEnded(bad, failed=True)
    shows(stage, PlayState.STOPPED, None)


def test_another_track_takes_the_place_of_the_first_without_news(stage: Stage, folder: Path) -> None:
    first, second = track(folder, "long.wav"), track(folder, "other.wav")
    stage.player.play(first)
    shows(stage, PlayState.PLAYING, first)

    stage.player.play(second)

    shows(stage, PlayState.PLAYING, second)
    assert stage.news.empty()


def test_playing_a_paused_player_lets_it_sound(stage: Stage, folder: Path) -> None:
    first, second = track(folder, "long.wav"), track(folder, "other.wav")
    stage.player.play(first)
    stage.player.pause()
    shows(stage, PlayState.PAUSED, first)

    stage.player.play(second)

    shows(stage, PlayState.PLAYING, second)


def test_pausing_nothing_does_nothing(stage: Stage, folder: Path) -> None:
    long = track(folder, "long.wav")

    stage.player.pause()
    stage.player.resume()
    stage.player.stop()
    stage.player.play(long)

    shows(stage, PlayState.PLAYING, long)


def test_the_volume_is_capped(stage: Stage) -> None:
    assert stage.player.volume_percent == 55
    for asked, given in ((100, 85), (1000, 85), (-5, 0), (40, 40)):
        stage.player.set_volume(asked)
        assert stage.player.volume_percent == given


def test_it_can_be_closed_twice(stage: Stage, folder: Path) -> None:
    stage.player.play(track(folder, "long.wav"))

    stage.player.close()
    stage.player.close()

    assert stage.player.playback().state is PlayState.STOPPED
