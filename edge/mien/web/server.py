"""Serves the page from a thread of its own, on this machine alone."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Sequence

import uvicorn
from starlette.routing import BaseRoute

from mien.errors import SettingsError
from mien.ports import Control
from mien.web.api import build_api
from mien.web.events import EventStreams

_logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_GRACE_SECONDS = 2  # for answers under way when the server closes
_JOIN_SECONDS = 5.0


def listen(port: int) -> socket.socket:
    """Take a port of this machine for the page, before there is a player to show; 0 takes a free one.

    Raises:
        SettingsError: the port is taken or not allowed.
    """
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            f"The page cannot be served on {_HOST}:{port} ({reason}): set another web.port, end what has it, or serve "
            "no page with --no-web."
        ) from error


class WebServer:
    """The page's server on a socket of `listen`, which it closes.

    Args:
        control: the player.
        listener: where it is called.
        extra_routes: what a bridge serves here too.
    """

    def __init__(self, control: Control, listener: socket.socket, extra_routes: Sequence[BaseRoute] = ()) -> None:
        host, port = listener.getsockname()
        self._address = f"http://{host}:{port}"
        self._socket = listener
        self._streams = EventStreams(control)
        self._server = _ReadyServer(
            uvicorn.Config(
                build_api(control, self._streams, extra_routes),
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
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
