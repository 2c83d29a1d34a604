from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from mien.web.guard import foreign
from mien.web.hosts import Hosts

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
