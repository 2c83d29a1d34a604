"""A real broker, mosquitto, on a port of its own, and a client that looks on."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge.music.waiting import wait_until
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

USER, PASSWORD = "ann", "swordfish"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Broker:
    """Starts and kills mosquitto; `lines` are its settings besides the port."""

    def __init__(self, folder: Path, *lines: str) -> None:
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        assert program is not None, "mosquitto is not installed: ./requirements.sh --dev, or apt-get install mosquitto"
        self.port = free_port()
        self._settings = folder / "mosquitto.conf"
        self._settings.write_text("\n".join((f"listener {self.port} 127.0.0.1", "user root", *lines, "")))
        self._command = [program, "-c", str(self._settings)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers, 10.0)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1.0).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running_broker(folder: Path, *lines: str) -> Iterator[Broker]:
    """Run a broker that lets everybody in, unless its settings say otherwise."""
    broker = Broker(folder, *(lines or ("allow_anonymous true",)))
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


class Onlooker:
    """Notes what is told under all topics, and says what a person would."""

    def __init__(self, port: int, user: str = "", password: str = "", certificate: Path | None = None) -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self._subscribed = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        if user:
            self._client.username_pw_set(user, password)
        if certificate is not None:
            self._client.tls_set(str(certificate))
        self._client.on_message = self._note
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#")
        self._client.loop_start()
        assert self._subscribed.wait(5.0)

    def _note(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.messages.append((message.topic, bytes(message.payload), message.retain))

    def say(self, topic: str, words: str | bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, words, qos=1, retain=retain).wait_for_publish(5.0)

    def told(self, topic: str) -> list[bytes]:
        return [words for each, words, _ in list(self.messages) if each == topic]

    def newest(self, topic: str) -> str:
        """Return what was last told there, waiting for the first time."""
        wait_until(lambda: bool(self.told(topic)))
        return self.told(topic)[-1].decode()

    def state(self, topic: str = "mien") -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.newest(f"{topic}/state"))
        return state

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def onlooker(port: int, user: str = "", password: str = "", certificate: Path | None = None) -> Iterator[Onlooker]:
    looks = Onlooker(port, user, password, certificate)
    try:
        yield looks
    finally:
        looks.close()


def make_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Return a certificate for a name or address, signed by itself, and its key."""
    certificate, key = folder / "broker.pem", folder / "broker.key"
    name = f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    told = ["-days", "2", "-subj", "/CN=broker", "-addext", name]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *kind, *told, *files], check=True, capture_output=True)
    return certificate, key
