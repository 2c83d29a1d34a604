"""What both ends do to their sockets."""

from __future__ import annotations

import logging
import socket
import struct

_LOG = logging.getLogger(__name__)


def limit_sending(connection: socket.socket, seconds: float) -> None:
    """Let a send fail with an OSError when the other end takes nothing for so long; reading waits as before."""
    whole = int(seconds)
    limit = struct.pack("@ll", whole, round((seconds - whole) * 1e6))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def shut(connection: socket.socket) -> None:
    """End a connection, so that a read in any thread returns."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        _LOG.debug("The socket was already shut.")
