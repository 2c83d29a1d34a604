"""What strangers try on the page, over real sockets; docs/network.md tells the results."""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from queue import Empty
from socket import create_connection, socket

import cv2
import httpx
import numpy as np
import pytest
from edge.music.waiting import wait_until
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, FakeControl

from mien.ports import Control
from mien.types import Judgement
from mien.web.connections import ConnectionLimits
from mien.web.events import MAXIMUM_STREAMS
from mien.web.server import WebServer, listen

CHUNK = b"10000\r\n" + bytes(0x10000) + b"\r\n"
JPEG = {"content-type": "image/jpeg"}
TOKEN = "a token of the owner".replace(" ", "-")
BEARER = {"authorization": f"Bearer {TOKEN}"}
IMPATIENT = ConnectionLimits(header_seconds=0.4, request_seconds=0.6, read_seconds=0.4, connections=96)
UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which httpx makes for each client, at length
SUN = CHOICES[0].track.path


def caller_of(address: str, own_address: str = "127.0.0.1") -> httpx.Client:
    way = httpx.HTTPTransport(verify=UNUSED, local_address=own_address)
    return httpx.Client(base_url=address, transport=way, timeout=10, trust_env=False)


@contextmanager
def serving(control: Control, *, address: str = "127.0.0.1", token: str = "", names: tuple[str, ...] = (),
            limits: ConnectionLimits | None = None) -> Iterator[httpx.Client]:  # fmt: skip
    """Serve and give a client; the server must still answer afterwards."""
    with closing(WebServer(control, listen(0, address), token=token, names=names, limits=limits)) as server:
        server.start()
        with caller_of(server.address) as client:
            yield client
        with caller_of(server.address, "127.0.0.9") as other:
            assert other.get("/api/state", headers=BEARER if token else {}).status_code == 200


@pytest.fixture
def client(control: FakeControl) -> Iterator[httpx.Client]:
    with serving(control, limits=IMPATIENT) as client:
        yield client


@pytest.fixture
def guarded(control: FakeControl) -> Iterator[httpx.Client]:
    with serving(control, address="0.0.0.0", token=TOKEN, names=("music.example",)) as client:
        yield client


def connected(client: httpx.Client) -> socket:
    return create_connection((client.base_url.host, client.base_url.port or 0), 10)


def answer_to(client: httpx.Client, request: bytes) -> bytes:
    """Send bytes and return all that comes until the other side closes."""
    with connected(client) as caller:
        caller.sendall(request)
        return b"".join(iter(lambda: received(caller), b""))


def received(caller: socket) -> bytes:
    try:
        return caller.recv(65536)
    except ConnectionError:
        return b""


def sent_until_refused(caller: socket, parts: Callable[[int], bytes], pause_seconds: float = 0.0) -> tuple[int, float]:
    """Send parts until the other side ends the connection; return how many bytes that took, and how many seconds."""
    began, sent = time.monotonic(), 0
    closed = threading.Event()

    def watch() -> None:
        while received(caller):
            pass
        closed.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in range(1_000_000):
            if closed.wait(pause_seconds):
                break
            part = parts(number)
            caller.sendall(part)
            sent += len(part)
    except OSError:
        closed.wait(10)
    watcher.join(10)
    assert closed.is_set()
    return sent, time.monotonic() - began


def asked_of(control: FakeControl) -> list[str]:
    names = []
    try:
        while True:
            names.append(control.calls.get_nowait()[0])
    except Empty:
        return names


@pytest.mark.parametrize(("address", "token"), [("127.0.0.1", ""), ("0.0.0.0", TOKEN)])
def test_a_foreign_name_is_refused_here_and_in_the_network(control: FakeControl, address: str, token: str) -> None:
    with serving(control, address=address, token=token) as client:
        for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "a b", "[::1", "@x"):
            for path in ("/", "/api/state", "/api/events", "/page/page.js", "/api/openapi.json"):
                assert client.get(path, headers={"host": host} | BEARER).status_code == 403
            assert client.post("/api/skip", headers={"host": host} | BEARER).status_code == 403
    assert asked_of(control) == []


