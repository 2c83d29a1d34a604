"""A mood is chosen for the same minutes by each door."""

import httpx
import pytest
from edge.web.fake_control import FakeControl

from mien.bridges.mqtt_commands import CommandError, Commands
from mien.web.server import WebServer


def taken_by_page(server: WebServer, body: bytes) -> bool:
    answer = httpx.post(
        f"{server.address}/api/override", content=body, headers={"content-type": "application/json"}, trust_env=False
    )
    assert answer.status_code in (204, 422)
    return answer.status_code == 204


def taken_by_broker(body: bytes) -> bool:
    try:
        Commands(FakeControl()).do("override", body)
    except CommandError:
        return False
    return True


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [
        ("1", True),
        ("1440", True),
        ("2.5", True),
        ("0.99", False),
        ("1440.1", False),
        ("1e-300", False),
        ("1e308", False),
        ("0", False),
        ("-5", False),
        ("9" * 200, False),
    ],
)
def test_each_door_takes_the_same_minutes(server: WebServer, minutes: str, taken: bool) -> None:
    body = f'{{"emotion": "sad", "minutes": {minutes}}}'.encode()
    assert (taken_by_page(server, body), taken_by_broker(body)) == (taken, taken)
