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

_LARGE_PHOTO = f"The photo is larger than {MAXIMUM_PHOTO_BYTES // 1_000_000} MB: choose a smaller one."
_LARGE_BODY = f"The request is larger than {MAXIMUM_BODY_BYTES // 1000} kB: choose a smaller one."

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
        body = receive if scope["method"] == "GET" else _BoundedBody(receive, scope["path"], self._body_seconds)
        await app(scope, body, send_guarded)

    def _refusal(self, scope: Scope) -> Refusal | None:
        path, headers = scope["path"], Headers(scope=scope)
        sentence = foreign(path, headers, self._hosts)
        if sentence is not None:
            return Refusal(403, sentence)
        may_ask = _is_page(path) or path == LOGIN_PATH
        refused = None if may_ask else self._tokens.refusal(HTTPConnection(scope))
        if refused is None and scope["method"] == "POST" and path != PHOTO_PATH and not is_json(headers):
            return Refusal(415, "A request is JSON with content-type: application/json, or has no body.")
        return refused


class _BoundedBody:
    """Receives a request's body, which ends with 413 once it is too large, and with 408 where it does not come.

    Args:
        receive: where it comes from.
        path: what it is for.
        seconds: in which it must have come.
    """

    def __init__(self, receive: Receive, path: str, seconds: float) -> None:
        self._receive, self._is_photo = receive, path == PHOTO_PATH
        self._deadline = current_time() + seconds
        self._received_bytes, self._is_complete = 0, False

    async def __call__(self) -> Message:
        if self._is_complete:  # now it waits for the client to go, for as long as that takes
            return await self._receive()
        try:
            with fail_after(self._deadline - current_time()):
                message = await self._receive_some()
                if self._received_bytes <= (MAXIMUM_PHOTO_BYTES if self._is_photo else MAXIMUM_BODY_BYTES):
                    return message
                while not self._is_complete and self._received_bytes < _DRAINED_BYTES:
                    await self._receive_some()
        except TimeoutError as error:
            raise HTTPException(408, "The request did not come in time: try again.") from error
        raise HTTPException(413, _LARGE_PHOTO if self._is_photo else _LARGE_BODY)

    async def _receive_some(self) -> Message:
        message = await self._receive()
        self._received_bytes += len(message.get("body", b""))
        self._is_complete = not message.get("more_body", False)
        return message


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


def is_json(headers: Headers) -> bool:
    """Whether a request says that it is JSON, or has neither a body nor a type.

    A browser sends whatever else by itself, as another site's form has it; for JSON it asks first, and is refused.
    """
    kind = headers.get("content-type")
    if kind is None:
        return "transfer-encoding" not in headers and not headers.get("content-length", "").strip("0")
    return kind.partition(";")[0].strip().lower() == "application/json"


def _is_page(path: str) -> bool:
    return path == "/" or path.startswith("/page/")
