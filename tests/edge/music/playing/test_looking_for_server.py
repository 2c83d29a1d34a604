"""How libpulse's connection bears what goes wrong: files that run out, a server that never gets to the point."""

from __future__ import annotations

import ctypes.util
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mien.music.playing.sound_server import SoundServer

pytestmark = pytest.mark.skipif(ctypes.util.find_library("pulse") is None, reason="apt install libpulse0")

FEW_FILES = """
import os, resource, socket, sys
from mien.music.playing.sound_server import SoundServer
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
server = SoundServer()
assert server.look() is None
server.close()
most = resource.getrlimit(resource.RLIMIT_NOFILE)
before = os.listdir("/proc/self/fd")
next_file = os.dup(0)
os.close(next_file)
for more in range(8):
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_file + more, most[1]))
    assert server.look() is None
    server.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, most)
    assert os.listdir("/proc/self/fd") == before
print("It lives.")
"""


def test_files_that_run_out_end_no_process(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    command = [sys.executable, "-c", FEW_FILES, str(path)]
    run = subprocess.run(
        command,
        env={"PULSE_SERVER": f"unix:{path}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "It lives.\n"), run.stderr


def drip(listener: socket.socket, over: threading.Event) -> None:
    """Answer with a long packet of PulseAudio's protocol, byte by byte."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(struct.pack(">5I", 10_000, 0xFFFFFFFF, 0, 0, 0))  # length, no channel, offset, flags
        while not over.wait(0.03):
            connection.sendall(b"\0")


def test_the_patience_is_for_all_that_a_slow_server_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/socket")
    over = threading.Event()
    server = SoundServer()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/socket")
        listener.listen()
        dripping = threading.Thread(target=drip, args=(listener, over))
        dripping.start()
        begun_at = time.monotonic()
        assert server.look(patience_seconds=0.2) is None
        took_seconds = time.monotonic() - begun_at
        over.set()
        dripping.join()
    server.close()
    assert 0.15 < took_seconds < 1.0
