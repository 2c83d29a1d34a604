"""Runs mien as its users do: a process of its own, in an empty home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "mien"]
_OTHERS = ("XDG_", "MIEN_", "PYTHON_VLC_", "OPENCV_", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "JOURNAL_STREAM")


def surroundings(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a user with an empty home and no settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    return {**kept, "HOME": str(home), "COLUMNS": "200", **changes}


def mien(home: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; a traceback fails the test, whatever it looks for."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=surroundings(home, **environment),
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence with which a command ended that could not do its work."""
    assert done.returncode == 1, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("mien: ")
    assert line.endswith((".", "?"))
    assert done.stdout == ""
    return line.removeprefix("mien: ")
