"""The place in the music outlives the process and the power."""

import json
import os
import subprocess
import sys
from itertools import pairwise
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
from mien.types import Affect, Fault, Playback, PlayState, Track

NOW = 1.8e9


def playing(name: str, position: float, state: PlayState = PlayState.PLAYING) -> Playback:
    return Playback(state, Track(Path("/music") / name, name, None, None, None, Affect(0, 0), "prior"), position)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "run" / "mien", tmp_path / "state"


def restarted(folders: tuple[Path, Path]) -> Place | None:
    return PlaceKeeper(*folders).kept()


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_nothing_was_kept(folders: tuple[Path, Path]) -> None:
    PlaceKeeper(*folders).keep(Playback(PlayState.STOPPED, None, 0.0), 55, NOW)

    assert restarted(folders) is None


def test_the_place_comes_back(folders: tuple[Path, Path]) -> None:
    PlaceKeeper(*folders).keep(playing("caf\udce9 ♪.mp3", 83.25, PlayState.PAUSED), 40, NOW)

    assert restarted(folders) == Place(Path("/music/caf\udce9 ♪.mp3"), 83.25, True, 40)


def test_a_killed_process_loses_a_second_and_a_power_cut_a_minute(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    disk: list[str] = []
    for tick in range(600):
        keeper.keep(playing("a.mp3", tick / 2), 55, NOW + tick / 2)
        if tick % 20 == 0:
            kept = restarted(folders)
            assert kept is not None
            assert tick / 2 - kept.position_seconds < 1.1
        disk.append((folders[1] / "place.json").read_text())
        assert tick / 2 - json.loads(disk[-1])["position_seconds"] < 60.1

    assert len(set(disk)) == 5
    for path in folders[0].iterdir():
        path.unlink()
    assert restarted(folders) is not None


def disk_writings(folders: tuple[Path, Path], hours: float, track_seconds: float) -> int:
    """Count how often the place's file is another one, while tracks play for hours."""
    keeper, file = PlaceKeeper(*folders), folders[1] / "place.json"
    inodes: list[tuple[int, int]] = []
    for second in range(0, round(hours * 3600), 5):
        keeper.keep(playing(f"{second // track_seconds}.mp3", second % track_seconds), 55, NOW + second)
        status = file.stat()
        inodes.append((status.st_ino, status.st_mtime_ns))
    return 1 + sum(before != after for before, after in pairwise(inodes))


@pytest.mark.parametrize("track_seconds", [65.0, 240.0])
def test_the_disk_is_written_once_a_minute(folders: tuple[Path, Path], track_seconds: float) -> None:
    assert disk_writings(folders, 1.0, track_seconds) <= 61


def test_where_no_folder_lies_in_memory_the_disk_is_written_no_more(tmp_path: Path) -> None:
    assert disk_writings((tmp_path, tmp_path), 0.5, 240.0) <= 31
    assert sorted(path.name for path in tmp_path.iterdir()) == ["place.json", "place.json.1"]


def test_another_track_and_a_pause_go_to_the_disk_at_once(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    changes = (("a.mp3", PlayState.PLAYING), ("a.mp3", PlayState.PAUSED), ("b.mp3", PlayState.PLAYING))
    for tick, (name, state) in enumerate(changes):
        keeper.keep(playing(name, 7.0, state), 55, NOW + tick / 100)
        values = json.loads((folders[1] / "place.json").read_text())
        assert (values["path"], values["paused"]) == (f"/music/{name}", state is PlayState.PAUSED)


@given(st.lists(st.sampled_from(["run", "state", "before"]), max_size=3, unique=True))
def test_the_newest_place_that_is_whole_counts(tmp_path_factory: pytest.TempPathFactory, torn: list[str]) -> None:
    folder = tmp_path_factory.mktemp("torn")
    files = {"run": "run/place.now.json", "state": "state/place.json", "before": "state/place.json.1"}
    keeper = PlaceKeeper(folder / "run", folder / "state")
    for second in range(65):
        keeper.keep(playing("a.mp3", second), 55, NOW + second)
    for name in torn:
        (folder / files[name]).write_bytes(b"\0" * 100)

    kept = restarted((folder / "run", folder / "state"))

    ages = {"run": 64.0, "state": 60.0, "before": 0.0}
    expected = max((seconds for name, seconds in ages.items() if name not in torn), default=None)
    assert (None if kept is None else kept.position_seconds) == expected
    for name in torn:
        assert (folder / f"{files[name]}.broken").read_bytes() == b"\0" * 100


def test_a_new_process_counts_on(folders: tuple[Path, Path]) -> None:
    for position in (1.0, 2.0, 3.0):
        for _ in range(3):
            PlaceKeeper(*folders).keep(playing("a.mp3", position), 55, NOW)
    kept = restarted(folders)
    assert kept is not None
    assert kept.position_seconds == 3.0


def test_a_torn_file_leaves_the_other(folders: tuple[Path, Path]) -> None:
    keeper = PlaceKeeper(*folders)
    keeper.keep(playing("a.mp3", 1.0), 55, NOW)
    keeper.keep(playing("a.mp3", 3.0), 55, NOW + 2)
    often = folders[0] / "place.now.json"
    whole = often.read_bytes()

    for length in range(len(whole)):
        often.write_bytes(whole[:length])
        kept = restarted(folders)
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

    assert PlaceKeeper(folder / "none", folder).kept() is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keeper = PlaceKeeper(tmp_path / "file" / "run", tmp_path / "state")

    for tick in range(3):
        keeper.keep(playing("a.mp3", tick), 55, NOW + tick)

    assert keeper.trouble is not None
    assert keeper.trouble.fault is Fault.STATE_UNWRITABLE
    told = f"The place in the music cannot be kept in {tmp_path}/file/run: Not a directory."
    assert keeper.trouble.message == told
    kept = restarted((tmp_path / "file" / "run", tmp_path / "state"))
    assert kept is not None
    assert os.fspath(kept.path) == "/music/a.mp3"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")
def test_a_full_disk_is_told_and_forgotten_when_it_has_room_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk], check=True)
    try:
        keeper = PlaceKeeper(tmp_path / "run", disk)
        keeper.keep(playing("a.mp3", 1.0), 55, NOW)
        (disk / "full").write_bytes(bytes(12_288))
        for second in range(1, 70):
            keeper.keep(playing("a.mp3", second), 55, NOW + second)
        assert keeper.trouble is not None
        assert "No space left on device" in keeper.trouble.message
        kept = PlaceKeeper(tmp_path / "none", disk).kept()
        assert kept is not None
        assert kept.position_seconds == 1.0

        (disk / "full").unlink()
        for second in range(70, 140):
            keeper.keep(playing("a.mp3", second), 55, NOW + second)
        assert keeper.trouble is None
    finally:
        subprocess.run(["umount", disk], check=True)


