"""What libVLC is asked for, told by a libVLC that only listens."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from mien.config import load
from mien.music.playing.vlc_output import VlcOutput


class ListeningVlc(ModuleType):
    """The module `vlc`, its instance, its player and its media in one; `volumes` lists what the player was set to."""

    EventType = SimpleNamespace(
        MediaPlayerPlaying=1, MediaPlayerTimeChanged=2, MediaPlayerEndReached=3, MediaPlayerEncounteredError=4
    )

    def __init__(self) -> None:
        super().__init__("vlc")
        self.volumes: list[int] = []

    def Instance(self, _options: tuple[str, ...]) -> Any:  # noqa: N802 - its name in python-vlc
        return self

    def libvlc_clock(self) -> int:
        return 0

    def libvlc_media_player_event_manager(self, _player: object) -> object:
        return SimpleNamespace(event_attach=lambda *_arguments: None)

    def media_player_new(self) -> Any:
        return self

    def media_new_location(self, _uri: str) -> Any:
        return self

    def set_media(self, _media: object) -> None: ...

    def release(self) -> None: ...

    def play(self) -> int:
        return 0

    def audio_set_volume(self, percent: int) -> None:
        self.volumes.append(percent)


def test_libvlc_is_told_a_volume_once_and_again_for_a_new_track(monkeypatch: pytest.MonkeyPatch) -> None:
    vlc = ListeningVlc()
    monkeypatch.setitem(sys.modules, "vlc", vlc)
    output = VlcOutput(load(None, {"audio": {"output": "silent"}}).audio, None)

    for _ in range(2):
        deck = output.load(Path("/music/a.ogg"), 0.0, lambda: None)
        for percent in (0.0, 0.4, 30.0, 55.0, 55.0, 55.3, 55.0):
            deck.set_level(percent)

    assert vlc.volumes == [0, 30, 55] * 2
