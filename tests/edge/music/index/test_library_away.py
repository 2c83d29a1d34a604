"""A music folder that goes away and comes back, and an index whose disk cannot be written."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from edge.music.fake_ear import FakeEar
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.errors import LibraryError
from mien.music.index.attend import open_when_possible
from mien.music.index.library import Library
from mien.music.index.listening import listen
from mien.music.index.scan import find_music
from mien.music.index.update import update_index
from mien.types import Fault


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for name in ("happy/a.wav", "happy/b.wav", "sad/c.wav"):
        (tmp_path / "music" / name).parent.mkdir(parents=True, exist_ok=True)
        write_tone(tmp_path / "music" / name, 440, 0.01)
    return tmp_path / "music"


@pytest.fixture
def library(tmp_path: Path, music: Path) -> Iterator[Library]:
    with Library(tmp_path / "state/index.sqlite", music) as library:
        library.scan()
        yield library


def test_a_folder_that_is_away_is_named_and_loses_nothing(library: Library, music: Path) -> None:
    listen(library, FakeEar())
    before = library.tracks()
    assert library.missing() is None

    music.rename(music.with_name("elsewhere"))
    said = f"The music in {music} is away: plug its disk in; the music goes on by itself once it is back."
    assert library.missing() == said
    with pytest.raises(LibraryError, match="does not exist"):
        library.scan()
    music.mkdir()  # the empty mount point
    assert library.missing() == said
    with pytest.raises(LibraryError, match="holds no music"):
        library.scan()
    assert library.tracks() == before

    music.rmdir()
    music.with_name("elsewhere").rename(music)
    assert library.missing() is None
    report = library.scan()
    assert (report.unchanged, report.removed, report.added) == (3, 0, 0)
    assert [track.affect_source for track in library.tracks()] == [track.affect_source for track in before]


def test_folders_that_another_process_found_under_new_names_are_not_away(library: Library, music: Path) -> None:
    assert len(library.tracks()) == 3
    for name in ("happy", "sad"):
        (music / name).rename(music / f"{name} songs")
    assert library.missing() is not None
    with Library(library.index_path, music) as child:
        child.scan()
    assert library.missing() is None


def test_single_files_that_vanish_are_no_missing_folder(library: Library, music: Path) -> None:
    library.tracks()
    (music / "happy/a.wav").unlink()
    (music / "sad/c.wav").unlink()
    assert library.missing() is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")
def test_a_disk_that_is_unmounted_and_mounted_again(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    image = tmp_path / "image"
    image.mkdir()
    write_tone(image / "a.wav", 440, 0.01)
    subprocess.run(["mount", "--bind", image, stick], check=True)
    try:
        with Library(tmp_path / "index.sqlite", stick) as library:
            library.scan()
            assert (len(library.tracks()), library.missing()) == (1, None)
            subprocess.run(["umount", stick], check=True)
            assert library.missing() is not None
            subprocess.run(["mount", "--bind", image, stick], check=True)
            assert library.missing() is None
    finally:
        subprocess.run(["umount", "-q", stick], check=False)


@pytest.mark.parametrize(("number", "kept"), [(errno.EIO, 3), (errno.ENODEV, 3), (errno.EACCES, 1)])
def test_a_folder_that_a_pulled_disk_does_not_let_read_keeps_its_tracks(
    library: Library, music: Path, number: int, kept: int
) -> None:
    def list_names(folder: bytes) -> list[bytes]:
        if folder.endswith(b"happy"):
            raise OSError(number, os.strerror(number))
        return os.listdir(folder)  # noqa: PTH208 - in bytes

    with library.writing():
        update_index(library.database, music, find_music(music, list_names), lambda _done, _total: None)
    assert len(library.tracks()) == kept


def test_an_index_without_a_folder_lives_in_memory_and_says_so(tmp_path: Path, music: Path) -> None:
    (tmp_path / "file").touch()
    with Library(tmp_path / "file/index.sqlite", music, even_in_memory=True) as library:
        assert library.trouble is not None
        assert library.trouble.fault is Fault.STATE_UNWRITABLE
        assert library.trouble.message.endswith("Until then it is kept in memory.")
        library.scan()
        assert len(library.tracks()) == 3


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")
def test_an_index_stays_in_memory_while_the_disk_has_room_for_the_empty_file_alone(tmp_path: Path, music: Path) -> None:
    passed = 0.0
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    try:
        with pytest.raises(OSError, match="No space"), (disk / "full").open("wb") as full:
            full.write(bytes(300_000))
        with Library(disk / "index.sqlite", music, even_in_memory=True, clock=lambda: passed) as library:
            library.scan()
            before = library.tracks()
            os.truncate(disk / "full", os.path.getsize(disk / "full") - 17 * 4096)  # noqa: PTH202
            passed = 31.0
            library.keep_up()
            assert library.trouble is not None
            assert library.tracks() == before
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_an_index_goes_back_to_the_disk_with_what_it_knows(tmp_path: Path, music: Path) -> None:
    passed = 0.0
    (tmp_path / "state").touch()
    index = tmp_path / "state/index.sqlite"
    with Library(index, music, even_in_memory=True, clock=lambda: passed) as library:
        library.scan()
        before = library.tracks()
        (tmp_path / "state").unlink()
        passed = 29.0
        assert library.tracks() == before
        assert library.trouble is not None
        passed = 31.0
        assert library.tracks() == before
        assert library.trouble is None
    with Library(index, music) as library:
        assert library.tracks() == before


def test_an_index_that_comes_back_keeps_what_it_knows_of_other_folders(tmp_path: Path, music: Path) -> None:
    passed = 0.0
    with Library(tmp_path / "disk/index.sqlite", music / "sad") as other:
        other.scan()
    (tmp_path / "state").touch()
    index = tmp_path / "state/index.sqlite"
    with Library(index, music / "happy", even_in_memory=True, clock=lambda: passed) as library:
        library.scan()
        (tmp_path / "state").unlink()
        (tmp_path / "disk").rename(tmp_path / "state")
        passed = 31.0
        library.keep_up()
        assert library.trouble is None
        library.scan()
        assert len(library.tracks()) == 2
    with Library(index, music / "sad") as other:
        assert len(other.tracks()) == 1


def test_a_retry_waits_for_nobody(tmp_path: Path, music: Path) -> None:
    passed = 0.0
    (tmp_path / "state").touch()
    index = tmp_path / "state/index.sqlite"
    with Library(index, music, even_in_memory=True, clock=lambda: passed) as library:
        (tmp_path / "state").unlink()
        Library(index, music).close()
        with closing(sqlite3.connect(index, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            passed, begun = 31.0, time.monotonic()
            library.keep_up()
            assert time.monotonic() - begun < 1.0
            assert library.trouble is not None
        passed = 62.0
        library.keep_up()
        assert library.trouble is None


def test_an_index_that_is_torn_while_it_is_read_leaves_what_was_read(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = library.tracks()
    index = tmp_path / "state/index.sqlite"
    with index.open("r+b") as file:
        file.truncate(4096)
    index.with_name("index.sqlite-wal").write_bytes(b"")
    library.database.execute("PRAGMA cache_size = 0")
    for _ in range(3):
        assert library.tracks() == before
    assert len([message for message in caplog.messages if "cannot be read any more" in message]) <= 1


def test_the_attendant_waits_for_an_index_that_cannot_be_opened(
    tmp_path: Path, music: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    opened: list[Library | None] = []

    def attend() -> None:
        library = open_when_possible(
            lambda: Library(tmp_path / "state/index.sqlite", music), lambda: False, retry_seconds=0.5
        )
        opened.append(library)
        if library is not None:
            library.close()

    thread = threading.Thread(target=attend)
    thread.start()
    wait_until(lambda: "cannot be opened" in caplog.text)
    (tmp_path / "state").unlink()
    thread.join(10.0)
    assert [library is not None for library in opened] == [True]
    assert caplog.text.count("cannot be opened") == 1
    assert open_when_possible(lambda: Library(tmp_path, music), lambda: True) is None
