from __future__ import annotations

import socket

import anyio
import pytest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from mien.web.guard import Guard, foreign
from mien.web.hosts import Hosts
from mien.web.tokens import TokenCheck

OWN = Hosts()


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:8642", "[::1]:8642", "localhost", "LocalHost:80"])
def test_this_machine_is_served(host: str) -> None:
    assert foreign("/", Headers({"host": host}), OWN) is None
    assert foreign("/api/skip", Headers({"host": host, "origin": f"http://{host}"}), OWN) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8642",
        "192.168.1.7:8642",
        "127.0.0.1.evil.example",
        "localhost:8642@evil",
        "::1",
    ],
)
def test_a_foreign_name_is_refused(host: str) -> None:
    sentence = foreign("/", Headers({"host": host}), OWN)
    assert sentence is not None
    assert "own machine" in sentence


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "https://localhost:8642", ""]
)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    sentence = foreign("/api/play", Headers({"host": "localhost:8642", "origin": origin}), OWN)
    assert sentence is not None
    assert "Another site" in sentence


def test_another_site_may_link_to_the_page_but_not_load_the_api() -> None:
    headers = Headers({"host": "localhost:8642", "sec-fetch-site": "cross-site"})
    assert foreign("/", headers, OWN) is None
    assert foreign("/api/events", headers, OWN) is not None
    assert foreign("/api/events", Headers({"host": "localhost:8642", "sec-fetch-site": "same-origin"}), OWN) is None


def test_in_the_network_addresses_and_own_names_are_known_and_others_are_not() -> None:
    hosts = Hosts(["Music.Example"], on_network=True)
    own = socket.gethostname().lower().partition(".")[0]
    for host in ("10.0.0.7:8642", "[fe80::1]", "music.example", "music.example:443", own, f"{own}.local:80"):
        assert foreign("/api/skip", Headers({"host": host, "origin": f"http://{host}"}), hosts) is None
    for host in (
        "evil.example",
        "music.example.evil",
        "10.0.0.7.evil.example",
        "10.0.0",
        "[10.0.0.7",
        "10.0.0.7:x",
        "local",
    ):
        sentence = foreign("/", Headers({"host": host}), hosts)
        assert sentence is not None
        assert "web.names" in sentence


def test_only_the_settings_names_may_have_come_through_an_encrypting_proxy() -> None:
    hosts = Hosts(["music.example"], on_network=True)
    for host, known in (("music.example", True), ("10.0.0.7", False)):
        headers = Headers({"host": host, "origin": f"https://{host}"})
        assert (foreign("/api/skip", headers, hosts) is None) is known


def test_a_body_that_does_not_come_is_given_up() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def collect(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)

    guard = Guard(app, Hosts(), TokenCheck(""), body_seconds=0.05)
    scope = {"type": "http", "method": "POST", "path": "/api/photo", "headers": [(b"host", b"localhost")]}
    anyio.run(guard, scope, never, collect)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