def sounded(file: Path) -> NDArray[np.float64]:
    """Return which place of the rising sweep sounded in each 50 ms of an audio file."""
    level, hertz = level_and_hertz(samples_of(file))
    return (hertz[level > 1e-3] - 400) / 100


def live(folder: Path, folders: tuple[Path, Path], file: Path, number: int) -> NDArray[np.float64]:
    """Play in a process that is killed just before it keeps the place again; return the places that sounded."""
    recording = folder / f"{number}.wav"
    program = [sys.executable, "-m", "edge.music.playing_child", *map(str, (recording, *folders, file))]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    before = restarted(folders)
    aim = 0.5 + (0.0 if before is None else before.position_seconds)

    def played() -> bool:
        place = restarted(folders)
        return place is not None and place.position_seconds > aim

    with subprocess.Popen(program, env=environment) as process:
        try:
            wait_until(played, 20)
            size = recording.stat().st_size
            wait_until(lambda: recording.stat().st_size > size + 0.8 * 4 * 44_100)
        finally:
            process.kill()
    return sounded(recording)


@pytest.mark.slow
def test_a_killed_player_goes_on_at_most_two_seconds_away(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    time = np.arange(12 * 44_100) / 44_100
    sweep = 0.25 * np.sin(2 * np.pi * (400 * time + 50 * time**2))  # it rises 100 Hz a second from 400 Hz on
    file = encode(tmp_path / "sweep.mp3", Format("mp3", "libmp3lame"), sweep)

    first, second = (live(tmp_path, folders, file, number) for number in range(2))

    assert first[-1] > 1.0
    assert abs(second[1] - first[-1]) < 2.0
    assert second[-1] > second[1] + 1.0
