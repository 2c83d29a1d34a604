import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from edge.music.sound_files import write_tone

from mien.config import Settings, load
from mien.doctor import index, library
from mien.doctor.finding import Finding, State
from mien.doctor.question import Question
from mien.music.choosing.memory import Memory
from mien.music.index.library import Library


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "music"
    folder.mkdir()
    return load(None, {"music": {"library": str(folder)}, "paths": {"state": str(tmp_path / "state")}})


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


def fill(settings: Settings) -> Path:
    folder = settings.music.library_folder
    write_tone(folder / "one.wav", 440, 0.1)
    (folder / "torn.mp3").write_text("This is a letter.")
    return folder


def test_a_folder_that_is_not_there_is_bad(settings: Settings) -> None:
    settings.music.library_folder.rmdir()
    finding = only(library.check(settings))
    assert finding.state is State.BAD
    assert "does not exist, or this user may not enter it: make it, plug its disk in" in finding.message


def test_a_folder_without_music_is_bad(settings: Settings) -> None:
    assert (only(library.check(settings)).state, "holds no music" in only(library.check(settings)).message) == (
        State.BAD,
        True,
    )


def test_without_an_index_the_files_are_looked_into_and_nothing_is_left_behind(settings: Settings) -> None:
    folder = fill(settings)
    finding = only(library.check(settings))
    assert finding.state is State.GOOD
    assert finding.message == (
        f"{folder} has 1 tracks; 1 files are left out, `mien library check` names them. The index is made at the first "
        "start."
    )
    assert not settings.paths.state_folder.exists()


def test_torn_files_alone_are_bad(settings: Settings) -> None:
    (fill(settings) / "one.wav").unlink()
    finding = only(library.check(settings))
    assert (finding.state, "No track of" in finding.message) == (State.BAD, True)


def test_what_the_index_knows_is_believed(settings: Settings) -> None:
    folder = fill(settings)
    with Library(settings.paths.index_file, folder) as known:
        assert only(library.check(settings)).state is State.NOTE  # it was never scanned
        known.scan()
    (folder / "two.wav").write_bytes((folder / "one.wav").read_bytes())
    finding = only(library.check(settings))
    assert finding.state is State.GOOD
    assert finding.message.startswith(f"{folder} has 1 tracks; 1 files are left out")


def test_a_library_behind_a_torn_index_is_not_judged(settings: Settings) -> None:
    fill(settings)
    settings.paths.state_folder.mkdir()
    settings.paths.index_file.write_bytes(b"torn" * 1000)
    finding = only(library.check(settings))
    assert (finding.state, "since its index cannot be read" in finding.message) == (State.NOTE, True)


def test_files_that_may_not_be_read_are_counted_and_one_is_named(settings: Settings) -> None:
    """A link that leads nowhere cannot be read by root either."""
    folder = fill(settings)
    (folder / "lost.wav").symlink_to(folder / "nowhere.wav")
    first, second = library.check(settings)
    assert (first.state, second.state) == (State.BAD, State.GOOD)
    assert f"1 of 3 files may not be read by this user, such as {folder / 'lost.wav'}: `chmod -R" in first.message


def test_state_that_is_still_to_be_made_is_worth_a_note(settings: Settings) -> None:
    assert [one.state for one in index.check(settings)] == [State.NOTE, State.NOTE]


def test_whole_files_are_good_and_stay_as_they_are(settings: Settings) -> None:
    with Library(settings.paths.index_file, fill(settings)) as known:
        known.scan()
    Memory(settings.paths.memory_file).close()
    before = {path.name: path.read_bytes() for path in settings.paths.state_folder.iterdir()}
    found = list(index.check(settings))
    assert [one.state for one in found] == [State.GOOD, State.GOOD]
    assert found[0].message.startswith("The index of the library is whole (0.")
    after = {path.name: path.read_bytes() for path in settings.paths.state_folder.iterdir()}
    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("content", [b"", b"This is a letter. " * 500])
def test_a_torn_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a TEXT)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 50)
    database.close()
    torn = path.read_bytes()[:20_000] + content
    path.write_bytes(torn)
    finding = index.look_at("The index", path)
    assert finding.state is State.BAD
    assert finding.message.endswith("it is set aside and made anew at the next start.")
    assert path.read_bytes() == torn


def test_what_was_torn_once_is_worth_a_note(settings: Settings) -> None:
    settings.paths.state_folder.mkdir()
    (settings.paths.state_folder / "library.sqlite.broken").touch()
    *_, finding = index.check(settings)
    assert (finding.state, "library.sqlite.broken" in finding.message) == (State.NOTE, True)


def without_root_s_power(settings: Settings, *parts: str) -> list[tuple[str, str]]:
    """Return states and messages of a doctor's child to whom the permissions of files apply, even as root."""
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    command = [*powerless, sys.executable, "-m", "mien.doctor", *parts]
    asked = Question(settings).to_json()
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return [(one["state"], one["message"]) for line in done.stdout.splitlines() for one in json.loads(line)]


def test_files_of_another_user_are_bad(settings: Settings) -> None:
    Memory(settings.paths.memory_file).close()
    settings.paths.memory_file.chmod(0o400)
    settings.paths.state_folder.chmod(0o500)
    _, memory, space = without_root_s_power(settings, "index", "space")
    settings.paths.state_folder.chmod(0o000)
    closed, *_ = without_root_s_power(settings, "index")
    settings.paths.state_folder.chmod(0o700)
    assert (memory[0], "may not be written by this user: `sudo chown`" in memory[1]) == ("bad", True)
    assert (space[0], "cannot be written by this user: make it yours" in space[1]) == ("bad", True)
    assert (closed[0], "cannot be read (Permission denied): run this as its user" in closed[1]) == ("bad", True)


def test_an_index_that_another_program_holds_is_not_called_torn(settings: Settings) -> None:
    Memory(settings.paths.memory_file).close()
    with closing(sqlite3.connect(settings.paths.memory_file)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        finding = index.look_at("The memory", settings.paths.memory_file, patience_seconds=0.0)
    assert (finding.state, "cannot be looked into now" in finding.message) == (State.NOTE, True)
