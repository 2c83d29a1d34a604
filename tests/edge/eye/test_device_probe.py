"""The kernel's real answers, as far as there are any without a camera; the rest by their numbers."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mien.eye.device_probe import complaint, explain
from mien.types import Fault

ASK_AS_NOBODY = """
import os, sys
from mien.eye.device_probe import explain
os.setgid(65534), os.setuid(65534)
reason = explain(sys.argv[1])
print(reason.fault, reason)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices and becomes somebody else")


def test_a_device_that_is_not_there_is_missing() -> None:
    reason = explain("/dev/video99")
    assert reason.fault is Fault.CAMERA_MISSING
    assert str(reason).startswith("There is no camera /dev/video99; plug it in.")


@as_root
def test_a_device_node_without_its_driver_is_missing(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    try:
        os.mknod(node, 0o20666, os.makedev(81, 63))  # the major number of video devices
        os.close(os.open(node, os.O_RDONLY))
    except OSError as error:
        if error.errno not in {errno.ENXIO, errno.ENODEV}:
            pytest.skip(f"no devices can be made here: {error}")
    assert explain(str(node)).fault is Fault.CAMERA_MISSING
    assert "There is no camera" in str(explain(str(node)))


@as_root
def test_a_device_of_somebody_else_is_named_as_such_with_its_cure() -> None:
    with TemporaryDirectory() as folder:  # pytest's own is nobody else's to enter
        Path(folder).chmod(0o755)
        node = Path(folder) / "video0"
        node.touch(0o600)
        command = [sys.executable, "-c", ASK_AS_NOBODY, str(node)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("camera_busy ")
    assert "may not be used by this user; add the user to the group 'video'" in done.stdout


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    for path in (str(notes), str(tmp_path), "/dev/null"):
        assert explain(path).fault is Fault.CAMERA_MISSING
        assert f"{path} is no camera" in str(explain(path))


@pytest.mark.parametrize(
    ("number", "fault", "cure"),
    [
        (errno.ENOENT, Fault.CAMERA_MISSING, "plug it in"),
        (errno.ENODEV, Fault.CAMERA_MISSING, "plug it in"),
        (errno.ENXIO, Fault.CAMERA_MISSING, "plug it in"),
        (errno.EACCES, Fault.CAMERA_BUSY, "group 'video'"),
        (errno.EPERM, Fault.CAMERA_BUSY, "group 'video'"),
        (errno.EBUSY, Fault.CAMERA_BUSY, "`fuser -v /dev/video0`"),
        (errno.ENOTTY, Fault.CAMERA_MISSING, "mien doctor"),
        (errno.EIO, Fault.CAMERA_LOST, "another cable"),
        (None, Fault.CAMERA_LOST, "another cable"),
    ],
)
def test_each_answer_has_its_fault_and_its_cure(number: int | None, fault: Fault, cure: str) -> None:
    reason = complaint("/dev/video0", number)
    assert reason.fault is fault
    assert cure in str(reason)
    assert "/dev/video0" in str(reason)


def test_asking_leaves_nothing_open(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(10):
        explain(str(notes))
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