def test_addresses_and_the_names_of_the_settings_are_known_in_the_network(guarded: httpx.Client) -> None:
    for host in ("192.168.1.7:8642", "[fe80::1]:8642", "MUSIC.example", "music.example:443", "localhost"):
        assert guarded.get("/api/state", headers={"host": host} | BEARER).status_code == 200
    own = BEARER | {"host": "music.example", "origin": "https://music.example"}
    assert guarded.post("/api/pause", headers=own).status_code == 204
    assert guarded.post("/api/pause", headers=own | {"host": "192.168.1.7"}).status_code == 403


FOREIGN: list[dict[str, str]] = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]
SIMPLE = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/json"]


def test_no_other_site_can_post(client: httpx.Client, control: FakeControl) -> None:
    bodies = {
        "volume": b'{"percent": 100}',
        "policy": b'{"policy": "calm"}',
        "skip": b"",
        "override/end": b"",
        "photo": b"",
    }
    for (action, body), kind, foreign in product(bodies.items(), SIMPLE, FOREIGN):
        answer = client.post(f"/api/{action}", content=body, headers=foreign | {"content-type": kind})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    for foreign in FOREIGN:
        asked = {"access-control-request-method": "POST"} | foreign
        assert client.options("/api/skip", headers=asked).status_code == 403
    assert asked_of(control) == []


def actions_of(client: httpx.Client) -> list[str]:
    paths = [path for path, methods in client.get("/api/openapi.json").json()["paths"].items() if "post" in methods]
    assert len(paths) >= 13
    return paths


def test_what_is_no_json_is_refused_by_every_action(client: httpx.Client, control: FakeControl) -> None:
    bodies: tuple[tuple[str | None, bytes], ...] = (
        *(
            (kind, body)
            for kind in (*SIMPLE[:-1], "application/jsonx", "")
            for body in (b"a=b", b'{"percent": 3}', b"")
        ),
        (None, b"a=b"),
    )
    for path, (kind, body) in product(actions_of(client), bodies):
        answer = client.post(path, content=body, headers={} if kind is None else {"content-type": kind})
        assert (answer.status_code, list(answer.json())) == (415, ["error"])
    chunked = b"POST /api/skip HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    assert answer_to(client, chunked + b"3\r\na=b\r\n0\r\n\r\n").startswith(b"HTTP/1.1 415")
    assert asked_of(control) == []


def test_json_and_no_body_at_all_are_taken(client: httpx.Client, control: FakeControl) -> None:
    kind = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.post("/api/volume", content=b'{"percent": 3}', headers=kind).status_code == 204
    assert client.post("/api/skip", headers=kind).status_code == 204
    assert client.post("/api/pause").status_code == 204
    bare = b"POST /api/resume HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"  # as curl -X POST sends it
    assert answer_to(client, bare).startswith(b"HTTP/1.1 204")
    assert asked_of(control) == ["set_volume", "skip", "pause", "resume"]


def test_nothing_changes_by_other_methods(client: httpx.Client, control: FakeControl) -> None:
    for path in actions_of(client):
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW"):
            assert client.request(method, path).status_code == 405
    assert asked_of(control) == []


def test_bodies_without_end_are_refused(control: FakeControl) -> None:
    with serving(control) as client:
        for path, kind, maximum in (
            ("/api/volume", "application/json", "64 kB"),
            ("/api/photo", "image/png", "12 MB"),
        ):
            answer = client.post(path, content=bytes(13_000_000), headers={"content-type": kind})
            assert (answer.status_code, maximum in answer.json()["error"]) == (413, True)
            with connected(client) as caller:
                caller.sendall(
                    f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {kind}\r\n"
                    "transfer-encoding: chunked\r\n\r\n".encode()
                )
                sent, seconds = sent_until_refused(caller, lambda _: CHUNK)
            assert sent < 70_000_000
            assert seconds < 10


