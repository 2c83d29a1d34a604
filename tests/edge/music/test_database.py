"""SQLite files in all the states that a power cut, a torn card and a full disk leave them in."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mien.errors import LibraryError
from mien.music.database import Form, LaterVersionError, forget_copies, keep_copy, open_anyhow, open_database
from mien.types import Fault


def prepare(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > 1:
        raise LaterVersionError(version)
    if version == 0:
        with database:
            database.execute("CREATE TABLE word (text TEXT NOT NULL)")
            database.execute("PRAGMA user_version = 1")
    database.execute("SELECT text FROM word LIMIT 1")


FORM = Form("the list of words", prepare)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "words.sqlite"


def write(path: Path, *words: str) -> None:
    with closing(open_database(path, FORM)) as database, database:
        database.executemany("INSERT INTO word VALUES (?)", [(word,) for word in words])


def words(database: sqlite3.Connection) -> list[str]:
    return [word for (word,) in database.execute("SELECT text FROM word ORDER BY rowid")]


def written(path: Path) -> list[str]:
    with closing(open_database(path, FORM)) as database:
        return words(database)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Have a small disk in memory at a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")


def test_what_is_written_is_there_again(path: Path) -> None:
    write(path, "one", "two")
    assert written(path) == ["one", "two"]


def test_a_file_that_somebody_else_just_makes_is_waited_for(path: Path) -> None:
    path.parent.mkdir()
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(maker):
        maker.execute("BEGIN EXCLUSIVE")
        done = threading.Timer(0.3, lambda: maker.execute("COMMIT"))
        done.start()
        with closing(open_database(path, Form("the list of words", prepare, patience_seconds=0.0))) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        done.join()


def test_a_torn_file_is_kept_under_another_name_with_its_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, "one")
    torn = b"no database" * 1000
    path.write_bytes(torn)
    path.with_name("words.sqlite-wal").write_bytes(b"its log")

    assert written(path) == []

    assert path.with_name("words.sqlite.broken").read_bytes() == torn
    assert path.with_name("words.sqlite.broken-wal").read_bytes() == b"its log"
    assert caplog.messages == [
        f"The list of words {path} is torn (file is not a database): it is kept as words.sqlite.broken."
    ]


def test_a_file_without_its_table_is_torn(path: Path) -> None:
    write(path, "one")
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE word")
    assert written(path) == []
    assert path.with_name("words.sqlite.broken").exists()


def test_the_last_good_copy_takes_the_place_of_a_torn_file(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, "one")
    with closing(open_database(path, FORM)) as database:
        keep_copy(database, path)
    write(path, "two")
    path.write_bytes(b"no database" * 1000)

    assert written(path) == ["one"]
    assert caplog.messages[-1] == "The last good copy of the list of words is used."
    assert written(path) == ["one"]
    assert {file.name for file in path.parent.iterdir()} == {
        *("words.sqlite", "words.sqlite.broken", "words.sqlite.copy")
    }


@pytest.mark.parametrize("left", [None, b""])
def test_a_power_cut_before_the_copy_is_in_place_loses_nothing(path: Path, left: bytes | None) -> None:
    write(path, "one")
    with closing(open_database(path, FORM)) as database:
        keep_copy(database, path)
    path.unlink()
    path.with_name("words.sqlite.restored").write_bytes(b"half of it")
    if left is not None:
        path.write_bytes(left)

    assert written(path) == ["one"]
    assert {file.name for file in path.parent.iterdir()} == {"words.sqlite", "words.sqlite.copy"}


@only_root
def test_a_copy_that_finds_no_room_is_read_into_memory_and_kept(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "size=256k"):
        path = disk / "words.sqlite"
        write(path, "one")
        with closing(open_database(path, FORM)) as database:
            keep_copy(database, path)
        path.unlink()
        with pytest.raises(OSError, match="No space"), (disk / "full").open("wb") as full:
            full.write(bytes(256_000))
        database, trouble = open_anyhow(path, FORM)
        with closing(database):
            assert words(database) == ["one"]
            assert trouble is not None
        (disk / "full").unlink()
        assert written(path) == ["one"]


def test_a_torn_database_leaves_the_good_copy(path: Path) -> None:
    write(path, *("long word " * 20 for _ in range(200)))
    with closing(open_database(path, FORM)) as database:
        keep_copy(database, path)
    good = path.with_name("words.sqlite.copy").read_bytes()
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(bytes(4096))

    with closing(sqlite3.connect(path)) as database, pytest.raises(sqlite3.DatabaseError):
        keep_copy(database, path)

    assert path.with_name("words.sqlite.copy").read_bytes() == good


def test_a_file_that_another_process_holds_for_itself_is_read_into_memory_soon(path: Path) -> None:
    write(path, "one")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        database, trouble = open_anyhow(path, FORM)
        with closing(database):
            assert time.monotonic() - begun < 5.0
            assert words(database) == ["one"]
            assert trouble is not None
    assert not path.with_name("words.sqlite.broken").exists()


def test_what_only_ends_a_reading_is_no_torn_file(path: Path) -> None:
    def interrupted(database: sqlite3.Connection) -> None:
        database.set_progress_handler(lambda: 1, 1)
        database.execute("SELECT text FROM word").fetchall()

    write(path, "one")
    with pytest.raises(LibraryError, match="interrupted"):
        open_database(path, Form("the list of words", interrupted))
    assert written(path) == ["one"]


def test_a_torn_file_that_cannot_be_renamed_is_not_said_to_be_kept(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.with_name("words.sqlite.broken").mkdir(parents=True)
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError):
        open_database(path, FORM)
    assert "it is kept as" not in caplog.text


def test_the_log_of_an_older_torn_file_goes_with_it(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    path.with_name("words.sqlite.broken-wal").write_bytes(b"an older one's")
    assert written(path) == []
    assert not path.with_name("words.sqlite.broken-wal").exists()


def test_a_torn_copy_is_of_no_use_and_does_no_harm(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    path.with_name("words.sqlite.copy").write_bytes(b"no copy" * 1000)
    assert written(path) == []


def test_copies_can_be_forgotten(path: Path) -> None:
    write(path, "one")
    with closing(open_database(path, FORM)) as database:
        keep_copy(database, path)
        path.with_name("words.sqlite.version-7").touch()
        path.with_name("words.sqlite.version-7-wal").touch()
        forget_copies(path)
    assert [file.name for file in path.parent.iterdir()] == ["words.sqlite"]
    path.write_bytes(b"no database" * 1000)
    assert written(path) == []


def test_a_file_of_a_later_mien_is_kept(path: Path) -> None:
    write(path, "one")
    with closing(sqlite3.connect(path)) as later:
        later.execute("PRAGMA user_version = 7")
    assert written(path) == []
    assert path.with_name("words.sqlite.version-7").exists()


def test_a_folder_that_cannot_be_made_is_named_or_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "words.sqlite"
    with pytest.raises(LibraryError, match=r"^The list of words .* cannot be opened"):
        open_database(path, FORM)

    database, trouble = open_anyhow(path, FORM)
    with closing(database):
        assert words(database) == []
        assert trouble is not None
        assert trouble.fault is Fault.STATE_UNWRITABLE
        assert trouble.message.endswith("Until then it is kept in memory.")


@only_root
def test_a_read_only_disk_is_read_into_memory(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "size=1m"):
        write(disk / "words.sqlite", "one")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        database, trouble = open_anyhow(disk / "words.sqlite", FORM)
        with closing(database):
            assert words(database) == ["one"]
            assert trouble is not None
            database.execute("INSERT INTO word VALUES ('two')")
            assert words(database) == ["one", "two"]
        assert [file.name for file in disk.iterdir()] == ["words.sqlite"]


@only_root
def test_a_full_disk_is_read_into_memory(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "size=64k"):
        write(disk / "words.sqlite", "one")
        with pytest.raises(OSError, match="No space"), (disk / "full").open("wb") as full:
            full.write(bytes(65_536))
        database, trouble = open_anyhow(disk / "words.sqlite", FORM)
        with closing(database):
            assert words(database) == ["one"]
            assert trouble is not None
        (disk / "full").unlink()
        assert written(disk / "words.sqlite") == ["one"]
