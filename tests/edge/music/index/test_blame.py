"""Real child processes that real files, so to speak, crash."""

import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.child_process import ChildProcess
from mien.music.index.blame import blame_file
from mien.music.index.library import Library

CHILD = [
    "env",
    f"PYTHONPATH={Path(__file__).parents[3]}",
    sys.executable,
    str(Path(__file__).parents[1] / "listening_child.py"),
]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(5):
        write_tone(folder / f"{number}.wav", 100.0 + number, 0.01)
    return folder


@pytest.fixture(autouse=True)
def _all_end() -> Iterator[None]:
    yield
    wait_until(lambda: not any(thread.name == "Hearing" for thread in threading.enumerate()))


def attendant_of(command: list[str], index: Path) -> ChildProcess:
    """Return what the player keeps running beside it, with short pauses."""
    blame = partial(blame_file, index)
    return ChildProcess(command, name="Hearing", may_end=True, on_failure=blame, back_off_seconds=(0.01,))


def attended(music: Path, *arguments: str) -> ChildProcess:
    index = music.with_name("index.sqlite")
    attendant = attendant_of([*CHILD, str(index), str(music), *arguments], index)
    attendant.start()
    return attendant


def heard(music: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names of the tracks that were heard, and of the broken files with their reasons."""
    with Library(music.with_name("index.sqlite"), music) as library:
        tracks = [track.path.name for track in library.tracks() if track.affect_source == "audio"]
        return tracks, [(file.path.name, file.reason) for file in library.broken()]


def poisoned(music: Path, *ways: str) -> None:
    for place, way in enumerate(ways):
        write_tone(music / f"poison {way}.wav", 300.0 + place, 0.01)
    with closing(attended(music)) as attendant:
        assert attendant.wait(60.0)
    assert heard(music) == (
        [f"{number}.wav" for number in range(5)],
        [(f"poison {way}.wav", "it crashed the decoder") for way in sorted(ways)],
    )


def test_a_file_that_crashes_the_decoder_stops_nothing_else(music: Path) -> None:
    poisoned(music, "abort")


@pytest.mark.slow
def test_however_a_file_crashes_the_ear_it_stops_nothing_else(music: Path) -> None:
    poisoned(music, "abort", "bug", "spin")


def test_close_ends_the_child_and_costs_the_file_nothing(music: Path) -> None:
    attendant = attended(music, "60")
    index = music.with_name("index.sqlite")
    wait_until(index.exists)
    attendant.close()
    attendant.close()

    assert attendant.wait(5.0)
    assert heard(music) == ([], [])


def test_an_index_that_cannot_be_opened_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    script = f"test -e {tmp_path}/again && exit 0; touch {tmp_path}/again; exit 3"
    with closing(attendant_of(["sh", "-c", script], tmp_path)) as attendant:
        attendant.start()
        assert attendant.wait(5.0)
    assert "ended with status 3" in caplog.text
    assert "could not be noted" in caplog.text
