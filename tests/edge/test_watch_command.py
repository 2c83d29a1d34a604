"""`mien watch` as a process that is told to end: what it saw until then stands in its trace."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.command_line import COMMAND, surroundings

from mien.trace import TraceReader
from mien.types import Observation

IGNORES_HANGING_UP = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]  # as nohup(1) does
ENOUGH = 3


@pytest.fixture
def watch(tmp_path: Path) -> list[str]:
    """The command for pictures that take minutes, and its trace."""
    (tmp_path / "pictures").mkdir()
    first = tmp_path / "pictures/0.png"
    cv2.imwrite(str(first), np.full((48, 64, 3), 128, np.uint8))
    for number in range(1, 20_000):
        os.link(first, tmp_path / f"pictures/{number}.png")
    trace = str(tmp_path / "watched.trace")
    return [*COMMAND, "watch", str(tmp_path / "pictures"), "--profile", "drive", "--trace", trace]


@contextmanager
def started(command: list[str], home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command, which is killed where a test fails, and read its first lines."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings(home)
    ) as process:
        try:
            read_some(process)
            yield process
        finally:
            process.kill()


def read_some(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for _ in range(ENOUGH):
        assert process.stdout.readline(), process.communicate(timeout=20)


def rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Read what `communicate` would lose: lines that came in one piece with those that were read before."""
    assert process.stdout is not None
    assert process.stderr is not None
    more, complaint = process.stdout.read(), process.stderr.read()
    process.wait(20)
    return more, complaint


def seen(trace: Path) -> int:
    return sum(isinstance(item, Observation) for item in TraceReader(trace))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_that_is_told_to_end_keeps_what_it_saw(watch: list[str], tmp_path: Path, number: int) -> None:
    with started(watch, tmp_path) as process:
        process.send_signal(number)
        more, complaint = rest(process)
    assert (process.returncode, complaint) == (0, "")
    printed = ENOUGH + sum(" s  " in line for line in more.splitlines())
    assert printed <= seen(tmp_path / "watched.trace") <= printed + 1
    assert TraceReader(tmp_path / "watched.trace").header.settings["people"]["follow"] == "seat"


def test_a_watch_ends_with_its_terminal_and_keeps_what_it_saw(watch: list[str], tmp_path: Path) -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.execve(watch[0], watch, surroundings(tmp_path))
    try:
        printed = b""
        while printed.count(b"\n") < ENOUGH:
            printed += os.read(terminal, 4096)
    finally:
        os.close(terminal)  # as when a connection by ssh breaks off
        os.waitpid(process, 0)
    assert seen(tmp_path / "watched.trace") >= printed.count(b"\n")


def test_a_watch_that_shall_outlive_its_terminal_does(watch: list[str], tmp_path: Path) -> None:
    with started([*IGNORES_HANGING_UP, *watch], tmp_path) as process:
        process.send_signal(signal.SIGHUP)
        for _ in range(30):  # far more than were printed before it could end
            read_some(process)
        assert process.poll() is None
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
