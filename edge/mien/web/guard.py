"""Stands before every route: turns other sites away, bounds what comes in, and tells the browser what it may do."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.web.answer import refuse

MAXIMUM_BODY_BYTES = 12_000_000

# Read and thrown away past the maximum: a client that still sends when the connection closes never sees the answer.
_DRAINED_BYTES = 4 * MAXIMUM_BODY_BYTES

_THIS_MACHINE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """ASGI middleware; `app` is what it guards."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        sentence = refusal(scope["path"], Headers(scope=scope))
        app = self._app if sentence is None else refuse(403, sentence)
        await app(scope, _bounded(receive), send_guarded)


def refusal(path: str, headers: Headers) -> str | None:
    """Return why a request is turned away, or None.

    A name that is not this machine's is how DNS rebinding comes in; a foreign origin is another site's script or form.
    """
    host = headers.get("host", "").lower()
    if not _THIS_MACHINE.fullmatch(host):
        return "This page is served to its own machine alone: open it as http://127.0.0.1 or http://localhost."
    foreign_origin = headers.get("origin", f"http://{host}").lower() != f"http://{host}"
    foreign_site = path.startswith("/api/") and headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
    if foreign_origin or foreign_site:
        return "Another site may not use this page: open it by its own address."
    return None


def _bounded(receive: Receive) -> Receive:
    """Return `receive`, ended with 413 once a body is larger than the maximum."""
    received = 0

    async def receive_bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received <= MAXIMUM_BODY_BYTES:
            return message
        while message.get("more_body", False) and received < _DRAINED_BYTES:
            message = await receive()
            received += len(message.get("body", b""))
        raise HTTPException(
            413, f"The photo is larger than {MAXIMUM_BODY_BYTES // 1_000_000} MB: choose a smaller one."
        )

    return receive_bounded
