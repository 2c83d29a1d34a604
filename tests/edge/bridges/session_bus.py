"""A session's bus of a test's own, which can be killed and started again, and what stands on it beside mien."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from dbus_fast.aio import MessageBus

Result = TypeVar("Result")


class SessionBus:
    """dbus-daemon on a socket in a folder."""

    def __init__(self, folder: Path) -> None:
        self.address = f"unix:path={folder}/bus"
        self._socket = folder / "bus"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = _program("dbus-daemon", "dbus")
        command = [program, "--session", "--nofork", "--nopidfile", f"--address={self.address}", "--print-address"]
        self._daemon = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._daemon.stdout is not None
        assert self._daemon.stdout.readline()  # it is told once the socket is there

    def kill(self) -> None:
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            assert self._daemon.stdout is not None
            self._daemon.stdout.close()
            self._daemon = None
            self._socket.unlink(missing_ok=True)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._daemon.send_signal(signal.SIGCONT)

    def playerctl(self, *words: str) -> str:
        """Run `playerctl` for mien, and return what it prints."""
        return self._run_playerctl("--player=mien", *words)

    def players(self) -> list[str]:
        """Return the names of all players, as `playerctl` finds them."""
        return self._run_playerctl("--list-all").splitlines()

    def _run_playerctl(self, *words: str) -> str:
        return subprocess.run(
            [_program("playerctl", "playerctl"), *words],
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address},
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()

    def as_client(self, act: Callable[[MessageBus], Awaitable[Result]]) -> Result:
        """Have a client of dbus-fast do something on the bus."""

        async def connected() -> Result:
            bus = await MessageBus(bus_address=self.address).connect()
            try:
                return await act(bus)
            finally:
                bus.disconnect()

        return asyncio.run(asyncio.wait_for(connected(), 10))


@contextmanager
def running_bus(folder: Path) -> Iterator[SessionBus]:
    bus = SessionBus(folder)
    bus.start()
    try:
        yield bus
    finally:
        bus.kill()


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    assert found is not None, f"{name} is not installed: run ./requirements.sh --dev, which installs {package}"
    return found
