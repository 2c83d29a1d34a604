from __future__ import annotations

import socket
import threading

import httpx
import pytest
from edge.web.fake_control import FakeControl
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mien.errors import SettingsError
from mien.web.server import WebServer, listen


def test_a_taken_port_is_told_in_one_sentence(server: WebServer) -> None:
    port = int(server.address.rpartition(":")[2])
    with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port} \(Address already in use\): set .* --no-web\.$"):
        listen(port)
    assert httpx.get(f"{server.address}/api/state", trust_env=False).status_code == 200


def test_the_port_asked_for_is_served_and_free_again_after_close(control: FakeControl) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for _ in range(2):
        server = WebServer(control, listen(port))
        server.start()
        assert server.address == f"http://127.0.0.1:{port}"
        assert httpx.get(server.address, trust_env=False).status_code == 200
        server.close()
        server.close()
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.address, trust_env=False)


def test_close_ends_open_streams_cleanly(control: FakeControl) -> None:
    server = WebServer(control, listen(0))
    server.start()
    with httpx.stream("GET", f"{server.address}/api/events", timeout=10, trust_env=False) as response:
        lines = response.iter_lines()
        assert next(lines).startswith("data: ")
        server.close()
        assert list(lines) == [""]
    assert "web" not in [thread.name for thread in threading.enumerate()]


def test_close_right_after_start(control: FakeControl) -> None:
    server = WebServer(control, listen(0))
    server.start()
    server.close()
    assert "web" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize(
    ("listens", "called"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.3", "127.0.0.3"), ("::", "[::1]"), ("::1", "[::1]")]
)
def test_the_page_is_served_where_the_settings_say(control: FakeControl, listens: str, called: str) -> None:
    listener = listen(0, listens)
    server = WebServer(control, listener, token="a-token-of-the-owner")
    server.start()
    assert server.address == f"http://{called}:{listener.getsockname()[1]}"
    assert httpx.get(server.address, trust_env=False).status_code == 200
    server.close()


def test_an_address_that_is_not_this_machines_is_told_in_one_sentence() -> None:
    with pytest.raises(
        SettingsError, match=r"^The page cannot be served on 203\.0\.113\.9:0 \(.*\): set another web.port"
    ):
        listen(0, "203.0.113.9")


def test_a_bridge_can_serve_beside_the_page_behind_the_same_guard(control: FakeControl) -> None:
    route = Route("/metrics", lambda _request: PlainTextResponse("mien_up 1"))
    server = WebServer(control, listen(0), [route], token="a-token-of-the-owner")
    server.start()
    assert httpx.get(f"{server.address}/metrics", trust_env=False).status_code == 401
    answer = httpx.get(
        f"{server.address}/metrics", headers={"authorization": "Bearer a-token-of-the-owner"}, trust_env=False
    )
    assert answer.text == "mien_up 1"
    server.close()
