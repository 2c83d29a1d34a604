"""Serves the page from a thread of its own; on this machine alone, unless the settings name another address."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Collection, Sequence
from ipaddress import ip_address

import uvicorn
from starlette.routing import BaseRoute

from mien.errors import SettingsError
from mien.ports import Control
from mien.web.api import build_api
from mien.web.connections import ConnectionLimits, bounded_connection
from mien.web.events import EventStreams
from mien.web.hosts import Hosts, called_address
from mien.web.tokens import TokenCheck

_logger = logging.getLogger(__name__)

_GRACE_SECONDS = 2  # for answers under way when the server closes
_JOIN_SECONDS = 5.0


def listen(port: int, address: str = "127.0.0.1") -> socket.socket:
    """Take a port for the page, before there is a player to show.

    Args:
        port: which one; 0 takes a free one.
        address: one of this machine's; 0.0.0.0 are all, and :: too those of IPv6.

    Raises:
        SettingsError: the port or the address is taken or not allowed.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.create_server((address, port), family=family, dualstack_ipv6=address == "::")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            f"The page cannot be served on {_pair(address, port)} ({reason}): set another web.port, end what has it, "
            "or serve no page with --no-web."
        ) from error
    # Every connection has it from here; asyncio sets it only on sockets that name their protocol. Without it, each
    # answer's body waits 40 ms for word that its header has come.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class WebServer:
    """The page's server on a socket of `listen`, which it closes.

    Args:
        control: the player.
        listener: where it is called.
        extra_routes: what a bridge serves here too.
        token: who sends it may ask; empty lets everybody ask.
        names: by which browsers may call this machine, besides its own.
        limits: what a connection may take.
    """

    def __init__(
        self,
        control: Control,
        listener: socket.socket,
        extra_routes: Sequence[BaseRoute] = (),
        *,
        token: str = "",
        names: Collection[str] = (),
        limits: ConnectionLimits | None = None,
    ) -> None:
        host, port = listener.getsockname()[:2]
        self._address = f"http://{_pair(called_address(host), port)}"
        self._socket = listener
        self._streams = EventStreams(control)
        hosts = Hosts(names, on_network=not ip_address(host).is_loopback)
        api = build_api(control, self._streams, extra_routes, hosts=hosts, tokens=TokenCheck(token))
        self._server = _ReadyServer(
            uvicorn.Config(
                api,
                http=bounded_connection(limits or ConnectionLimits()),
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="error",  # strangers cannot fill the log with what is no HTTP
                access_log=False,
                server_header=False,
                proxy_headers=False,  # else every program here could pass for another address
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """The page's address, such as `http://127.0.0.1:8642`."""
        return self._address

    def start(self) -> None:
        """Serve; returns once requests are answered."""
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="web", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def close(self) -> None:
        """End the event streams, finish what is being answered, and stop; a second call does nothing."""
        if self._thread is not None:
            self._streams.close()
            self._server.should_exit = True
            self._thread.join(_JOIN_SECONDS)
            if self._thread.is_alive():
                _logger.warning("The page's server did not stop within %.0f s; it is left behind.", _JOIN_SECONDS)
            self._thread = None
        self._socket.close()


class _ReadyServer(uvicorn.Server):
    """Says when it accepts requests, or never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


def _pair(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
