"""The object that MPRIS puts on the bus: answers what is asked of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mien.bridges.mpris_view import Properties, player_properties, position_microseconds, root_properties
from mien.errors import MienError
from mien.ports import Control
from mien.types import PlayState, Snapshot

if TYPE_CHECKING:
    from dbus_fast import DBusError, Message, Variant

PATH = "/org/mpris/MediaPlayer2"
ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"
PROPERTIES = "org.freedesktop.DBus.Properties"

Reply = tuple[str, list[object]]
"""A signature, and values of it."""
_NOTHING: Reply = ("", [])


class MprisObject:
    """Answers by the interfaces of `mpris.xml`, whose signatures and access rights it takes from there."""

    def __init__(self, control: Control) -> None:
        from dbus_fast.introspection import Node

        self._control = control
        self._xml = Path(__file__).with_name("mpris.xml").read_text(encoding="utf-8")
        self._interfaces = {interface.name: interface for interface in Node.parse(self._xml).interfaces}
        self._properties = {name: {p.name: p for p in one.properties} for name, one in self._interfaces.items()}
        self._answers: dict[tuple[str | None, str | None], Callable[..., Reply | None]] = {
            ("org.freedesktop.DBus.Introspectable", "Introspect"): lambda: ("s", [self._xml]),
            (PROPERTIES, "Get"): self._get,
            (PROPERTIES, "GetAll"): lambda interface: ("a{sv}", [self.all(interface)]),
            (PROPERTIES, "Set"): self._set,
            (ROOT, "Raise"): lambda: None,
            (ROOT, "Quit"): lambda: None,
            (PLAYER, "Next"): control.skip,
            (PLAYER, "Previous"): lambda: None,
            (PLAYER, "Pause"): control.pause,
            (PLAYER, "Stop"): control.pause,
            (PLAYER, "Play"): control.resume,
            (PLAYER, "PlayPause"): self._play_or_pause,
            (PLAYER, "Seek"): lambda _offset: None,
            (PLAYER, "SetPosition"): lambda _track, _position: None,
            (PLAYER, "OpenUri"): self._open,
        }

    def answer(self, message: Message) -> Message | bool | None:
        """Return the answer to a call of this object, True where none is wanted, None for what is not for it.

        Raises:
            DBusError: the call cannot be met; the caller is told so.
        """
        from dbus_fast import ErrorType, Message, MessageFlag, MessageType

        if message.message_type is not MessageType.METHOD_CALL or message.path != PATH:
            return None
        meet = self._answers.get((message.interface, message.member))
        if meet is None or message.interface is None:
            return None  # the library answers that there is no such method
        (method,) = (one for one in self._interfaces[message.interface].methods if one.name == message.member)
        expected = method.in_signature
        if message.signature != expected:
            raise _error(ErrorType.INVALID_SIGNATURE, f"{message.member} takes {expected or 'nothing'}")
        try:
            signature, body = meet(*message.body) or _NOTHING
        except MienError as error:
            raise _error(ErrorType.FAILED, str(error)) from error
        if MessageFlag.NO_REPLY_EXPECTED in message.flags:
            return True
        return Message.new_method_return(message, signature, body)

    def all(self, interface: str) -> dict[str, Variant]:
        """Return an interface's properties at this moment.

        Raises:
            DBusError: there is no such interface.
        """
        snapshot = self._control.snapshot()
        values: dict[str, Properties] = {
            ROOT: root_properties(),
            PLAYER: player_properties(snapshot) | {"Position": position_microseconds(snapshot)},
        }
        return self._as_variants(interface, values.get(interface, {}))

    def changes(self, before: Snapshot, now: Snapshot) -> dict[str, Variant]:
        """Return the player's properties that are others now."""
        old = player_properties(before)
        return self._as_variants(PLAYER, {k: v for k, v in player_properties(now).items() if v != old[k]})

    def _as_variants(self, interface: str, values: Properties) -> dict[str, Variant]:
        from dbus_fast import ErrorType, Variant

        if interface not in self._properties:
            raise _error(ErrorType.UNKNOWN_INTERFACE, f"{PATH} has no interface {interface}")
        return {name: Variant(self._properties[interface][name].signature, value) for name, value in values.items()}

    def _get(self, interface: str, name: str) -> Reply:
        from dbus_fast import ErrorType

        properties = self.all(interface)
        if name not in properties:
            raise _error(ErrorType.UNKNOWN_PROPERTY, f"{interface} has no property {name}")
        return "v", [properties[name]]

    def _set(self, interface: str, name: str, value: Variant) -> None:
        from dbus_fast import ErrorType, PropertyAccess

        known = self._properties.get(interface, {}).get(name)
        if known is None:
            raise _error(ErrorType.UNKNOWN_PROPERTY, f"{interface} has no property {name}")
        if known.access is not PropertyAccess.READWRITE:
            raise _error(ErrorType.PROPERTY_READ_ONLY, f"{name} cannot be set")
        if value.signature != known.signature or not math.isfinite(value.value):
            raise _error(ErrorType.INVALID_ARGS, f"{name} is a finite number of type {known.signature}")
        if name == "Volume":  # the rate is always 1
            self._control.set_volume(round(100 * min(max(value.value, 0.0), 1.0)))

    def _play_or_pause(self) -> None:
        if self._control.snapshot().playback.state is PlayState.PLAYING:
            self._control.pause()
        else:
            self._control.resume()

    def _open(self, _address: str) -> None:
        from dbus_fast import ErrorType

        raise _error(ErrorType.NOT_SUPPORTED, "mien plays its owner's library alone")


def _error(kind: str, sentence: str) -> DBusError:
    from dbus_fast import DBusError

    return DBusError(kind, sentence)
