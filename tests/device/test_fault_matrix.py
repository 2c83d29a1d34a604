"""The bench itself, in a folder that tests/device/make_machine.sh made: a killed player comes back, and is heard to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("fault_matrix.py")


@pytest.mark.slow
def test_a_machine_is_broken_and_heard_to_come_back(tmp_path: Path) -> None:
    folder = os.environ.get("MIEN_BENCH")
    if not folder or os.getuid() != 0:
        pytest.skip("needs root and a machine: make one with tests/device/make_machine.sh and name it in MIEN_BENCH")
    table = tmp_path / "matrix.md"
    command = [sys.executable, str(PROGRAM), folder, "--on", "container", "--markdown", str(table)]
    done = subprocess.run([*command, "--only", "killed"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("|")[1].strip() for line in table.read_text(encoding="utf-8").splitlines()[2:]]
    assert {"player killed", "eye killed", "hearing killed", "sound server killed", "machine killed"} <= set(rows)