def test_hostile_pictures_are_refused_by_the_eye_and_it_goes_on(tmp_path: Path, photo: bytes) -> None:
    small = np.zeros((10, 10, 3), np.uint8)
    bomb = bytearray(cv2.imencode(".png", small)[1].tobytes())
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2  # 2.5 gigapixels in a hundred bytes
    long = cv2.imencode(".png", np.zeros((1, 16_001), np.uint8))[1].tobytes()
    torn = (
        bytes(bomb),
        long,
        photo[:200],
        photo[:2] + bytes(5000),
        b"GIF89a",
        b"<svg onload='alert(1)'/>",
        b"\x00" * 9,
    )
    with running_player(write_library(tmp_path / "music")) as running:
        running.connect_eye()
        with serving(running.player) as client:
            for hostile in torn:
                answer = client.post("/api/photo", content=hostile, headers=JPEG)
                assert (answer.status_code, list(answer.json())) == (422, ["error"])
            assert client.post("/api/photo", content=photo, headers=JPEG).status_code == 200


def test_no_path_leads_out_of_the_library(tmp_path: Path) -> None:
    music = write_library(tmp_path / "music")
    secret = tmp_path / "secret.wav"
    secret.write_bytes((music / "sad/0.wav").read_bytes())
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff a secret picture")
    link = music / "link.jpg"
    link.symlink_to("/etc/passwd")
    paths = ["/etc/passwd", "../secret.wav", f"{music}/../secret.wav", f"{music}/sad/../../secret.wav", str(secret),
             f"{music}/link.jpg", str(music), "", ".", f"{music}/sad/0.wav\x00.jpg", "\udcff", "\ud800", "/" * 9000,
             "a" * 9000, "~/x", "file:///etc/passwd", "http://127.0.0.1:1/x",
             f"{music}/sad/0.wav\r\nset-cookie: a=b"]  # fmt: skip
    with running_player(music) as running, serving(running.player) as client:
        for path in paths:
            for action, more in (("play", {}), ("rate", {"verdict": "ban"})):
                body = json.dumps({"path": path, **more})
                answer = client.post(f"/api/{action}", content=body, headers={"content-type": "application/json"})
                assert answer.status_code == 404, (path, answer.text)
                assert "set-cookie" not in answer.headers
            quoted = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "surrogatepass"))
            answer = client.get(f"/api/cover?path={quoted}")
            assert answer.status_code in (400, 404), (path, answer.text)
            assert b"secret" not in answer.content or b"has no track" in answer.content
        for static in (
            "/page/../tokens.py",
            "/page/%2e%2e/api.py",
            "/page//etc/passwd",
            "/page/%00",
            "/page/..%5capi.py",
        ):
            assert client.get(static).status_code == 404
        assert client.get("/api/cover", params={"path": str(music / "sad/0.wav")}).status_code == 204


def test_what_is_no_http_ends_the_connection(client: httpx.Client) -> None:
    for request in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"POST /api/skip HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/skip HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: a\x00b\r\n\r\n",
    ):
        assert answer_to(client, request).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 ", b"")), request


def test_a_slow_client_is_sent_away(client: httpx.Client) -> None:
    head = b"GET /api/state HTTP/1.1\r\nhost: 127.0.0.1\r\nx: "
    with connected(client) as caller:
        _, seconds = sent_until_refused(caller, lambda number: (head + b"a" * 10**6)[number : number + 1], 0.02)
    assert 0.9 * IMPATIENT.header_seconds <= seconds < 3  # it began to count a little sooner
    post = b"POST /api/photo HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: image/png\r\ncontent-length: 9999\r\n\r\n"
    with connected(client) as caller:
        _, seconds = sent_until_refused(caller, lambda number: b"" if number else post, 0.05)
    assert 0.9 * IMPATIENT.request_seconds <= seconds < 3
    with connected(client) as silent:
        began = time.monotonic()
        assert received(silent) == b""
        assert time.monotonic() - began < 3


