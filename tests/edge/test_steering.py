import json
from pathlib import Path

import pytest

from mien.steering import Steering, SteeringFile
from mien.types import Fault

USUAL = Steering(True, "lift")
STEERED = Steering(False, "calm")


def test_what_was_steered_holds_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert SteeringFile(folder, USUAL).read() == USUAL
    SteeringFile(folder, USUAL).write(STEERED)
    assert SteeringFile(folder, USUAL).read() == STEERED


def test_who_writes_another_policy_into_the_settings_means_it(tmp_path: Path) -> None:
    SteeringFile(tmp_path, USUAL).write(STEERED)
    assert SteeringFile(tmp_path, Steering(True, "drive")).read() == Steering(False, "drive")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_policy_that_the_settings_overruled_does_not_come_back_with_the_old_ones(
    tmp_path: Path, allowed: bool
) -> None:
    SteeringFile(tmp_path, USUAL).write(STEERED)
    SteeringFile(tmp_path, Steering(allowed, "match"))
    assert SteeringFile(tmp_path, USUAL).read() == Steering(False, "lift")


def test_where_the_settings_open_no_camera_no_hand_does(tmp_path: Path) -> None:
    SteeringFile(tmp_path, USUAL).write(Steering(True, "calm"))
    assert SteeringFile(tmp_path, Steering(False, "lift")).read() == Steering(False, "calm")


def test_the_settings_are_no_hand_what_they_forbade_is_as_before_when_they_allow_it(tmp_path: Path) -> None:
    forbidden = SteeringFile(tmp_path, Steering(False, "lift"))
    forbidden.write(Steering(False, "calm"))
    assert SteeringFile(tmp_path, USUAL).read() == Steering(True, "calm")
    SteeringFile(tmp_path, USUAL).write(STEERED)
    SteeringFile(tmp_path, Steering(False, "lift")).write(Steering(False, "match"))
    assert SteeringFile(tmp_path, USUAL).read() == Steering(False, "match")


def test_a_file_that_cannot_be_read_keeps_the_camera_off_and_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "steering.json").mkdir()
    file = SteeringFile(tmp_path, USUAL)
    assert [file.read(), file.read()] == [Steering(False, "lift")] * 2
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"watching": 1.5, "policy": "calm"}',
        b'{"watching": 1, "policy": "calm"}',
        b'{"watching": true, "policy": "loud"}',
        b"[" * 10**5,
    ],
)
def test_a_torn_file_keeps_the_camera_off(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "steering.json").write_bytes(content)
    assert SteeringFile(tmp_path, USUAL).read() == Steering(False, "lift")


def test_without_a_folder_nothing_is_kept() -> None:
    file = SteeringFile(None, USUAL)
    file.write(STEERED)
    assert file.read() == USUAL
    assert file.trouble is None


def test_a_folder_that_cannot_be_written_is_told_of_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("a file")
    file = SteeringFile(folder, USUAL)
    file.write(STEERED)
    assert file.trouble is not None
    assert file.trouble.fault is Fault.STATE_UNWRITABLE
    folder.unlink()
    file.write(STEERED)
    assert file.trouble is None
    assert json.loads((folder / "steering.json").read_bytes())["policy"] == "calm"
