"""Stands before every route: turns strangers away, bounds what comes in, and tells the browser what it may do."""

from __future__ import annotations

from anyio import current_time, fail_after
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.web.answer import refuse
from mien.web.hosts import Hosts
from mien.web.tokens import Refusal, TokenCheck

PHOTO_PATH = "/api/photo"
LOGIN_PATH = "/api/login"
MAXIMUM_PHOTO_BYTES = 12_000_000
MAXIMUM_BODY_BYTES = 64_000
BODY_SECONDS = 20.0

# Read and thrown away past the maximum: a client that still sends when the connection closes never sees the answer.
_DRAINED_BYTES = 4 * MAXIMUM_PHOTO_BYTES

_ANOTHER_MACHINE = "This page is served to its own machine alone: open it as http://127.0.0.1 or http://localhost."
_ANOTHER_NAME = "This page is not known by that name: open it by this machine's address, or add the name to web.names."

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
    """ASGI middleware.

    Args:
        app: what it guards.
        hosts: what browsers may call this machine.
        tokens: who may ask.
        body_seconds: in which a request's body must have come.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, tokens: TokenCheck, body_seconds: float = BODY_SECONDS) -> None:
        self._app, self._hosts, self._tokens = app, hosts, tokens
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("cache-control", "no-store")
                if message["status"] in (408, 413):
                    headers["connection"] = "close"  # what else comes is not read
            await send(message)

        refused = self._refusal(scope)
        app = self._app if refused is None else refuse(refused.status_code, refused.sentence)
        bounded = receive if scope["method"] == "GET" else self._bounded(receive, scope["path"])
        await app(scope, bounded, send_guarded)

    def _refusal(self, scope: Scope) -> Refusal | None:
        path = scope["path"]
        sentence = foreign(path, Headers(scope=scope), self._hosts)
        if sentence is not None:
            return Refusal(403, sentence)
        if _is_page(path) or path == LOGIN_PATH:
            return None
        return self._tokens.refusal(HTTPConnection(scope))

    def _bounded(self, receive: Receive, path: str) -> Receive:
        """Return `receive`, ended with 413 once a body is too large, and with 408 where it does not come."""
        maximum = MAXIMUM_PHOTO_BYTES if path == PHOTO_PATH else MAXIMUM_BODY_BYTES
        deadline = current_time() + self._body_seconds
        received = 0
        complete = False

        async def receive_some() -> Message:
            nonlocal received, complete
            message = await receive()
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            return message

        async def receive_bounded() -> Message:
            if complete:  # now it waits for the client to go, for as long as that takes
                return await receive()
            try:
                with fail_after(deadline - current_time()):
                    message = await receive_some()
                    if received <= maximum:
                        return message
                    while not complete and received < _DRAINED_BYTES:
                        await receive_some()
            except TimeoutError as error:
                raise HTTPException(408, "The request did not come in time: try again.") from error
            size = f"{maximum // 1_000_000} MB" if path == PHOTO_PATH else f"{maximum // 1000} kB"
            what = "photo" if path == PHOTO_PATH else "request"
            raise HTTPException(413, f"The {what} is larger than {size}: choose a smaller one.")

        return receive_bounded


def foreign(path: str, headers: Headers, hosts: Hosts) -> str | None:
    """Return why a request is another site's, or None.

    A name that is not this machine's is how DNS rebinding comes in; a foreign origin is another site's script or form.
    """
    host = headers.get("host", "").lower()
    if not hosts.knows(host):
        return _ANOTHER_NAME if hosts.on_network else _ANOTHER_MACHINE
    foreign_origin = "origin" in headers and not hosts.is_own_origin(headers["origin"].lower(), host)
    foreign_site = not _is_page(path) and headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
    if foreign_origin or foreign_site:
        return "Another site may not use this page: open it by its own address."
    return None


def _is_page(path: str) -> bool:
    return path == "/" or path.startswith("/page/")
