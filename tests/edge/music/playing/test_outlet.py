"""What sound can go to, in made-up file systems and with a made-up sound server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mien.config import load
from mien.music.playing.outlet import Outlet, Outlets, vlc_module
from mien.music.playing.sound_cards import advice_on_number, cards, named_card, playback_nodes


class FakeServer:
    """Answers `number`; `patience` lists how long each look would have waited."""

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.patience: list[float] = []

    def look(self, patience_seconds: float = 0.0) -> int | None:
        self.patience.append(patience_seconds)
        return self.number

    def close(self) -> None:
        self.number = None


def plug(root: Path, number: int, card: str, nodes: tuple[str, ...] = ("D0p", "D0c")) -> None:
    folder = root / f"proc/asound/card{number}"
    folder.mkdir(parents=True)
    (folder / "id").write_text(f"{card}\n")
    (root / "dev/snd").mkdir(parents=True, exist_ok=True)
    for node in nodes:
        (root / f"dev/snd/pcmC{number}{node}").touch()


def unplug(root: Path, number: int) -> None:
    (root / f"proc/asound/card{number}/id").unlink()
    (root / f"proc/asound/card{number}").rmdir()
    for node in (root / "dev/snd").glob(f"pcmC{number}D*"):
        node.rename(root / f"gone {node.stat().st_ino}")  # so that its inode is not used again


def looker(root: Path, server: FakeServer | None = None, *, runs: bool = False, **audio: str) -> Outlets:
    environment = {"PULSE_SERVER": "unix:/socket"} if runs else {"XDG_RUNTIME_DIR": "/run/user/7"}
    return Outlets(load(None, {"audio": audio}).audio, server or FakeServer(), environment, root)


@pytest.mark.parametrize(
    ("device", "card"),
    [
        ("plughw:CARD=Device", "Device"),
        ("plughw:CARD=Device,DEV=0", "Device"),
        ("hw:DEV=0,CARD=b1", "b1"),
        ("hw:1,0", "1"),
        ("sysdefault:Headphones", "Headphones"),
        ("default", None),
        ("", None),
        ("plug:'dmix:1'", None),
        ("alsa_output.pci-0000_00_1f.3.analog-stereo", None),
    ],
)
def test_the_card_of_a_device(device: str, card: str | None) -> None:
    assert named_card(device) == card


def test_a_card_is_found_by_its_id_whatever_its_number(tmp_path: Path) -> None:
    plug(tmp_path, 0, "vc4hdmi")
    plug(tmp_path, 1, "Device")
    plug(tmp_path, 2, "Webcam", ("D0c",))
    assert cards(tmp_path) == {"vc4hdmi": 0, "Device": 1, "Webcam": 2}
    assert [node.name for node in playback_nodes("Device", tmp_path)] == ["pcmC1D0p"]
    assert [node.name for node in playback_nodes("0", tmp_path)] == ["pcmC0D0p"]
    assert playback_nodes("Webcam", tmp_path) == playback_nodes("Other", tmp_path) == frozenset()
    assert len(playback_nodes(None, tmp_path)) == 2


def test_the_card_order_of_a_boot_does_not_matter(tmp_path: Path) -> None:
    outlets = looker(tmp_path, device="plughw:CARD=Device")
    plug(tmp_path, 0, "vc4hdmi")
    assert outlets.look() is None
    assert outlets.missing() == (
        "The sound card Device is not there (there are: vc4hdmi): it plays silently until it is plugged in."
    )
    plug(tmp_path, 1, "Device")
    first = outlets.look()
    assert first is not None
    assert first.name == "the sound card Device"

    unplug(tmp_path, 1)
    assert not first.is_still(outlets.look())
    plug(tmp_path, 3, "Device")
    second = outlets.look()
    assert second is not None
    assert not first.is_still(second)
    assert second.is_still(outlets.look())


def test_a_card_that_was_away_between_two_looks_is_another_one(tmp_path: Path) -> None:
    outlets = looker(tmp_path, device="hw:Device")
    plug(tmp_path, 1, "Device")
    before = outlets.look()
    unplug(tmp_path, 1)
    plug(tmp_path, 1, "Device")
    assert before is not None
    assert not before.is_still(outlets.look())


def test_a_card_whose_file_is_touched_is_the_same_one(tmp_path: Path) -> None:
    outlets = looker(tmp_path)
    plug(tmp_path, 1, "Device")
    before = outlets.look()
    os.utime(tmp_path / "dev/snd/pcmC1D0p", (1.0, 1.0))  # as `udevadm trigger` does
    assert before is not None
    assert before.is_still(outlets.look())


def test_a_server_is_the_same_one_whatever_cards_come_and_go(tmp_path: Path) -> None:
    outlets = looker(tmp_path, FakeServer(1), runs=True)
    plug(tmp_path, 0, "PCH")
    before = outlets.look()
    unplug(tmp_path, 0)
    assert before is not None
    assert before.is_still(outlets.look())


def test_alsa_with_a_card_asks_no_server(tmp_path: Path) -> None:
    plug(tmp_path, 0, "PCH")
    server = FakeServer(1)
    outlet = looker(tmp_path, server, runs=True, output="alsa").look()
    assert outlet is not None
    assert (outlet.name, server.patience) == ("the sound card", [])


def test_a_number_gets_the_advice_to_write_the_name(tmp_path: Path) -> None:
    plug(tmp_path, 1, "Device")
    assert 'write "plughw:CARD=Device"' in (advice_on_number("plughw:1,0", tmp_path) or "")
    assert advice_on_number("plughw:CARD=Device", tmp_path) is advice_on_number("", tmp_path) is None


def test_a_server_comes_before_the_cards_that_it_holds(tmp_path: Path) -> None:
    plug(tmp_path, 0, "PCH")
    server = FakeServer(3)
    assert looker(tmp_path, server, runs=True).look() == Outlet("the sound server", 3, playback_nodes(None, tmp_path))
    server.number = None
    outlet = looker(tmp_path, server, runs=True).look()
    assert outlet is not None
    assert outlet.name == "the sound card"


def test_a_server_is_only_asked_where_one_is_named_and_waited_for_once(tmp_path: Path) -> None:
    server = FakeServer(1)
    assert looker(tmp_path, server).look() is None
    assert server.patience == []
    outlets = looker(tmp_path, server, runs=True)
    outlets.look()
    outlets.look()
    assert [patience > 0 for patience in server.patience] == [True, False]


def test_what_the_settings_ask_for_is_what_is_looked_for(tmp_path: Path) -> None:
    plug(tmp_path, 0, "PCH")
    assert looker(tmp_path, output="pulse").look() is None
    assert "No sound server" in looker(tmp_path, output="pulse").missing()
    on_card = looker(tmp_path, FakeServer(1), runs=True, device="plughw:CARD=PCH")
    outlet = on_card.look()
    assert outlet is not None
    assert (outlet.server, on_card.module) == (None, "alsa")
    bridged = looker(tmp_path / "none", FakeServer(1), runs=True, output="alsa").look()
    assert bridged == Outlet("the sound server", 1)


@pytest.mark.parametrize("output", ["silent", "jack"])
def test_what_cannot_be_looked_at_is_taken_to_be_there(tmp_path: Path, output: str) -> None:
    outlets = looker(tmp_path, output=output)
    assert not outlets.is_looked_at
    assert outlets.look() == outlets.look() != None  # noqa: E711 - it is something, and stays it


def test_the_module_is_silence_where_there_is_nothing() -> None:
    there = Outlet("the sound server", 1)
    assert vlc_module("auto", None) == vlc_module("silent", there) == "adummy"
    assert (vlc_module("auto", there), vlc_module("alsa", there)) == ("auto", "alsa")