def test_a_client_that_does_not_read_frees_its_place(client: httpx.Client, control: FakeControl) -> None:
    control.covers[SUN] = b"\x89PNG\r\n\x1a\n" + bytes(8_000_000)
    with connected(client) as deaf:
        deaf.sendall(f"GET /api/cover?path={SUN} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        deaf.recv(10)
        assert not threading.Event().wait(2 * IMPATIENT.read_seconds)  # reads nothing for so long
        total = sum(map(len, iter(lambda: received(deaf), b"")))
    assert total < 8_000_000


def test_connections_that_only_hold_places_shut_nobody_out(control: FakeControl) -> None:
    with serving(control, limits=ConnectionLimits(connections=40)) as client:
        held = [connected(client) for _ in range(200)]
        for caller in held[::2]:
            try:
                caller.sendall(b"POST /api/skip HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n")
            except OSError:  # it is over already
                continue
        for _ in range(5):
            with caller_of(str(client.base_url)) as other:
                assert other.get("/api/state").status_code == 200
        for caller in held:
            caller.close()


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_two_hundred_event_streams_take_no_more_than_thirty_two(control: FakeControl) -> None:
    with serving(control) as client:
        memory, threads = resident_bytes(), threading.active_count()
        callers = [connected(client) for _ in range(200)]
        answers = []
        for caller in callers:
            caller.sendall(b"GET /api/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            answers.append(received(caller)[:12])
        assert answers.count(b"HTTP/1.1 200") == MAXIMUM_STREAMS
        assert answers.count(b"HTTP/1.1 503") + answers.count(b"") == 200 - MAXIMUM_STREAMS  # some were one too many
        for _ in range(3):
            began = time.monotonic()
            assert client.get("/").status_code == 200
            assert client.get("/api/state").status_code == 200
            assert time.monotonic() - began < 3
        assert resident_bytes() - memory < 40_000_000
        assert threading.active_count() - threads <= MAXIMUM_STREAMS + 5
        for caller in callers:
            caller.close()
        wait_until(lambda: client.stream("GET", "/api/events").__enter__().status_code == 200)


def test_many_photos_at_once_are_not_all_held(photo: bytes) -> None:
    class Slow(FakeControl):
        entered, go_on = threading.Semaphore(0), threading.Event()

        def judge(self, photo: bytes) -> Judgement:
            self.entered.release()
            assert self.go_on.wait(10)
            return super().judge(photo)

    control = Slow()
    codes: list[int] = []
    with serving(control) as client:

        def send() -> None:
            with caller_of(str(client.base_url)) as other:
                codes.append(other.post("/api/photo", content=photo, headers=JPEG).status_code)

        senders = [threading.Thread(target=send) for _ in range(4)]
        for sender in senders:
            sender.start()
        for _ in senders:
            assert control.entered.acquire(timeout=10)
        assert client.post("/api/photo", content=photo, headers=JPEG).status_code == 503
        control.go_on.set()
        for sender in senders:
            sender.join(10)
    assert codes == [200] * 4


def test_tokens_cannot_be_guessed_quickly_nor_the_owner_shut_out(guarded: httpx.Client, control: FakeControl) -> None:
    assert guarded.get("/").status_code == 200
    for path in ("/api/state", "/api/events", "/api/openapi.json", "/api/cover?path=x", "/metrics"):
        assert guarded.get(path).status_code == 401
    assert guarded.post("/api/skip").status_code == 401
    for number in range(5):
        guess = {"authorization": f"Bearer {TOKEN}{number}"} if number % 2 else {"cookie": f"mien={number}"}
        assert [guarded.get("/api/state", headers=guess).status_code for _ in range(2)] == [
            401,
            401 if number < 4 else 429,
        ]
    spoofed = BEARER | {"x-forwarded-for": "10.0.0.1", "forwarded": "for=10.0.0.1"}
    assert guarded.get("/api/state", headers=spoofed).status_code == 429
    assert guarded.post("/api/login", json={"token": TOKEN}).status_code == 429
    with caller_of(str(guarded.base_url), "127.0.0.2") as owner:
        assert owner.get("/api/state", headers=BEARER).status_code == 200
    assert asked_of(control) == []


def test_a_browser_logs_in_and_its_cookie_does_not_tell_the_token(guarded: httpx.Client) -> None:
    assert guarded.post("/api/login", json={"token": "x" * 16}).status_code == 401
    answer = guarded.post("/api/login", json={"token": TOKEN})
    assert (answer.status_code, answer.content) == (204, b"")
    cookie = answer.headers["set-cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert guarded.get("/api/state").status_code == 200  # the client sends it by itself
    with guarded.stream("GET", "/api/events") as events:
        assert next(events.iter_lines()).startswith("data: ")
    for foreign in FOREIGN:
        assert guarded.post("/api/skip", headers=foreign).status_code == 403


def test_without_a_token_whoever_logs_in_is_welcome(client: httpx.Client) -> None:
    assert client.post("/api/login", json={"token": ""}).status_code == 204
