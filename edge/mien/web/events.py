"""Server-sent events: every snapshot of the player, as it changes."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mien.ports import Control
from mien.report import snapshot_json
from mien.types import Snapshot

MAXIMUM_STREAMS = 32
_WAIT_SECONDS = 0.5  # a stream notices within this that it shall end
_KEEP_ALIVE_WAITS = 30  # and after so many without a change says a word: either end notices that the other is lost


class EventStreams:
    """The open event streams; each waits for the player in a thread of its own."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._threads = CapacityLimiter(MAXIMUM_STREAMS)
        self._open = 0
        self._closing = False

    def open(self) -> StreamingResponse:
        """Return a new stream.

        Raises:
            HTTPException: with 503 when too many are open.
        """
        if self._closing or self._open >= MAXIMUM_STREAMS:
            raise HTTPException(503, "Too many pages look on already: close one of them.")
        return _CountedStream(self)

    def close(self) -> None:
        """End every stream soon; safe to call from any thread."""
        self._closing = True

    def count(self, opened: int) -> None:
        """Note that a stream opened (1) or ended (-1)."""
        self._open += opened

    async def events(self) -> AsyncGenerator[str]:
        """Yield the present snapshot, then each newer one, and a word of life in between."""
        snapshot = await to_thread.run_sync(self._control.snapshot, limiter=self._threads)
        yield _event(snapshot)
        quiet_waits = 0
        while not self._closing:
            newer = await to_thread.run_sync(self._control.wait, snapshot.version, _WAIT_SECONDS, limiter=self._threads)
            quiet_waits += 1
            if newer.version != snapshot.version:
                snapshot, quiet_waits = newer, 0
                yield _event(snapshot)
            elif quiet_waits == _KEEP_ALIVE_WAITS:
                quiet_waits = 0
                yield "event: alive\ndata:\n\n"


class _CountedStream(StreamingResponse):
    """A response that is counted from its making to its end, however it ends."""

    def __init__(self, streams: EventStreams) -> None:
        super().__init__(streams.events(), media_type="text/event-stream")
        self._streams = streams
        streams.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.count(-1)


def _event(snapshot: Snapshot) -> str:
    return f"data: {json.dumps(snapshot_json(snapshot), separators=(',', ':'))}\n\n"
