"""One connection to an MQTT broker, from its beginning to its end, used from one thread."""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from mien.bridges.mqtt_commands import LONGEST_BYTES
from mien.errors import SettingsError
from mien.link.pace import Pace
from mien.sections.outside import MqttSettings

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode

_LOG = logging.getLogger(__name__)
_CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.2
_LONGEST_PACKET = 1024 + LONGEST_BYTES  # a command and its topic; the broker keeps longer ones
_TURNS_AT_ONCE = 50  # more of what a broker sends is a flood
_TURNS_PER_SECOND = 20.0
_WITH_LAST_WILL = 4  # the reason to disconnect for which the broker tells our last will


class BrokerError(Exception):
    """The connection cannot be made or held; the message is the reason, to stand in brackets."""


def tls_context(settings: MqttSettings) -> ssl.SSLContext | None:
    """Return what checks the broker's certificate; None without encryption.

    Raises:
        SettingsError: the file of certificates cannot be used.
    """
    if not settings.tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:  # ssl.SSLError is one
        reason = os.strerror(error.errno) if error.errno and not isinstance(error, ssl.SSLError) else "no certificate"
        raise SettingsError(
            f"The certificates {settings.ca_file} cannot be used ({reason}): give mqtt.ca_file a PEM file, or nothing."
        ) from error


class BrokerConnection:
    """Subscribes to the commands, says that we are there, and takes both back at its end.

    Args:
        settings: which broker.
        name: what the broker knows this client by; two of one name throw each other out.
        tls: checks the broker's certificate.
        keep_alive_seconds: after so long without a word the broker is asked for one, and given up after as long again.
    """

    def __init__(self, settings: MqttSettings, name: str, tls: ssl.SSLContext | None, keep_alive_seconds: int) -> None:
        self._settings, self._keep_alive_seconds = settings, keep_alive_seconds
        self._status_topic = f"{settings.topic}/status"
        self._commands: deque[tuple[str, bytes]] = deque()
        self._is_open = False
        self._refusal: str | None = None
        self._pace = Pace(_TURNS_AT_ONCE, _TURNS_PER_SECOND)
        self._client = self._make_client(name, tls)

    def _make_client(self, name: str, tls: ssl.SSLContext | None) -> Client:
        from paho.mqtt.client import Client, MQTTv5
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTv5, reconnect_on_failure=False)
        client.connect_timeout = _CONNECT_SECONDS
        if self._settings.user:
            client.username_pw_set(self._settings.user, self._settings.password or None)
        if tls is not None:
            client.tls_set_context(tls)
        client.will_set(self._status_topic, "offline", retain=True)
        client.on_connect = self._on_answer
        client.on_message = self._on_message
        return client

    def open(self, should_end: Callable[[], bool]) -> bool:
        """Connect, subscribe, and say that we are there; False when it shall end before that is done.

        Raises:
            BrokerError: the broker does not answer, or refuses.
        """
        self._connect()
        while not self._is_open:
            if should_end():
                return False
            self._turn(_LOOK_SECONDS)
        self._subscribe()
        self.publish(self._status_topic, "online")
        return True

    def _connect(self) -> None:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.MaximumPacketSize = _LONGEST_PACKET
        host, port = self._settings.host, self._settings.port
        try:
            self._client.connect(host, port, self._keep_alive_seconds, clean_start=True, properties=properties)
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be one
            raise BrokerError(getattr(error, "strerror", None) or str(error) or type(error).__name__) from error

    def _subscribe(self) -> None:
        from paho.mqtt.subscribeoptions import SubscribeOptions

        # A command that the broker keeps would be done again at each connection.
        options = SubscribeOptions(qos=0, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        self._client.subscribe(f"{self._settings.topic}/+/set", options=options)

    def turn(self, seconds: float) -> list[tuple[str, bytes]]:
        """Wait for so long at most, and return the commands that came: their names and words.

        Raises:
            BrokerError: the connection is lost, or the broker sends too much.
        """
        began = time.monotonic()
        self._turn(seconds)
        if self._pace.wait_seconds(began) > 0.0:
            raise BrokerError("it sends too many messages")
        commands = list(self._commands)
        self._commands.clear()
        return commands

    def _turn(self, seconds: float) -> None:
        try:
            result = self._client.loop(seconds)
        except Exception as error:  # the boundary: whatever bytes a broker sends, they end this connection alone
            _LOG.debug("The MQTT broker sent what cannot be read.", exc_info=True)
            raise BrokerError("it sends what is no MQTT") from error
        if self._refusal is not None:
            raise BrokerError(self._refusal)
        if result != 0:
            from paho.mqtt.client import error_string

            raise BrokerError(error_string(result).rstrip("."))

    @property
    def is_busy(self) -> bool:
        """True while the broker has not taken all that was sent."""
        return self._client.want_write()

    def publish(self, topic: str, words: str) -> None:
        """Have the broker tell a message, and keep it for who comes later."""
        self._client.publish(topic, words, qos=0, retain=True)

    def close(self) -> None:
        """Say that we are gone, if the broker still listens; a second call does nothing."""
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.reasoncodes import ReasonCode

        if self._client.is_connected():
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=_WITH_LAST_WILL))
        self._client.on_connect = self._client.on_message = None  # else it would know us, and live on with its sockets

    def _on_answer(
        self, _client: Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._refusal = f"it says: {reason}"
        self._is_open = not reason.is_failure

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        name = message.topic.removeprefix(f"{self._settings.topic}/").removesuffix("/set")
        self._commands.append((name, bytes(message.payload)))
