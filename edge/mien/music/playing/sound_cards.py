"""ALSA's cards, by id: their numbers follow the order in which they were found, which changes from boot to boot."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_CARD = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class PlaybackNode:
    """A file of /dev/snd that sound goes through; a card that is plugged in again gets a new one.

    Its times are no part of it: udev touches the files of cards that stay.
    """

    name: str
    inode: int
    device_number: int


def named_card(device: str) -> str | None:
    """Return the card that an ALSA device names, by id or number; None where it names none, as `default`.

    "plughw:CARD=Device,DEV=0" and "hw:Device" name the card Device, "hw:1,0" the card 1.
    """
    _, _, arguments = device.partition(":")
    for part in arguments.split(","):
        key, equals, value = part.strip().partition("=")
        card = value if key == "CARD" and equals else key
        if _CARD.fullmatch(card) and (not equals or key == "CARD"):
            return card
        if not equals:
            return None
    return None


def cards(root: Path = Path("/")) -> dict[str, int]:
    """Return the number of each card by its id."""
    found = {}
    for file in sorted(root.glob("proc/asound/card*/id")) or sorted(root.glob("sys/class/sound/card*/id")):
        number = file.parent.name.removeprefix("card")
        try:
            found[file.read_text().strip()] = int(number)
        except (OSError, ValueError):  # it was unplugged just now, or is no card
            continue
    return found


def playback_nodes(card: str | None, root: Path = Path("/")) -> frozenset[PlaybackNode]:
    """Return what can play on a card, by id or number; None is any card."""
    number = "*" if card is None else card if card.isdecimal() else cards(root).get(card, "none")
    nodes = set()
    for file in root.glob(f"dev/snd/pcmC{number}D*p"):
        try:
            status = file.stat()
        except OSError:  # it was unplugged just now
            continue
        nodes.add(PlaybackNode(file.name, status.st_ino, status.st_rdev))
    return frozenset(nodes)


def may_play(nodes: frozenset[PlaybackNode], root: Path = Path("/")) -> bool:
    """Return whether this user may open one of these."""
    return any(os.access(root / "dev/snd" / node.name, os.R_OK | os.W_OK) for node in nodes)


def advice_on_number(device: str, root: Path = Path("/")) -> str | None:
    """Return what is wrong with a device that names its card by number, as one sentence; None where it does not."""
    card = named_card(device)
    if card is None or not card.isdecimal():
        return None
    ids = {number: name for name, number in cards(root).items()}
    better = device.split(":", maxsplit=1)[0] + ":CARD=" + ids.get(int(card), "Device")
    return (
        f'audio.device = "{device}" names a sound card by its number, which may be another one after the next start: '
        f'write "{better}" (`aplay -L` lists the names).'
    )
