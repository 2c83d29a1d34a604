"""Real child processes: small shell scripts in the place of the eye."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from edge.music.waiting import wait_until

from mien.child_process import ChildProcess

START = 'echo $$ >> "$0.started"; '


class Script:
    """A script that notes each start with its process id."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, body: str) -> list[str]:
        """Write the script and return its command line."""
        self.path.write_text(f"#!/bin/sh\n{START}{body}\n")
        self.path.chmod(0o755)
        return [str(self.path)]

    @property
    def started(self) -> list[int]:
        notes = Path(f"{self.path}.started")
        return [int(line) for line in notes.read_text().split()] if notes.exists() else []


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path / "eye")


@pytest.fixture
def start() -> Iterator[Callable[..., ChildProcess]]:
    with ExitStack() as stack:

        def start_eye(
            command: list[str], *pauses: float, may_end: bool = True, stop_seconds: float = 3.0
        ) -> ChildProcess:
            eye = ChildProcess(
                command, name="The eye", may_end=may_end, back_off_seconds=pauses or (0.01,), stop_seconds=stop_seconds
            )
            stack.callback(eye.close)
            eye.start()
            return eye

        yield start_eye
    wait_until(lambda: not watched())


# A player in small: it keeps an eye that hangs in native code, where no Python is run any more.
PLAYER = """
import sys, time
from mien.child_process import ChildProcess
ChildProcess([sys.executable, "-c", sys.argv[1], *sys.argv[2:]], name="The eye", may_end=False).start()
time.sleep(60)
"""
EYE = """
import ctypes, os, sys
from pathlib import Path
from mien.child_process import end_with_parent
end_with_parent(int(sys.argv[2]) or os.getppid())
Path(sys.argv[1]).write_text(str(os.getpid()))
ctypes.PyDLL(None).pause()
"""
# A reader that never returns, and an end of the program that does not come either.
ENDING = """
import atexit, ctypes, sys, threading
from mien.child_process import end_within
native = ctypes.CDLL(None)
threading.Thread(target=native.pause, daemon=True).start()
if sys.argv[1] == "hangs":
    atexit.register(ctypes.PyDLL(None).pause)
end_within(0.5)
sys.exit(1)
"""


def watched() -> bool:
    """True while an eye is kept running, or is about to start again."""
    return any(thread.name == "The eye" for thread in threading.enumerate())


