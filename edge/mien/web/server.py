"""Serves the page from a thread of its own, on this machine alone."""

from __future__ import annotations

import logging
import os
import socket
import threading

import uvicorn

from mien.errors import SettingsError
from mien.ports import Control
from mien.web.api import build_api
from mien.web.events import EventStreams

_logger = logging.getLogger(__name__)

_GRACE_SECONDS = 2  # for answers under way when the server closes
_JOIN_SECONDS = 5.0


class WebServer:
    """The page's server; `port` 0 takes a free one."""

    def __init__(self, control: Control, port: int, host: str = "127.0.0.1") -> None:
        self._place = (host, port)
        self._streams = EventStreams(control)
        self._server = _ReadyServer(
            uvicorn.Config(
                build_api(control, self._streams),
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
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._address = ""

    @property
    def address(self) -> str:
        """The page's address, such as `http://127.0.0.1:8642`; empty before `start`."""
        return self._address

    def start(self) -> None:
        """Serve; returns once it listens.

        Raises:
            SettingsError: the port is taken or not allowed.
        """
        host, port = self._place
        try:
            self._socket = socket.create_server(self._place)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise SettingsError(
                f"The page cannot be served on {host}:{port} ({reason}): set another web.port, or end what has it."
            ) from error
        self._address = f"http://{host}:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="web", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def close(self) -> None:
        """End the event streams, finish what is being answered, and stop; a second call does nothing."""
        if self._thread is None or self._socket is None:
            return
        self._streams.close()
        self._server.should_exit = True
        self._thread.join(_JOIN_SECONDS)
        if self._thread.is_alive():
            _logger.warning("The page's server did not stop within %.0f s; it is left behind.", _JOIN_SECONDS)
        self._socket.close()
        self._thread = self._socket = None


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
