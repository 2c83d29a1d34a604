"""Hearing a real folder into a real index, by an ear that makes its numbers from the bytes."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from edge.music import sound_files
from edge.music.fake_ear import HEARD_SECONDS, FakeEar

from mien.errors import LibraryError
from mien.music.index.hearing_queue import count_crash
from mien.music.index.library import Library
from mien.music.index.listening import listen

CHILD = [sys.executable, str(Path(__file__).parents[1] / "listening_child.py")]


def write(folder: Path, *names: str) -> None:
    """Write a short tone for each name, each another one."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        sound_files.write_tone(path, 100.0 + sum(map(ord, name)) % 997, 0.01, level=random.Random(name).random())


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    write(folder, "calm/known.wav", "one.wav", "sad song.wav", "two.wav")
    return folder


@pytest.fixture
def library(tmp_path: Path, music: Path) -> Iterator[Library]:
    with Library(tmp_path / "index.sqlite", music) as library:
        library.scan()
        yield library


def sources(library: Library) -> dict[str, str]:
    return {track.path.name: track.affect_source for track in library.tracks()}


def test_what_was_heard_is_in_the_tracks(library: Library) -> None:
    before = library.find(Path("one.wav"))

    report = listen(library, FakeEar())

    assert (report.heard, report.failed, report.waiting) == (4, (), 0)
    after = library.find(Path("one.wav"))
    assert before is not None
    assert after is not None
    assert (before.affect_source, before.loudness_lufs, before.duration_seconds) == ("prior", None, 0.01)
    assert (after.affect_source, after.duration_seconds) == ("audio", HEARD_SECONDS)
    assert after.loudness_lufs is not None
    assert after.spread < before.spread
    assert before.content_hash == after.content_hash != ""
    assert sources(library) == {
        "known.wav": "folder",
        "one.wav": "audio",
        "sad song.wav": "title",
        "two.wav": "audio",
    }


def test_what_nothing_is_known_of_is_heard_first(library: Library) -> None:
    ear = FakeEar()

    listen(library, ear)

    assert ear.heard == ["one.wav", "two.wav", "sad song.wav", "known.wav"]


def test_nothing_is_heard_twice_but_by_a_new_ear(library: Library) -> None:
    first, second, third = FakeEar(), FakeEar(), FakeEar("fake 2")

    listen(library, first)
    before = library.tracks()
    listen(library, second)
    listen(library, third)

    assert (len(first.heard), len(second.heard), len(third.heard)) == (4, 0, 4)
    assert [track.affect for track in library.tracks()] != [track.affect for track in before]


def test_a_moved_and_a_touched_file_keep_what_was_heard(library: Library, music: Path) -> None:
    listen(library, FakeEar())
    before = library.find(Path("one.wav"))
    (music / "new").mkdir()
    (music / "one.wav").rename(music / "new" / "name.wav")
    os.utime(music / "two.wav", (1, 1))
    ear = FakeEar()

    report = library.scan()
    listen(library, ear)

    after = library.find(Path("new/name.wav"))
    assert (report.added, report.updated, report.removed) == (1, 1, 1)
    assert ear.heard == []
    assert before is not None
    assert after is not None
    assert (before.affect, before.content_hash) == (after.affect, after.content_hash)


def test_copies_are_heard_once(library: Library, music: Path) -> None:
    (music / "copy.wav").write_bytes((music / "one.wav").read_bytes())
    library.scan()
    ear = FakeEar()

    listen(library, ear)

    assert len(ear.heard) == 4
    assert sources(library)["copy.wav"] == sources(library)["one.wav"] == "audio"


def test_changed_content_is_heard_anew(library: Library, music: Path) -> None:
    listen(library, FakeEar())
    sound_files.write_tone(music / "one.wav", 99.0, 0.02)
    library.scan()
    assert sources(library)["one.wav"] == "prior"
    ear = FakeEar()

    listen(library, ear)

    assert ear.heard == ["one.wav"]


def test_what_cannot_be_decoded_is_left_out_and_named(library: Library, music: Path) -> None:
    write(music, "undecodable.wav")
    library.scan()
    assert len(library.tracks()) == 5

    report = listen(library, FakeEar())

    assert [(file.path.name, file.reason) for file in report.failed] == [("undecodable.wav", "no sound can be decoded")]
    assert library.broken() == report.failed
    assert len(library.tracks()) == 4
    assert library.scan().broken == report.failed
    assert listen(library, FakeEar()).failed == ()


def test_what_is_not_music_is_left_out_unless_the_owner_gave_it_a_mood(library: Library, music: Path) -> None:
    write(music, "wind.wav", "calm/wind at sea.wav")
    library.scan()

    listen(library, FakeEar())

    assert sorted(track.path.name for track in library.tracks()) == [
        *("known.wav", "one.wav", "sad song.wav", "two.wav", "wind at sea.wav")
    ]


def test_where_nothing_is_music_everything_plays(tmp_path: Path) -> None:
    write(tmp_path / "sounds", "wind.wav", "wind 2.wav")
    with Library(tmp_path / "index.sqlite", tmp_path / "sounds") as library:
        library.scan()
        listen(library, FakeEar())

        assert len(library.tracks()) == 2


def test_progress_begins_with_what_is_known(library: Library) -> None:
    listen(library, FakeEar(), should_stop=stop_after(1))
    steps: list[tuple[int, int]] = []

    listen(library, FakeEar(), lambda done, total: steps.append((done, total)))

    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def stop_after(count: int) -> Callable[[], bool]:
    left = iter([False] * count)
    return lambda: next(left, True)


