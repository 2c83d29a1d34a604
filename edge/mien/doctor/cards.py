"""What sound cards and sound servers are there, and who has them: read from /proc and /dev, nothing is opened."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# " 1 [Device         ]: USB-Audio - USB Audio Device"
_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: .*? - (.*)$", re.M)


@dataclass(frozen=True, slots=True)
class Card:
    """A sound card that can play. `held_by` is the process that has it, as people know it; empty when nobody has."""

    number: int
    identity: str
    name: str
    allowed: bool
    held_by: str

    @property
    def device(self) -> str:
        """What to write into audio.device: the number may be another one after the next boot, the id is not."""
        return f"plughw:CARD={self.identity}"


@dataclass(frozen=True, slots=True)
class SoundAround:
    """All there is to sound from: cards, whether this user has a sound server, and whose servers there are besides."""

    cards: tuple[Card, ...]
    own_server: bool
    servers_of: tuple[str, ...]


def look_around(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> SoundAround:
    """Read what is there.

    Args:
        environment: where PULSE_SERVER and XDG_RUNTIME_DIR are looked up.
        root: the root of the file system that is looked at.
    """
    own = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    others = tuple(
        _user(folder.name)
        for folder in sorted(root.glob("run/user/*"))
        if _exists(folder / "pulse") and f"/run/user/{folder.name}" != own
    )
    server = bool(environment.get("PULSE_SERVER")) or any(
        _exists(root / folder.lstrip("/") / "pulse/native") for folder in (own, "/run")
    )
    return SoundAround(playing_cards(root), server, others)


def playing_cards(root: Path = Path("/")) -> tuple[Card, ...]:
    """Return the cards that can play, in the order of their numbers."""
    text = ""
    with suppress(OSError):
        text = (root / "proc/asound/cards").read_text(encoding="utf-8", errors="replace")
    found = (_card(int(number), identity, name.strip(), root) for number, identity, name in _CARD.findall(text))
    return tuple(card for card in found if card is not None)


def _card(number: int, identity: str, name: str, root: Path) -> Card | None:
    outputs = sorted(root.glob(f"proc/asound/card{number}/pcm*p"))
    if not outputs:
        return None
    nodes = [root / f"dev/snd/pcmC{number}D{output.name[3:-1]}p" for output in outputs]
    held = next((holder for output in outputs if (holder := _holder(output, root))), "")
    return Card(number, identity, name, any(os.access(node, os.R_OK | os.W_OK) for node in nodes), held)


def _holder(output: Path, root: Path) -> str:
    """Return who plays on a card's output: "vlc (process 123)"."""
    for status in sorted(output.glob("sub*/status")):
        with suppress(OSError):
            if found := re.search(r"owner_pid\s*:\s*(\d+)", status.read_text(encoding="ascii")):
                return f"{_program(found[1], root)} (process {found[1]})"
    return ""


def _program(process: str, root: Path) -> str:
    with suppress(OSError):
        return (root / "proc" / process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return "a program"


def _user(number: str) -> str:
    with suppress(KeyError, ValueError):
        return pwd.getpwuid(int(number)).pw_name
    return f"number {number}"


def _exists(path: Path) -> bool:
    """Say whether something is there, or may be behind a folder that this user may not enter."""
    try:
        return path.exists()
    except PermissionError:
        return True
