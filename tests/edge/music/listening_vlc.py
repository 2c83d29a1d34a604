"""A libVLC that only listens."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any


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