def test_it_stops_when_asked_and_goes_on_later(library: Library) -> None:
    first, second = FakeEar(), FakeEar()

    report = listen(library, first, should_stop=stop_after(2))
    listen(library, second)

    assert (report.heard, report.waiting) == (2, 2)
    assert first.heard + second.heard == ["one.wav", "two.wav", "sad song.wav", "known.wav"]


def test_an_unplugged_disk_makes_no_file_broken(library: Library, music: Path, tmp_path: Path) -> None:
    def unplug(_path: Path) -> None:
        if music.exists():
            music.rename(tmp_path / "unplugged")

    report = listen(library, FakeEar(before=unplug))

    assert (report.heard, report.waiting, library.broken()) == (0, 4, ())
    (tmp_path / "unplugged").rename(music)
    assert listen(library, FakeEar()).heard == 4


def test_files_that_come_meanwhile_are_heard(library: Library, music: Path, tmp_path: Path) -> None:
    def add_one(_path: Path) -> None:
        if not (music / "late.wav").exists():
            write(music, "late.wav")
            with Library(tmp_path / "index.sqlite", music) as other:
                other.scan()

    assert listen(library, FakeEar(before=add_one)).heard == 5


def test_a_reader_sees_tracks_as_they_are_heard(library: Library, music: Path, tmp_path: Path) -> None:
    write(music, *(f"{number}.wav" for number in range(20)))
    library.scan()
    seen: list[int] = []
    with Library(tmp_path / "index.sqlite", music) as reader:

        def look(_done: int, _total: int) -> None:
            seen.append(list(sources(reader).values()).count("audio"))

        listen(library, FakeEar(), look)

        assert (seen[0], sources(reader)["two.wav"]) == (0, "audio")
        assert sorted(seen) == seen
        assert len(set(seen)) >= 4


def test_only_one_listens(library: Library, music: Path, tmp_path: Path) -> None:
    def listen_too(_path: Path) -> None:
        with (
            Library(tmp_path / "index.sqlite", music) as other,
            pytest.raises(LibraryError, match=r"listens to the library .* already"),
        ):
            listen(other, FakeEar())

    assert listen(library, FakeEar(before=listen_too)).heard == 4


def test_an_interruption_is_no_fault_of_the_file(library: Library) -> None:
    def interrupt(path: Path) -> None:
        if path.name == "two.wav":
            raise KeyboardInterrupt

    for _ in range(12):
        with pytest.raises(KeyboardInterrupt):
            listen(library, FakeEar(before=interrupt))
        count_crash(library.database)

    assert listen(library, FakeEar()).heard == 3
    assert library.broken() == ()


def test_the_second_crash_makes_a_file_a_problem(library: Library) -> None:
    ear = FakeEar(before=crash)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            listen(library, ear)
        assert library.broken() == ()
        count_crash(library.database)

    assert [(file.path.name, file.reason) for file in library.broken()] == [("two.wav", "it crashed the decoder")]
    assert listen(library, ear).heard == 0
    assert ear.heard == ["one.wav", "sad song.wav", "known.wav"]
    assert listen(library, FakeEar("fake 2")).heard == 4


def crash(path: Path) -> None:
    if path.name == "two.wav":
        raise ZeroDivisionError


def test_what_ended_unseen_comes_last_and_is_given_up_after_many_times(library: Library) -> None:
    ear = FakeEar(before=crash)
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            listen(library, ear)

    listen(library, ear)

    assert ear.heard == ["one.wav", "sad song.wav", "known.wav"]
    assert [file.path.name for file in library.broken()] == ["two.wav"]


def heard_rows(index: Path) -> list[tuple[object, ...]]:
    database = sqlite3.connect(index)
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute("SELECT * FROM heard ORDER BY content").fetchall()
    finally:
        database.close()


def killed_again_and_again(tmp_path: Path, files: int, kills: int) -> int:
    """Kill a process that scans and listens at random moments; return how often it was still at work."""
    music, index = tmp_path / "music", tmp_path / "index.sqlite"
    write(music, *(f"{number}.wav" for number in range(files)))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [*CHILD, str(index), str(music), "0.01"]
    moments = random.Random(files)
    before: list[tuple[object, ...]] = []
    at_work = 0
    for _ in range(kills):
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"listening\n"
            try:
                child.wait(moments.uniform(0.0, 0.02 * files / kills))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                at_work += 1
        rows = heard_rows(index)
        assert set(before) <= set(rows), "finished work is kept"
        before = rows
    with Library(index, music) as killed, Library(tmp_path / "whole.sqlite", music) as whole:
        killed.scan()
        assert listen(killed, FakeEar()).heard == files - len(before)
        whole.scan()
        assert listen(whole, FakeEar()).heard == files
        assert killed.tracks() == whole.tracks()
        assert killed.broken() == ()
    assert heard_rows(index) == heard_rows(tmp_path / "whole.sqlite")
    return at_work


def test_a_scan_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    assert killed_again_and_again(tmp_path, files=40, kills=3) >= 1


@pytest.mark.slow
def test_a_scan_that_is_killed_fifty_times_loses_nothing(tmp_path: Path) -> None:
    assert killed_again_and_again(tmp_path, files=500, kills=50) >= 25
