"""mien on a real bus, asked by `playerctl` and by a client of dbus-fast."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from edge.bridges.session_bus import SessionBus, running_bus
from edge.music.waiting import wait_until
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, FakeControl, expression_of
from hypothesis import given
from hypothesis import strategies as st

from mien.bridges.mpris import NAME, MprisBridge, session_bus
from mien.bridges.mpris_object import PATH, PLAYER, PROPERTIES, ROOT
from mien.bridges.mpris_view import NO_TRACK, metadata
from mien.errors import LinkError, SettingsError
from mien.ports import Control
from mien.types import Emotion, Playback, PlayState

TRACK = replace(CHOICES[0].track, album="Dawn", path=Path("/music/secret folder/sun.ogg"))


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SessionBus]:
    with running_bus(tmp_path) as bus:
        yield bus


@contextmanager
def standing(control: Control, bus: SessionBus, name: str = NAME) -> Iterator[MprisBridge]:
    with closing(MprisBridge(control, bus.address, retry_seconds=0.05)) as bridge:
        bridge.start()
        wait_until(lambda: name in names(bus))
        yield bridge


def names(bus: SessionBus) -> list[str]:
    (found,) = bus.as_client(
        lambda client: call(client, "org.freedesktop.DBus", "ListNames", to="org.freedesktop.DBus")
    )
    assert isinstance(found, list)
    return found


async def call(
    client: MessageBus, interface: str, member: str, signature: str = "", *body: Any, to: str = NAME
) -> list[Any]:
    path = "/org/freedesktop/DBus" if to == "org.freedesktop.DBus" else PATH
    message = Message(to, path, interface, member, signature=signature, body=list(body))
    reply = await client.call(message)
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        raise DBusError(str(reply.error_name), reply.body[0])
    return reply.body


def asked(bus: SessionBus, interface: str, member: str, signature: str = "", *body: Any, to: str = NAME) -> list[Any]:
    return bus.as_client(lambda client: call(client, interface, member, signature, *body, to=to))


def properties(bus: SessionBus, interface: str) -> dict[str, Any]:
    (found,) = asked(bus, PROPERTIES, "GetAll", "s", interface)
    return {name: variant.value for name, variant in found.items()}


def test_playerctl_steers_it_and_sees_what_plays(bus: SessionBus) -> None:
    control = FakeControl()
    with standing(control, bus):
        bus.playerctl("next")
        assert control.calls.get(timeout=5)[0] == "skip"
        assert bus.playerctl("status") == "Playing"
        bus.playerctl("play-pause")
        assert control.calls.get(timeout=5)[0] == "pause"
        assert bus.playerctl("status") == "Paused"
        bus.playerctl("play-pause")
        assert control.calls.get(timeout=5)[0] == "resume"
        bus.playerctl("stop")
        assert control.calls.get(timeout=5)[0] == "pause"
        bus.playerctl("volume", "0.4")
        assert control.calls.get(timeout=5) == ("set_volume", 40)
        assert float(bus.playerctl("volume")) == 0.4
        shown = bus.playerctl("metadata", "--format", "{{artist}}|{{title}}|{{mpris:length}}|{{status}}")
        assert shown == "The Bright Ones|Morning Sun|180000000|Paused"


def test_a_desktop_reads_all_of_it_by_its_interfaces(bus: SessionBus) -> None:
    control = FakeControl()
    control.show(playback=Playback(PlayState.PLAYING, TRACK, 12.5))
    with standing(control, bus):

        async def described(client: MessageBus) -> dict[str, set[str]]:
            node = await client.introspect(NAME, PATH)
            return {one.name: {each.name for each in one.properties} for one in node.interfaces}

        interfaces = bus.as_client(described)
        root, player = properties(bus, ROOT), properties(bus, PLAYER)
    assert set(root) == interfaces[ROOT]
    assert set(player) == interfaces[PLAYER]
    assert root["Identity"] == "mien"
    expected = {"PlaybackStatus": "Playing", "Position": 12_500_000, "Volume": 0.55, "Rate": 1.0, "CanControl": True}
    assert expected.items() <= player.items()
    assert [name for name in player if name.startswith("Can") and not player[name]] == ["CanGoPrevious", "CanSeek"]
    shown = {name: variant.value for name, variant in player["Metadata"].items()}
    assert shown.pop("mpris:trackid").startswith("/org/mien/track/")
    assert shown == {
        "xesam:title": "Morning Sun",
        "xesam:artist": ["The Bright Ones"],
        "xesam:album": "Dawn",
        "mpris:length": 180_000_000,
    }


def test_only_what_changed_is_told(bus: SessionBus) -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)

    async def changes(client: MessageBus) -> list[dict[str, Any]]:
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        rule = f"type='signal',sender='{NAME}',path='{PATH}'"
        await call(client, "org.freedesktop.DBus", "AddMatch", "s", rule, to="org.freedesktop.DBus")
        client.add_message_handler(
            lambda m: told.put_nowait(m.body[1]) if m.member == "PropertiesChanged" else None,
        )
        found = []
        acts: tuple[Callable[[], object], ...] = (
            control.pause,
            lambda: control.show(expression=expression_of(Emotion.SAD)),  # which nobody hears of here
            lambda: control.set_volume(30),
            control.skip,
        )
        for act in acts:
            act()
            if act is not acts[1]:
                found.append(await told.get())
        return found

    with standing(control, bus):
        paused, softer, skipped = bus.as_client(changes)
    assert paused == {"PlaybackStatus": Variant("s", "Paused")}
    assert softer == {"Volume": Variant("d", 0.3)}
    assert set(skipped) == {"PlaybackStatus", "Metadata"}
    assert skipped["Metadata"].value["xesam:title"].value == "Rück <b>Wärts</b>"


@pytest.mark.parametrize("volume", [1.0, 7.5, -1.0])
def test_no_volume_asked_for_is_louder_than_the_cap_or_less_than_nothing(bus: SessionBus, volume: float) -> None:
    control = FakeControl()
    with standing(control, bus):
        asked(bus, PROPERTIES, "Set", "ssv", PLAYER, "Volume", Variant("d", volume))
        assert properties(bus, PLAYER)["Volume"] == (0.0 if volume < 0 else 0.85)


REFUSED: list[tuple[Any, ...]] = [
    (PROPERTIES, "Set", "ssv", PLAYER, "Volume", Variant("d", float("nan"))),
    (PROPERTIES, "Set", "ssv", PLAYER, "Volume", Variant("s", "loud")),
    (PROPERTIES, "Set", "ssv", PLAYER, "Metadata", Variant("a{sv}", {})),
    (PROPERTIES, "Set", "ssv", PLAYER, "Shuffle", Variant("b", True)),
    (PROPERTIES, "Get", "ss", PLAYER, "Fullscreen"),
    (PROPERTIES, "GetAll", "s", "org.example.Nothing"),
    (PROPERTIES, "GetAll", "i", 3),
    (PLAYER, "Next", "s", "now"),
    (PLAYER, "OpenUri", "s", "file:///etc/passwd"),
    (PLAYER, "Explode", ""),
]


def test_nonsense_is_refused_and_changes_nothing(bus: SessionBus) -> None:
    control = FakeControl()
    with standing(control, bus):
        for request in REFUSED:
            with pytest.raises(DBusError):
                asked(bus, *request)
        unmoving: list[tuple[Any, ...]] = [(PLAYER, "Previous", ""), (PLAYER, "Seek", "x", 5), (ROOT, "Quit", "")]
        for unmoved in unmoving:
            assert asked(bus, *unmoved) == []
        assert bus.playerctl("status") == "Stopped"
    assert control.calls.empty()


class BusyControl(FakeControl):
    """Asked too much already."""

    def skip(self) -> None:
        raise LinkError("Too much is asked of the player at once.")


def test_what_the_player_refuses_is_said_to_who_asked(bus: SessionBus, caplog: pytest.LogCaptureFixture) -> None:
    with standing(BusyControl(), bus):
        with pytest.raises(DBusError, match="Too much is asked"):
            asked(bus, PLAYER, "Next")
        asked(bus, PLAYER, "Pause")
    assert caplog.text == ""


def test_a_second_mien_stands_beside_the_first(bus: SessionBus) -> None:
    first, second = FakeControl(), FakeControl()
    with standing(first, bus), closing(MprisBridge(second, bus.address)) as other:
        other.start()
        wait_until(lambda: any(name.startswith(f"{NAME}.instance") for name in names(bus)))
        (name,) = (name for name in names(bus) if name.startswith(f"{NAME}.instance"))
        asked(bus, PLAYER, "Next", to=name)
    assert second.calls.get(timeout=5)[0] == "skip"
    assert first.calls.empty()


def test_a_bus_that_is_killed_and_comes_back_is_told_once_while_the_music_plays_on(
    tmp_path: Path, bus: SessionBus, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mien.bridges.mpris")
    with running_player(write_library(tmp_path / "music")) as running:
        running.connect_eye()
        wait_until(lambda: running.player.snapshot().playback.state is PlayState.PLAYING)
        with standing(running.player, bus):
            bus.kill()
            wait_until(lambda: len(caplog.records) == 2)
            before = running.settle()
            running.player.skip()
            wait_until(lambda: running.player.snapshot().playback.track != before.playback.track)
            bus.start()
            wait_until(lambda: NAME in names(bus))
            wait_until(lambda: len(caplog.records) == 3)
            track = running.settle().playback.track
            assert track is not None
            assert bus.playerctl("metadata", "title") == track.title
            bus.playerctl("play-pause")
            wait_until(lambda: running.player.snapshot().playback.state is PlayState.PAUSED)
        assert running.failure is None
    first, gone, back = (record.getMessage() for record in caplog.records)
    assert first == back == f"Media keys reach mien as {NAME}."
    assert gone.startswith("Media keys do not reach mien: the session's bus at unix:path=")


def test_without_a_bus_it_tries_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bus = SessionBus(tmp_path)
    with closing(MprisBridge(FakeControl(), bus.address, retry_seconds=0.01)) as bridge:
        bridge.start()
        wait_until(lambda: len(caplog.records) > 0)
        with running_bus(tmp_path):
            wait_until(lambda: NAME in names(bus))
            assert len(caplog.records) == 1


def test_a_bus_that_answers_nothing_holds_up_nobody(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "bus"))
        silent.listen()
        bridge = MprisBridge(FakeControl(), f"unix:path={tmp_path}/bus")
        bridge.start()
        caller, _ = silent.accept()
        with caller:
            bridge.close()
            assert caller.recv(100)  # it greeted
            assert caller.recv(100) == b""  # and left


def test_a_bus_that_stands_still_holds_up_nobody(bus: SessionBus) -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    with standing(control, bus):
        with bus.standing_still():
            for _ in range(2000):
                control.skip()
            assert len([control.calls.get_nowait() for _ in range(2001)]) == 2001
        wait_until(lambda: NAME in names(bus))
        assert bus.playerctl("status") == "Playing"
        bus.playerctl("next")
        assert control.calls.get(timeout=5)[0] == "skip"


def test_who_runs_in_nobodys_session_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert session_bus() == "unix:path=/run/user/7/bus"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    with pytest.raises(SettingsError, match="runs in nobody's session"):
        session_bus()


@given(st.text(st.characters(exclude_categories=())), st.none() | st.text(), st.none() | st.floats())
def test_any_track_can_be_put_on_a_bus(title: str, artist: str | None, seconds: float | None) -> None:
    shown = metadata(replace(TRACK, title=title, artist=artist, duration_seconds=seconds))
    message = Message.new_signal(PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", [PLAYER, {}, []])
    message.body[1]["Metadata"] = Variant("a{sv}", shown)
    message.serial = 1
    assert b"xesam:title" in message._marshall(False)
    assert "\0" not in shown["xesam:title"].value
    assert "secret" not in str(shown)


def test_no_track_is_one_too() -> None:
    assert metadata(None) == {"mpris:trackid": Variant("o", NO_TRACK)}
