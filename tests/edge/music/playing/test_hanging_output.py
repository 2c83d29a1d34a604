"""A libVLC that does not come back from a call."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from edge.music.listening_vlc import ListeningVlc
from edge.music.recording import audio, track
from edge.music.waiting import wait_until

from mien.music.playing.vlc_player import VlcPlayer


class HangingVlc(ListeningVlc):
    """Hangs in `stop`, as with a sound card that is pulled out in a bad moment."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = threading.Event()
        self.released = threading.Event()

    def MediaStats(self) -> Any:  # noqa: N802 - its name in python-vlc
        return SimpleNamespace(played_abuffers=0, decoded_audio=0)

    def get_length(self) -> int:
        return -1

    def get_media(self) -> Any:
        return SimpleNamespace(get_stats=lambda _statistics: None, release=lambda: None)

    def stop(self) -> None:
        self.hangs.set()
        self.released.wait()


def test_a_hanging_libvlc_is_told_and_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    vlc, passed = HangingVlc(), 0.0
    monkeypatch.setitem(sys.modules, "vlc", vlc)
    player = VlcPlayer(audio(fade_out_seconds=0.0), lambda _ended: None, clock=lambda: time.monotonic() + passed)
    player.play(track(Path("/music/a.ogg")))
    wait_until(lambda: vlc.volumes != [])
    assert player.responds

    player.stop()
    assert vlc.hangs.wait(5)
    passed += 15.0
    assert player.responds
    passed += 10.0
    assert not player.responds

    before = time.monotonic()
    player.close()
    assert time.monotonic() - before < 1.0
    vlc.released.set()


def test_a_player_with_nothing_to_do_lives() -> None:
    passed = 0.0
    player = VlcPlayer(audio(), lambda _ended: None, clock=lambda: time.monotonic() + passed)
    passed += 30.0
    wait_until(lambda: player.responds)
    player.close()
    assert not player.responds
