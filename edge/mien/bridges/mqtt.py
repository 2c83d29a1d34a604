"""The player on an MQTT broker: its state, its commands, and what Home Assistant needs to find it."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from mien.bridges.extra import require
from mien.bridges.home_assistant import discovery_json, discovery_topic
from mien.bridges.mqtt_commands import CommandError, Commands
from mien.bridges.mqtt_connection import BrokerConnection, BrokerError, tls_context
from mien.bridges.mqtt_state import state_json
from mien.fault_log import FaultLog
from mien.ports import Control
from mien.sections.outside import MqttSettings
from mien.types import Fault, Trouble
from mien.whole_file import write_whole

_LOG = logging.getLogger(__name__)
_ID_FILE = "mqtt_id"
_KEEP_ALIVE_SECONDS = 30
_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_TURN_SECONDS = 0.25  # the state is published no more often, and a close waits no longer
_QUIET_SECONDS = 10.0  # between two lines about commands that are none
_SHOWN_BYTES = 60  # of such a command
_JOIN_SECONDS = 3.0


class MqttBridge:
    """Keeps a connection to the broker on a thread of its own, and begins it again whenever it ends.

    Args:
        settings: which broker, and under which topics.
        control: the player.
        state_folder: keeps the number by which the broker knows this device.
        back_off_seconds: the pauses after the first failure, the second, and so on; the last one is repeated. They
            begin anew after a connection that lasted longer than the last one.
        keep_alive_seconds: a broker that says nothing for so long is asked, and given up after as long again.

    Raises:
        SettingsError: what MQTT needs is not installed, or a setting cannot be used.
    """

    def __init__(
        self,
        settings: MqttSettings,
        control: Control,
        state_folder: Path,
        *,
        back_off_seconds: Sequence[float] = _BACK_OFF_SECONDS,
        keep_alive_seconds: int = _KEEP_ALIVE_SECONDS,
    ) -> None:
        require("paho", "mqtt", "paho-mqtt")
        self._settings, self._control, self._commands = settings, control, Commands(control)
        self._tls, self._device = tls_context(settings), device_id(state_folder)
        self._back_off_seconds, self._keep_alive_seconds = back_off_seconds, keep_alive_seconds
        self._fault_log = FaultLog()
        self._refused_at = float("-inf")
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Say good-bye to the broker; a second call does nothing."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        failures = 0
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                with closing(self._connection()) as connection:
                    if connection.open(self._closing.is_set):
                        self._converse(connection)
            except BrokerError as error:
                self._tell(str(error))
            if time.monotonic() - began > self._back_off_seconds[-1]:
                failures = 0
            self._closing.wait(self._back_off_seconds[min(failures, len(self._back_off_seconds) - 1)])
            failures += 1

    def _connection(self) -> BrokerConnection:
        return BrokerConnection(self._settings, self._device, self._tls, self._keep_alive_seconds)

    def _converse(self, connection: BrokerConnection) -> None:
        self._tell(None)
        self._announce(connection)
        version, published = -1, ""
        while not self._closing.is_set():
            snapshot = self._control.snapshot()
            if snapshot.version != version and not connection.is_busy:
                version, state = snapshot.version, json.dumps(state_json(snapshot))
                if state != published:
                    connection.publish(f"{self._settings.topic}/state", state)
                    published = state
            for name, words in connection.turn(_TURN_SECONDS):
                self._do(name, words)

    def _announce(self, connection: BrokerConnection) -> None:
        """Tell Home Assistant of this device."""
        if self._settings.discovery:
            maximum = self._control.snapshot().maximum_volume_percent
            message = discovery_json(self._settings.topic, self._device, maximum)
            connection.publish(discovery_topic(self._settings.discovery, self._device), json.dumps(message))

    def _do(self, name: str, words: bytes) -> None:
        try:
            self._commands.do(name, words)
        except CommandError as error:
            now = time.monotonic()
            if now - self._refused_at >= _QUIET_SECONDS:
                self._refused_at = now
                shown = f"{name[:_SHOWN_BYTES]!a} {words[:_SHOWN_BYTES]!r}"
                _LOG.warning("A command by MQTT is not done: %s: %s.", shown, str(error).rstrip("."))

    def _tell(self, reason: str | None) -> None:
        """Tell the log that the broker is away, or back; not each time for one that comes and goes."""
        where = f"{self._settings.host}:{self._settings.port}"
        sentence = f"The MQTT broker {where} is away ({reason}); it is tried again, the music plays on."
        troubles = () if reason is None else (Trouble(Fault.BROKER_AWAY, sentence),)
        for line in self._fault_log.update(troubles, time.monotonic()):
            _LOG.log(line.level, line.text)
        if reason is None:
            _LOG.debug("The MQTT broker %s knows this device as %s.", where, self._device)


def device_id(state_folder: Path) -> str:
    """Return the number by which brokers know this device: made by chance once, so it tells nothing of anyone."""
    file = state_folder / _ID_FILE
    with suppress(OSError, UnicodeDecodeError):
        kept = file.read_text(encoding="ascii").strip()
        if kept.startswith("mien_") and kept.removeprefix("mien_").isalnum() and len(kept) <= 40:
            return kept
    made = f"mien_{secrets.token_hex(8)}"
    try:
        state_folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, made.encode("ascii"))
    except OSError as error:
        _LOG.warning("The name %s for MQTT cannot be kept in %s (%s): it changes.", made, state_folder, error.strerror)
    return made
