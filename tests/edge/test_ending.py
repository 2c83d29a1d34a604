"""How all that stands around a player ends."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from edge.music.sound_files import write_tone

from mien.app.ending import Ending
from mien.app.music import Children, running_player
from mien.config import load


class Hanging:
    """A part that begins to end, and does not."""

    def __init__(self) -> None:
        self.began, self.released = threading.Event(), threading.Event()

    def close(self) -> None:
        self.began.set()
        self.released.wait(30)


def test_all_are_told_at_once_and_share_one_time(caplog: pytest.LogCaptureFixture) -> None:
    parts = [Hanging() for _ in range(5)]
    willing = threading.Event()
    ending = Ending(seconds=0.3)
    for part in parts:
        ending.callback(part.close)
    ending.callback(willing.set)
    began = time.monotonic()
    ending.begin()
    assert all(part.began.wait(0.25) for part in parts)
    assert willing.wait(0.25)
    ending.join()
    assert 0.3 <= time.monotonic() - began < 1.0
    assert caplog.messages == ["Hanging did not end within 0.3 s and is left behind."] * len(parts)
    for part in parts:
        part.released.set()


def test_a_player_whose_bridges_all_hang_ends_within_their_time(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music/one.wav", 440, 0.1)
    stubborn = ["sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"]
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
        changes = {
            "music": {"library": str(tmp_path / "music")},
            "audio": {"output": "silent"},
            "web": {"port": 0},
            "mqtt": {"host": "127.0.0.1", "port": silent.getsockname()[1]},
            "hooks": {"on_mood": stubborn, "on_track": stubborn, "on_fault": stubborn},
            "paths": {"state": str(tmp_path / "state"), "run": str(tmp_path / "run")},
        }
        with running_player(load(None, changes), None, Children(attendant=stubborn, eye=None)) as running:
            threading.Timer(0.5, running.player.stop).start()
            running.player.run()
            began = time.monotonic()
        assert time.monotonic() - began < 4.0
