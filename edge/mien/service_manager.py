"""Tells the service manager how a service does: sd_notify's datagrams, without its library.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

from __future__ import annotations

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping

_LOG = logging.getLogger(__name__)
_KICKS_A_PERIOD = 4
_LONGEST_STATUS = 200


class ServiceManager:
    """The one that started this process, if any did; without one, and when it is gone, every call does nothing.

    Args:
        environment: where NOTIFY_SOCKET and WATCHDOG_USEC stand. A process that was not started by the manager itself,
            such as a child of the service, is given none.
        clock: tells monotonic seconds.
    """

    def __init__(self, environment: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._clock = clock
        self._period_seconds = _kick_seconds(environment)
        self._kicked_at = -math.inf
        self._ready = False
        self._status = ""

    def ready(self) -> None:
        """Say, once, that the service does its work."""
        if not self._ready:
            self._ready = self._tell("READY=1")

    def status(self, text: str) -> None:
        """Say what the service does, for `systemctl status`; said again only when it is another text."""
        line = " ".join(text.split())[:_LONGEST_STATUS]
        if line != self._status and self._tell(f"STATUS={line}"):
            self._status = line

    def stopping(self) -> None:
        """Say that the service ends."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """Kick the watchdog, at most each quarter of its period. To be called only when something was got done."""
        if self._period_seconds is None:
            return
        now = self._clock()
        if now >= self._kicked_at + self._period_seconds and self._tell("WATCHDOG=1"):
            self._kicked_at = now

    def rest(self, ended: threading.Event) -> None:
        """Be a service that does nothing, until `ended` is set: one that ended would be started again."""
        self.ready()
        self.status("turned off in the settings")
        while not ended.wait(self._period_seconds):  # without a watchdog, for ever
            self.alive()
        self.stopping()

    def _tell(self, line: str) -> bool:
        if self._address is None:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking:
                speaking.sendto(line.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as error:  # it starts anew, or is busy: there is nobody else to tell
            _LOG.debug("The service manager was not told %s: %s", line, error)
            return False
        return True


def _address(name: str) -> str | None:
    """Return the address to send to; a name that begins with @ is of Linux's abstract namespace."""
    if name.startswith("@"):
        return f"\0{name[1:]}"
    return name if name.startswith("/") else None


def _kick_seconds(environment: Mapping[str, str]) -> float | None:
    """Return how often to kick the watchdog; None when there is none for this process."""
    period, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not period.isdecimal() or int(period) == 0 or process not in ("", str(os.getpid())):
        return None
    return int(period) / 1e6 / _KICKS_A_PERIOD
