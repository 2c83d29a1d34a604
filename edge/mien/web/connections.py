"""Connections that end in time: who sends or reads too slowly, or only holds a place, is sent away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What a connection may take.

    `header_seconds` is how long a request's header may take to come, `request_seconds` the whole request, and
    `read_seconds` how long a client may leave an answer unread. Of more than `connections`, the one that has longest
    waited for a request ends, so that those who only hold places shut nobody out.
    """

    header_seconds: float = 10.0
    request_seconds: float = 30.0
    read_seconds: float = 30.0
    connections: int = 96


class BoundedConnection(H11Protocol):
    """A connection of the page's server; `bounded_connection` makes its limits others."""

    limits = ConnectionLimits()
    _awaits: object = None  # the part of a request that has not come yet
    _timer: asyncio.TimerHandle | None = None
    _read_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, and end another one where there are too many."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > self.limits.connections:
            waiting = (one for one in self.connections if isinstance(one, BoundedConnection) and one.awaited_until)
            min(waiting, key=lambda one: one.awaited_until).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._set_timer(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Give the client its time to read."""
        super().pause_writing()
        self._read_timer = self._read_timer or self.loop.call_later(self.limits.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Note that the client reads."""
        super().resume_writing()
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    @property
    def awaited_until(self) -> float:
        """When this connection ends unless a whole request has come; 0 when one has."""
        return 0.0 if self._timer is None else self._timer.when()

    def _watch(self) -> None:
        """Bound the wait for what has not come yet; more of the same part does not prolong it."""
        state = self.conn.their_state
        if state is self._awaits:
            return
        self._awaits = state
        seconds = {h11.IDLE: self.limits.header_seconds, h11.SEND_BODY: self.limits.request_seconds}.get(state)
        self._set_timer(seconds)

    def _set_timer(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)


def bounded_connection(limits: ConnectionLimits) -> type[BoundedConnection]:
    """Return the kind of connection with these limits."""
    return type("LimitedConnection", (BoundedConnection,), {"limits": limits})
