"""What sound can go to now: a sound server, a sound card, or nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mien.music.playing.sound_cards import PlaybackNode, cards, may_play, named_card, playback_nodes
from mien.music.playing.sound_output import SILENT, server_named
from mien.sections.playing import AudioSettings

_SERVER_SECONDS = 1.0  # within which a sound server that runs answers at the start


class Server(Protocol):
    """Whether a sound server is there: `SoundServer`."""

    def look(self, patience_seconds: float = 0.0) -> int | None:
        """Return a number that is another one after each start of the server; None while none answers."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


@dataclass(frozen=True, slots=True)
class Outlet:
    """Something that sound can go to.

    `name` is what people call it. `server` is the sound server's number, `nodes` are the files of the cards, also of
    those beside a server, and both are empty for an output that cannot be looked at. `allowed` is False when this user
    may not use it.
    """

    name: str
    server: int | None = None
    nodes: frozenset[PlaybackNode] = frozenset()
    allowed: bool = True

    def is_still(self, later: Outlet | None) -> bool:
        """Return whether a later look found this again: the same start of the server, no card unplugged meanwhile."""
        if later is None or self.server != later.server:
            return False
        return self.server is not None or self.nodes <= later.nodes


class Outlets:
    """Looks for what the settings' output means. To be used from one thread."""

    def __init__(
        self,
        settings: AudioSettings,
        server: Server,
        environment: Mapping[str, str] = os.environ,
        root: Path = Path("/"),
    ) -> None:
        self._output, self._server = settings.output, server
        self._card = named_card(settings.device)
        self._environment, self._root = environment, root
        self._patience_seconds = _SERVER_SECONDS

    @property
    def is_looked_at(self) -> bool:
        """False for an output of which nothing can be seen: silence, and the rarer modules of VLC."""
        return self._output in ("auto", "alsa", "pulse")

    @property
    def module(self) -> str:
        """The output of the settings; `auto` with a card of ALSA named is ALSA."""
        return "alsa" if self._output == "auto" and self._card is not None else self._output

    def look(self) -> Outlet | None:
        """Return what sound can go to now; None where there is nothing."""
        if not self.is_looked_at:
            return Outlet(f"the output {self._output}")
        nodes = frozenset() if self.module == "pulse" else playback_nodes(self._card, self._root)
        # Without a card, ALSA's default device may lead to a sound server.
        asks_server = self.module != "alsa" or (self._card is None and not nodes)
        if asks_server and (server := self._look_for_server()) is not None:
            return Outlet("the sound server", server, nodes)
        if not nodes:
            return None
        name = "the sound card" if self._card is None else f"the sound card {self._card}"
        return Outlet(name, None, nodes, may_play(nodes, self._root))

    def missing(self) -> str:
        """Say what is waited for, as one sentence."""
        if self.module == "pulse":
            return "No sound server answers: it plays silently until PulseAudio or PipeWire runs for this user."
        if self._card is None:
            return "There is no sound card and no sound server: it plays silently until there is one."
        there = ", ".join(cards(self._root)) or "none"
        return (
            f"The sound card {self._card} is not there (there are: {there}): it plays silently until it is plugged in."
        )

    def close(self) -> None:
        """End what looks."""
        self._server.close()

    def _look_for_server(self) -> int | None:
        if not server_named(self._environment, self._root):
            return None
        patience_seconds, self._patience_seconds = self._patience_seconds, 0.0
        return self._server.look(patience_seconds)


def vlc_module(module: str, outlet: Outlet | None) -> str:
    """Return the output that libVLC is started with: silence where sound can go nowhere."""
    return SILENT if outlet is None or module == "silent" else module