def lives(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()


def pauses(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [message.partition(" in ")[2].partition(" s,")[0] for message in caplog.messages]


def test_an_eye_whose_source_ended_is_not_started_again(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    start(script.write("exit 0"))
    wait_until(lambda: len(script.started) == 1)
    wait_until(lambda: not watched())
    assert len(script.started) == 1
    assert caplog.messages == []


def test_an_eye_whose_source_has_no_end_is_started_again_even_when_it_ends_well(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    eye = start(script.write("exit 0"), may_end=False)
    wait_until(lambda: len(script.started) >= 3)
    eye.close()
    assert "The eye ended with status 0; it starts again" in caplog.messages[0]


def test_an_eye_that_fails_is_started_again_after_longer_and_longer_pauses(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    start(script.write('[ $(wc -l < "$0.started") -ge 5 ] || exit 7'), 0.05, 0.1, 0.5)
    wait_until(lambda: not watched())
    assert len(script.started) == 5
    assert pauses(caplog) == ["0.05", "0.1", "0.5", "0.5"]
    assert caplog.messages[0] == "The eye ended with status 7; it starts again in 0.05 s, the music plays on."
    assert time.monotonic() - began >= 1.15


def test_an_eye_that_is_killed_is_started_again(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    start(script.write('[ $(wc -l < "$0.started") -ge 2 ] || kill -KILL $$'))
    wait_until(lambda: not watched())
    assert len(script.started) == 2
    assert "ended with status -9" in caplog.messages[0]


def test_the_pauses_begin_anew_after_a_good_while(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    start(
        script.write('case $(wc -l < "$0.started") in 3) sleep 0.6; exit 1;; 5) exit 0;; *) exit 1;; esac'), 0.01, 0.4
    )
    wait_until(lambda: not watched())
    assert pauses(caplog) == ["0.01", "0.4", "0.01", "0.4"]


def test_an_eye_that_cannot_be_started_is_tried_again(
    script: Script, start: Callable[..., ChildProcess], caplog: pytest.LogCaptureFixture
) -> None:
    start([str(script.path)], 0.05)
    wait_until(lambda: "cannot be started (No such file or directory)" in caplog.text)
    script.write("exit 0")
    wait_until(lambda: not watched())
    assert len(script.started) == 1


def test_close_ends_a_running_eye(script: Script, start: Callable[..., ChildProcess]) -> None:
    eye = start(script.write("exec sleep 60"))
    wait_until(lambda: len(script.started) == 1)
    eye.close()
    assert not lives(script.started[0])
    eye.close()
    wait_until(lambda: not watched())
    assert len(script.started) == 1


def test_close_ends_an_eye_that_does_not_want_to(script: Script, start: Callable[..., ChildProcess]) -> None:
    eye = start(script.write("trap '' TERM; echo > \"$0.ready\"; while :; do sleep 0.05; done"), stop_seconds=0.2)
    wait_until(Path(f"{script.path}.ready").exists)
    eye.close()
    assert not lives(script.started[0])
    wait_until(lambda: not watched())
    assert len(script.started) == 1


def test_close_does_not_wait_for_the_next_start(script: Script, start: Callable[..., ChildProcess]) -> None:
    eye = start(script.write("exit 1"), 60.0)
    wait_until(lambda: len(script.started) == 1)
    began = time.monotonic()
    eye.close()
    wait_until(lambda: not watched())
    assert time.monotonic() - began < 2.0
    assert len(script.started) == 1


def test_an_eye_that_never_started_can_be_closed(script: Script) -> None:
    ChildProcess(script.write("exit 0"), name="The eye", may_end=True).close()
    assert script.started == []


def test_nothing_runs_after_a_close_that_came_early(script: Script, start: Callable[..., ChildProcess]) -> None:
    for _ in range(20):
        start(script.write("exec sleep 60")).close()
    wait_until(lambda: not watched())
    assert not any(map(lives, script.started))


def test_a_child_has_the_variables_it_was_given_and_those_of_its_parent(script: Script) -> None:
    command = script.write('echo "$MIEN_SOURCE $HOME" > "$0.told"')
    child = ChildProcess(command, name="The eye", may_end=True, environment={"MIEN_SOURCE": "rtsp://camera"})
    child.start()
    assert child.wait(10)
    assert Path(f"{script.path}.told").read_text() == f"rtsp://camera {os.environ['HOME']}\n"
    assert "MIEN_SOURCE" not in os.environ


def test_a_child_goes_with_its_killed_parent_even_when_it_hangs(tmp_path: Path) -> None:
    note = tmp_path / "eye"
    player = subprocess.Popen([sys.executable, "-c", PLAYER, EYE, str(note), "0"])
    try:
        wait_until(lambda: note.exists() and note.read_text() != "", 20.0)
    finally:
        player.kill()
        player.wait()
    eye = int(note.read_text())
    wait_until(lambda: not lives(eye))


def test_a_child_whose_parent_went_before_it_looked_ends_at_once() -> None:
    command = [sys.executable, "-c", EYE, "/nowhere", str(os.getppid())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("The player went away, so its children end.")


@pytest.mark.parametrize(("how", "status"), [("goes", 1), ("hangs", -signal.SIGALRM)])
def test_a_process_that_means_to_end_ends_whatever_hangs_in_it(how: str, status: int) -> None:
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", ENDING, how], check=False, timeout=20)
    assert done.returncode == status
    assert time.monotonic() - began < 10.0
