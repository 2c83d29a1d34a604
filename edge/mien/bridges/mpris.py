"""Media keys, `playerctl` and the desktop's widgets: mien as a player of the session, by MPRIS 2.2."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING

from mien.bridges.extra import require
from mien.bridges.following import Follower
from mien.bridges.mpris_object import PATH, PLAYER, PROPERTIES, MprisObject
from mien.errors import SettingsError
from mien.ports import Control
from mien.types import Snapshot

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_LOG = logging.getLogger(__name__)

NAME = "org.mpris.MediaPlayer2.mien"

_CONNECT_SECONDS = 10.0
_LEAVE_SECONDS = 1.0
_JOIN_SECONDS = 3.0


def session_bus() -> str:
    """Return the address of the session's bus.

    Raises:
        SettingsError: there is no session.
    """
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    if folder := os.environ.get("XDG_RUNTIME_DIR"):
        return f"unix:path={folder}/bus"
    raise SettingsError(
        "Media keys cannot reach mien here, since it runs in nobody's session: install it with ./requirements.sh "
        "--user-service, or set mpris.enabled = false."
    )


class MprisBridge:
    """Stands on the session's bus while there is one, and looks for it again when it is gone.

    Args:
        control: the player.
        address: the bus's.
        retry_seconds: how long it waits between two tries to reach the bus.

    Raises:
        SettingsError: the library for it is not installed.
    """

    def __init__(self, control: Control, address: str, retry_seconds: float = 5.0) -> None:
        require("dbus_fast", "mpris")
        self._address, self._retry_seconds = address, retry_seconds
        self._object = MprisObject(control)
        self._bus: MessageBus | None = None
        self._shown = control.snapshot()
        self._is_told = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="mpris", daemon=True)
        self._follower = Follower(control, self._on_snapshot, "mpris-follower")

    def start(self) -> None:
        """Look for the bus, on a thread of its own."""
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._serve())
        self._thread.start()
        self._follower.start()

    def close(self) -> None:
        """Leave the bus; a second call does nothing."""
        if self._loop is None or self._task is None:
            return
        self._follower.close()
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(_JOIN_SECONDS)
        self._loop = self._task = None

    def _run(self) -> None:
        assert self._loop is not None
        assert self._task is not None
        with contextlib.closing(self._loop), contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)

    async def _serve(self) -> None:
        while True:
            try:
                await self._stand_on_bus()
            except Exception as error:  # the boundary: whatever a bus does, the music plays on
                self._tell(error)
            await asyncio.sleep(self._retry_seconds)

    async def _stand_on_bus(self) -> None:
        """Answer on the bus until it is gone.

        Raises:
            Exception: whatever the bus or the library did.
        """
        from dbus_fast.aio import MessageBus

        bus = MessageBus(bus_address=self._address)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await bus.connect()
                bus.add_message_handler(self._object.answer)
                name = await _take_name(bus)
            _LOG.info("Media keys reach mien as %s.", name)
            self._is_told, self._bus = False, bus
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
            raise ConnectionResetError("it ended")
        finally:
            self._bus = None
            await _leave(bus)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        """Take a snapshot on the follower's thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._show, snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        from dbus_fast import Message

        changes = self._object.changes(self._shown, snapshot)
        self._shown = snapshot
        if changes and self._bus is not None and self._bus.connected:
            told = Message.new_signal(PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", [PLAYER, changes, []])
            with contextlib.suppress(OSError):  # a bus that takes nothing more: `_serve` hears of it as well
                sent = self._bus.send(told)
                sent.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            _LOG.warning(
                "Media keys do not reach mien: the session's bus at %s is not to be had (%s). They will once it is.",
                self._address,
                str(error) or type(error).__name__,
            )


async def _leave(bus: MessageBus) -> None:
    """End the connection, if there was one, and wait until its socket is closed."""
    if bus.connected:
        bus.disconnect()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_LEAVE_SECONDS):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def _take_name(bus: MessageBus) -> str:
    """Take mien's name on the bus; where another mien has it, one of this process."""
    from dbus_fast import NameFlag, RequestNameReply

    for name in (NAME, f"{NAME}.instance{os.getpid()}"):
        if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is RequestNameReply.PRIMARY_OWNER:
            return name
    raise ConnectionRefusedError(f"both {NAME} and {name} are taken")
