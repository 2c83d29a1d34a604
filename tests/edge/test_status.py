import json
import os
from pathlib import Path

from mien.status import LastingTrouble, Status, StatusFile, read_status
from mien.types import Fault, Trouble

LOST = LastingTrouble(Trouble(Fault.SOUND_LOST, "Die Soundkarte „X“ ist fort."), 12.3)


def test_a_status_comes_back_as_it_was_written(tmp_path: Path) -> None:
    StatusFile(tmp_path).write([LOST])
    assert read_status(tmp_path) == Status(os.getpid(), (LOST,))


def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.write([LOST])
    before = (tmp_path / "status.json").stat()
    file.write([LOST])
    after = (tmp_path / "status.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    file.write([])
    assert read_status(tmp_path) == Status(os.getpid(), ())


def test_a_player_that_ended_has_no_status(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.write([])
    file.remove()
    assert read_status(tmp_path) is None
    file.remove()


def test_a_player_that_was_killed_has_no_status(tmp_path: Path) -> None:
    (tmp_path / "status.json").write_text(json.dumps({"process": 2**22 + 1, "troubles": []}))
    assert read_status(tmp_path) is None


def test_a_torn_status_is_none(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"process": "x", "troubles": []}', '{"process": 1, "troubles": [{"fault": "?"}]}'):
        (tmp_path / "status.json").write_text(text)
        assert read_status(tmp_path) is None


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "missing")
    file.write([LOST])
    file.remove()
