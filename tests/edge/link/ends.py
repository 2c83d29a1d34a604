"""The two ends of a real socket, with queues where the player and the eye would be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from mien.link.client import PlayerLink
from mien.link.lines import EyeCondition, EyeState
from mien.link.pace import Pace
from mien.link.server import EyeServer
from mien.link.sockets import limit_sending
from mien.types import Judgement, Observation

WAIT_SECONDS = 10.0
RESTING = EyeState(EyeCondition.RESTING, "The camera is off.")


class PlayerEnd:
    """A listening player; `said` and `came` hold what it was told, in order."""

    def __init__(
        self,
        path: Path,
        photo_timeout_seconds: float = 20.0,
        users: frozenset[int] | None = None,
        connections: Pace | None = None,
        rest_seconds: float = 3.0,
    ) -> None:
        self.said: SimpleQueue[Observation | EyeState] = SimpleQueue()
        self.came: SimpleQueue[bool] = SimpleQueue()
        self.server = EyeServer(
            path,
            self.said.put,
            self.came.put,
            photo_timeout_seconds=photo_timeout_seconds,
            users=users,
            connections=connections,
            rest_seconds=rest_seconds,
        )
        self.server.start()

    def next(self) -> Observation | EyeState:
        return self.said.get(timeout=WAIT_SECONDS)

    def eye_came(self) -> bool:
        """Wait for an eye to come or go; True when one came."""
        return self.came.get(timeout=WAIT_SECONDS)


class EyeEnd:
    """An eye that judges photos as it is told to, and says when it closed its camera.

    `watches` holds what it was told of that, in order.
    """

    def __init__(
        self, path: Path, judge: Callable[[bytes], Judgement] | None = None, alone_seconds: float = 10.0
    ) -> None:
        self.lost = threading.Event()
        self.watches: SimpleQueue[bool] = SimpleQueue()
        judge = judge or (lambda photo: Judgement(len(photo), 1, ()))
        self.link = PlayerLink(path, judge, self.lost.set, self._take, alone_seconds)
        self.link.start()

    def _take(self, watching: bool) -> None:
        self.watches.put(watching)
        if not watching:
            self.link.send(RESTING)


def raw_eye(path: Path) -> socket.socket:
    """Connect as an eye that writes and reads bytes."""
    eye = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    limit_sending(eye, WAIT_SECONDS)  # with a timeout of Python's own, it would not wait its turn to connect
    eye.connect(str(path))
    eye.settimeout(WAIT_SECONDS)
    return eye
