"""What libVLC is asked for, told by a libVLC that only listens."""

import sys
from pathlib import Path

import pytest
from edge.music.listening_vlc import ListeningVlc

from mien.config import load
from mien.music.playing.vlc_output import VlcOutput


def test_libvlc_is_told_a_volume_once_and_again_for_a_new_track(monkeypatch: pytest.MonkeyPatch) -> None:
    vlc = ListeningVlc()
    monkeypatch.setitem(sys.modules, "vlc", vlc)
    output = VlcOutput(load(None, {"audio": {"output": "silent"}}).audio, "adummy", None)

    for _ in range(2):
        deck = output.load(Path("/music/a.ogg"), 0.0, lambda: None)
        for percent in (0.0, 0.4, 30.0, 55.0, 55.0, 55.3, 55.0):
            deck.set_level(percent)

    assert vlc.volumes == [0, 30, 55] * 2
