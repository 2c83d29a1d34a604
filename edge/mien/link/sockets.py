"""What both ends do to their sockets."""

from __future__ import annotations

import logging
import os
import pwd
import socket
import struct

_LOG = logging.getLogger(__name__)
_EYE_USER = "mien-eye"  # the user of the eye's service
_CREDENTIALS = struct.Struct("@iII")  # struct ucred: process, user, group


def limit_sending(connection: socket.socket, seconds: float) -> None:
    """Let a send fail with an OSError when the other end takes nothing for so long; reading waits as before."""
    whole = int(seconds)
    limit = struct.pack("@ll", whole, round((seconds - whole) * 1e6))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def eye_users() -> frozenset[int]:
    """Return the user ids that an eye may run under: this process's own, root, and that of the eye's service."""
    users = {os.geteuid(), 0}
    try:
        users.add(pwd.getpwnam(_EYE_USER).pw_uid)
    except KeyError:
        _LOG.debug("There is no user %s here.", _EYE_USER)
    return frozenset(users)


def user_of(connection: socket.socket) -> int:
    """Return the user id of the process at the other end, as the kernel noted it when that connected (unix(7))."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(credentials)[1])


def shut(connection: socket.socket) -> None:
    """End a connection, so that a read in any thread returns."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        _LOG.debug("The socket was already shut.")
