"""The place in the music outlives the process and the power."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from edge.music.encoded import Format, encode
from edge.music.recording import level_and_hertz, samples_of
from edge.music.waiting import wait_until
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.music.playing.place import Place, PlaceKeeper
from mien.types import Affect, Playback, PlayState, Track

DAY = 86_400.0
NOW = 1.8e9


def playing(name: str, position: float, state: PlayState = PlayState.PLAYING) -> Playback:
    return Playback(state, Track(Path("/music") / name, name, None, None, None, Affect(0, 0), "prior"), position)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "run" / "mien", tmp_path / "state"


def restarted(folders: tuple[Path, Path], now: float) -> Place | None:
    return PlaceKeeper(*folders).kept(now)


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_nothing_was_kept(folders: tuple[Path, Path]) -> None:
    PlaceKeeper(*folders).keep(Playback(PlayState.STOPPED, None, 0.0), 55, NOW)

    assert restarted(folders, NOW) is None


def test_the_place_comes_back(folders: tuple[Path, Path]) -> None:
    PlaceKeeper(*folders).keep(playing("caf\udce9 ♪.mp3", 83.25, PlayState.PAUSED), 40, NOW)

    assert restarted(folders, NOW + 60) == Place(Path("/music/caf\udce9 ♪.mp3"), 83.25, True, 40, NOW)


def test_a_killed_process_loses_a_second_and_a_power_cut_fifteen(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    disk: list[str] = []
    for tick in range(600):
        keeper.keep(playing("a.mp3", tick / 10), 55, NOW + tick / 10)
        kept = restarted(folders, NOW + tick / 10)
        assert kept is not None
        assert tick / 10 - kept.position_seconds < 1.0
        disk.append((folders[1] / "place.json").read_text())
        assert tick / 10 - json.loads(disk[-1])["position_seconds"] < 15.1

    assert len(set(disk)) == 4
    assert len(files(folders[0])) == len(files(folders[1])) == 1
    for path in folders[0].iterdir():
        path.unlink()
    assert restarted(folders, NOW + 60) is not None


def test_another_track_and_a_pause_go_to_the_disk_at_once(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    changes = (("a.mp3", PlayState.PLAYING), ("a.mp3", PlayState.PAUSED), ("b.mp3", PlayState.PLAYING))
    for tick, (name, state) in enumerate(changes):
        keeper.keep(playing(name, 7.0, state), 55, NOW + tick / 100)
        values = json.loads((folders[1] / "place.json").read_text())
        assert (values["path"], values["paused"]) == (f"/music/{name}", state is PlayState.PAUSED)


def test_a_clock_that_jumps_back_stops_no_keeping(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    keeper.keep(playing("a.mp3", 1.0), 55, NOW)
    keeper.keep(playing("a.mp3", 2.0), 55, NOW - 5000)

    kept = restarted(folders, NOW - 4990)

    assert kept is not None
    assert kept.position_seconds == 2.0


@pytest.mark.parametrize(("age", "there"), [(0.0, True), (DAY - 1, True), (DAY + 1, False), (-10 * DAY, True)])
def test_an_old_place_is_forgotten(folders: tuple[Path, Path], age: float, there: bool) -> None:
    PlaceKeeper(*folders).keep(playing("a.mp3", 1.0), 55, NOW)

    assert (restarted(folders, NOW + age) is not None) == there


def test_a_torn_file_leaves_the_other(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    keeper.keep(playing("a.mp3", 1.0), 55, NOW)
    keeper.keep(playing("a.mp3", 3.0), 55, NOW + 2)
    (often,) = folders[0].iterdir()
    whole = often.read_bytes()

    for length in range(len(whole)):
        often.write_bytes(whole[:length])
        kept = restarted(folders, NOW + 3)
        assert kept is not None
        assert kept.position_seconds == 1.0


@given(content=st.one_of(st.binary(max_size=40), st.recursive(
    st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
        st.sampled_from(["path", "position_seconds", "paused", "volume_percent", "kept_at"]), inner)),
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_nonsense_is_no_place(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "nonsense"
    folder.mkdir(exist_ok=True)
    (folder / "place.json").write_bytes(content)

    assert PlaceKeeper(folder / "none", folder).kept(NOW) is None


def test_a_folder_that_cannot_be_written_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    keeper = PlaceKeeper(tmp_path / "file" / "run", tmp_path / "state")

    for tick in range(3):
        keeper.keep(playing("a.mp3", tick), 55, NOW + tick)

    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, f"The place in the music cannot be kept in {tmp_path}/file/run: Not a directory.")
    ]
    kept = restarted((tmp_path / "file" / "run", tmp_path / "state"), NOW)
    assert kept is not None
    assert os.fspath(kept.path) == "/music/a.mp3"


def sounded(file: Path) -> NDArray[np.float64]:
    """Return which place of the rising sweep sounded in each 50 ms of an audio file."""
    level, hertz = level_and_hertz(samples_of(file))
    return (hertz[level > 1e-3] - 400) / 100


def live(folder: Path, folders: tuple[Path, Path], file: Path, number: int) -> NDArray[np.float64]:
    """Play in a process that is killed just before it keeps the place again; return the places that sounded."""
    recording = folder / f"{number}.wav"
    program = [sys.executable, "-m", "edge.music.playing_child", *map(str, (recording, *folders, file))]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    before = restarted(folders, 0.0)
    aim = 0.5 + (0.0 if before is None else before.position_seconds)

    def played() -> bool:
        place = restarted(folders, 0.0)
        return place is not None and place.position_seconds > aim

    with subprocess.Popen(program, env=environment) as process:
        try:
            wait_until(played, 20)
            size = recording.stat().st_size
            wait_until(lambda: recording.stat().st_size > size + 0.8 * 4 * 44_100)
        finally:
            process.kill()
    return sounded(recording)


def test_a_killed_player_goes_on_at_most_two_seconds_away(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    time = np.arange(12 * 44_100) / 44_100
    sweep = 0.25 * np.sin(2 * np.pi * (400 * time + 50 * time**2))  # it rises 100 Hz a second from 400 Hz on
    file = encode(tmp_path / "sweep.mp3", Format("mp3", "libmp3lame"), sweep)

    first, second = (live(tmp_path, folders, file, number) for number in range(2))

    assert first[-1] > 1.0
    assert abs(second[1] - first[-1]) < 2.0
    assert second[-1] > second[1] + 1.0
