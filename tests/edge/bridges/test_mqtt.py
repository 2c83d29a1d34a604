"""The MQTT bridge with a real broker: mosquitto, killed, restarted, with passwords; and with peers that are none."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from edge.bridges.broker import PASSWORD, USER, Broker, Onlooker, free_port, make_certificate, onlooker, running_broker
from edge.bridges.home_assistant_rules import faults
from edge.music.waiting import wait_until
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, HAPPY, FakeControl

from mien.bridges.mqtt import MqttBridge, device_id
from mien.config import load
from mien.errors import SettingsError
from mien.ports import Control
from mien.types import Emotion, PlayState

SHORT_PAUSES = (0.05, 0.1)
Open = Callable[..., MqttBridge]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def open_bridge(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_one(control: Control, port: int, keep_alive_seconds: int = 30, **settings: Any) -> MqttBridge:
            section = load(None, {"mqtt": {"host": "127.0.0.1", "port": port, **settings}}).mqtt
            bridge = MqttBridge(
                section, control, tmp_path, back_off_seconds=SHORT_PAUSES, keep_alive_seconds=keep_alive_seconds
            )
            stack.callback(bridge.close)
            bridge.start()
            return bridge

        yield open_one


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_state_is_told_and_kept_for_who_comes_later(
    open_bridge: Open, broker: Broker, control: FakeControl
) -> None:
    control.show(mood=HAPPY)
    open_bridge(control, broker.port, topic="den/mien")
    with onlooker(broker.port) as looks:
        assert looks.state("den/mien")["mood"] == "happy"
        control.play(CHOICES[0].track.path)
        wait_until(lambda: looks.state("den/mien")["track"] == "Morning Sun")
    with onlooker(broker.port) as late:
        assert late.state("den/mien")["artist"] == "The Bright Ones"
        assert [retained for topic, _, retained in late.messages if topic == "den/mien/state"] == [True]


def test_what_changes_nothing_that_is_told_is_not_told_and_a_storm_only_now_and_then(
    open_bridge: Open, broker: Broker, control: FakeControl
) -> None:
    open_bridge(control, broker.port, topic="storm")
    with onlooker(broker.port) as looks:
        looks.state("storm")
        control.show(eye_connected=False)
        control.show(mood=HAPPY)
        wait_until(lambda: looks.state("storm")["mood"] == "happy")
        assert len(looks.told("storm/state")) <= 2
        before, began = len(looks.told("storm/state")), time.monotonic()
        for number in range(1000):
            control.set_volume(number % 80)
        control.set_volume(81)
        wait_until(lambda: looks.state("storm")["volume"] == 81)
        assert len(looks.told("storm/state")) - before <= 2 + 4 * (time.monotonic() - began)


def test_it_is_online_while_it_runs_and_offline_after_its_end(
    open_bridge: Open, broker: Broker, control: FakeControl
) -> None:
    bridge = open_bridge(control, broker.port, topic="going")
    with onlooker(broker.port) as looks:
        wait_until(lambda: looks.told("going/status") == [b"online"])
        bridge.close()
        wait_until(lambda: looks.told("going/status") == [b"online", b"offline"])
        bridge.close()
    with onlooker(broker.port) as late:
        assert late.newest("going/status") == "offline"


def test_home_assistant_is_told_of_the_device_under_the_same_id_each_time(
    open_bridge: Open, broker: Broker, control: FakeControl, tmp_path: Path
) -> None:
    for _ in range(2):
        bridge = open_bridge(control, broker.port, topic="found", discovery="house")
        with onlooker(broker.port) as looks:
            message = json.loads(looks.newest(f"house/device/{device_id(tmp_path)}/config"))
            bridge.close()
        assert faults(message) == []
        assert message["state_topic"] == "found/state"
        assert message["device"]["identifiers"] == [device_id(tmp_path)]


def test_home_assistant_is_told_of_nothing_where_the_settings_say_so(
    open_bridge: Open, broker: Broker, control: FakeControl
) -> None:
    open_bridge(control, broker.port, topic="hidden", discovery="")
    with onlooker(broker.port) as looks:
        looks.state("hidden")
        assert [topic for topic, words, _ in looks.messages if b"hidden/state" in words] == []


def test_commands_are_done_and_nonsense_is_refused_with_a_line(
    open_bridge: Open, broker: Broker, control: FakeControl, caplog: pytest.LogCaptureFixture
) -> None:
    open_bridge(control, broker.port, topic="asked")
    with onlooker(broker.port) as looks:
        looks.state("asked")
        looks.say("asked/volume/set", "x" * 50_000)  # which the broker keeps
        looks.say("asked/volume/set", b"\xff" * 200)
        looks.say("asked/skip/set", "PRESS")
        wait_until(lambda: looks.state("asked")["track"] == "Morning Sun")
        looks.say("asked/volume/set", "100")
        wait_until(lambda: looks.state("asked")["volume"] == 85)
        looks.say("asked/override/set", '{"emotion": "sad", "minutes": 5}')
        wait_until(lambda: (looks.state("asked")["override"] or {}).get("emotion") == "sad")
    (line,) = warnings(caplog)
    assert line.startswith("A command by MQTT is not done: 'volume' b'\\xff")
    assert len(line) < 400


def test_a_command_that_the_broker_keeps_is_not_done_at_each_connection(
    open_bridge: Open, broker: Broker, control: FakeControl
) -> None:
    with onlooker(broker.port) as looks:
        looks.say("kept/skip/set", "PRESS", retain=True)
        open_bridge(control, broker.port, topic="kept")
        looks.state("kept")
        looks.say("kept/volume/set", "9")
        wait_until(lambda: looks.state("kept")["volume"] == 9)
        looks.say("kept/skip/set", "", retain=True)
    assert control.calls.get_nowait() == ("set_volume", 9)


def test_a_flood_of_commands_is_left_alone(
    open_bridge: Open, broker: Broker, control: FakeControl, caplog: pytest.LogCaptureFixture
) -> None:
    open_bridge(control, broker.port, topic="flooded")
    with onlooker(broker.port) as looks:
        looks.state("flooded")
        for _ in range(2000):
            looks._client.publish("flooded/skip/set", "PRESS")
        wait_until(lambda: b"offline" in looks.told("flooded/status"))
        wait_until(lambda: looks.told("flooded/status")[-1] == b"online")
        looks.say("flooded/volume/set", "7")
        wait_until(lambda: looks.state("flooded")["volume"] == 7)
    assert control.calls.qsize() < 500
    assert [line for line in warnings(caplog) if "it sends too many messages" in line]


def test_a_password_lets_in_and_a_wrong_one_does_not(
    open_bridge: Open, control: FakeControl, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(f"{USER}:{PASSWORD}\n")
    hash_passwords(passwords)
    with running_broker(tmp_path, "allow_anonymous false", f"password_file {passwords}") as broker:
        for settings in ({}, {"user": USER, "password": "cod"}):
            open_bridge(control, broker.port, topic="locked", **settings)
            wait_until(lambda: any("ot authorized" in line for line in warnings(caplog)))
            (line,) = warnings(caplog)
            assert line.startswith(f"The MQTT broker 127.0.0.1:{broker.port} is away (it says: Not authorized)")
            caplog.clear()
        open_bridge(control, broker.port, topic="open", user=USER, password=PASSWORD)
        with onlooker(broker.port, USER, PASSWORD) as looks:
            assert looks.state("open")["volume"] == 55
            assert looks.told("locked/state") == []


def hash_passwords(file: Path) -> None:
    subprocess.run(["mosquitto_passwd", "-U", str(file)], check=True)


def test_a_real_player_plays_on_while_the_broker_is_away_killed_and_back(
    open_bridge: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker(tmp_path, "allow_anonymous true")
    with running_player(write_library(tmp_path / "music")) as running, ExitStack() as stack:
        stack.callback(broker.kill)
        open_bridge(running.player, broker.port)
        wait_until(lambda: len(warnings(caplog)) == 1)
        assert "is away (Connection refused); it is tried again, the music plays on." in warnings(caplog)[0]
        for _ in range(2):
            broker.start()
            with onlooker(broker.port) as looks:
                steer(looks, running.player)
            broker.kill()
            plays_on(running.player)
        assert running.failure is None
    assert len(warnings(caplog)) == 1  # the second time within a minute is not told


def steer(looks: Onlooker, control: Control) -> None:
    before = control.snapshot().playback.track
    looks.state()
    looks.say("mien/skip/set", "PRESS")
    wait_until(lambda: control.snapshot().playback.track != before)
    looks.say("mien/override/set", "happy")
    wait_until(lambda: (shown := control.snapshot().override) is not None and shown.emotion is Emotion.HAPPY)
    wait_until(lambda: (looks.state()["override"] or {}).get("emotion") == "happy")
    looks.say("mien/override/set", "off")
    wait_until(lambda: control.snapshot().override is None)


def plays_on(control: Control) -> None:
    before = control.snapshot().playback.track
    control.skip()
    wait_until(lambda: control.snapshot().playback.track != before)
    assert control.snapshot().playback.state is PlayState.PLAYING


class Peer:
    """Something on a port that is no broker: says `words` to everybody, and never hangs up."""

    def __init__(self, words: bytes) -> None:
        self.came = threading.Semaphore(0)
        self._words, self._listener = words, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            connection.sendall(self._words)
            self.came.release()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()


ACCEPTED = b"\x20\x03\x00\x00\x00"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (b"\x20\x03\x00\xff\x00", "A network protocol error"),
        (b"\x20\x03\x00\x87\x00", "it says: Not authorized"),
        (ACCEPTED + b"\x30\x02\xff\xff", "A network protocol error"),
        (ACCEPTED + b"\x30\x05\x00\x02\xff\xff\x00", "it sends what is no MQTT"),
        (ACCEPTED + b"\xff\xff\xff\xff\xff\xff", "A network protocol error"),
        (ACCEPTED + b"\xd0\x00" * 10_000, "it sends too many messages"),
    ],
)
def test_what_is_no_broker_is_told_once_and_tried_again(
    open_bridge: Open, control: FakeControl, words: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        peer = Peer(words)
        stack.callback(peer.close)
        bridge = open_bridge(control, peer.port)
        for _ in range(2):
            assert peer.came.acquire(timeout=5.0)
        bridge.close()
    (line,) = warnings(caplog)
    assert f"is away ({reason}" in line


@pytest.mark.parametrize("words", [ACCEPTED, pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", marks=pytest.mark.slow)])
def test_a_connection_on_which_nothing_is_heard_is_given_up(
    open_bridge: Open, control: FakeControl, words: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        peer = Peer(words)
        stack.callback(peer.close)
        bridge = open_bridge(control, peer.port, keep_alive_seconds=1)
        for _ in range(2):
            assert peer.came.acquire(timeout=5.0)
        bridge.close()
    assert len(warnings(caplog)) == 1


def test_it_closes_soon_while_a_broker_does_not_answer(open_bridge: Open, control: FakeControl) -> None:
    with ExitStack() as stack:
        peer = Peer(b"")
        stack.callback(peer.close)
        bridge = open_bridge(control, peer.port)
        assert peer.came.acquire(timeout=5.0)
        began = time.monotonic()
        bridge.close()
        assert time.monotonic() - began < 2.0


@pytest.mark.parametrize("host", ["no.such.host.invalid", "x" * 100, "..", "::1%nowhere"])
def test_a_name_that_leads_nowhere_is_told_once(
    open_bridge: Open, control: FakeControl, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    open_bridge(control, free_port(), host=host)
    wait_until(lambda: len(warnings(caplog)) == 1)
    assert "is away (" in warnings(caplog)[0]


def test_the_id_is_made_by_chance_once_and_again_where_it_is_torn(tmp_path: Path) -> None:
    first = device_id(tmp_path / "state")
    assert device_id(tmp_path / "state") == first
    assert device_id(tmp_path / "other") != first
    for torn in (b"", b"mien_", b"mien_../../x", b"\xff\xfe", b"mien_" + b"a" * 10_000):
        (tmp_path / "state/mqtt_id").write_bytes(torn)
        again = device_id(tmp_path / "state")
        assert again == device_id(tmp_path / "state") != first


def test_an_id_that_cannot_be_kept_is_used_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    assert device_id(tmp_path / "file/state").startswith("mien_")
    assert "cannot be kept" in warnings(caplog)[0]


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # paho drops one that it refused
@pytest.mark.parametrize(
    ("name", "reason"),
    [("127.0.0.1", ""), ("localhost", "certificate verify failed"), ("", "certificate verify failed")],
)
def test_a_broker_is_known_by_its_certificate(
    open_bridge: Open, control: FakeControl, tmp_path: Path, name: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    certificate, key = make_certificate(tmp_path, name or "127.0.0.1")
    lines = ("allow_anonymous true", f"certfile {certificate}", f"keyfile {key}")
    with running_broker(tmp_path, *lines) as broker:
        open_bridge(control, broker.port, tls=True, ca_file=str(certificate) if name else "")
        if reason:
            wait_until(lambda: len(warnings(caplog)) == 1)
            assert reason in warnings(caplog)[0]
        else:
            with onlooker(broker.port, certificate=certificate) as looks:
                assert looks.state()["volume"] == 55


def test_certificates_that_are_none_are_refused(tmp_path: Path, control: FakeControl) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "none.pem"):
        section = load(None, {"mqtt": {"host": "x", "tls": True, "ca_file": str(tmp_path / name)}}).mqtt
        with pytest.raises(SettingsError, match="cannot be used"):
            MqttBridge(section, control, tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": ""}, {"topic": "a/+/b"}, {"topic": "#"}, {"topic": "/a"}, {"topic": "a//b"}, {"topic": "$SYS"},
        {"topic": "a b"}, {"discovery": "x/"}, {"port": 0}, {"host": "mqtt://x"}, {"host": "a\nb"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="mqtt"):
        load(None, {"mqtt": wrong})


def test_a_password_is_not_shown_by_a_complaint_about_it() -> None:
    with pytest.raises(SettingsError) as caught:
        load(None, {"mqtt": {"password": 123456}})
    assert "123456" not in str(caught.value)
