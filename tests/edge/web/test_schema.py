"""Every route against its own description, by right requests and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl, expression_of, judged_face
from hypothesis import HealthCheck, settings
from schemathesis import Case

from mien.types import Box, Emotion, Fault, Override, PastMood, Trouble
from mien.web.api import build_api
from mien.web.server import WebServer, listen

ROUTES = schemathesis.openapi.from_dict(build_api(FakeControl()).openapi()).exclude(path="/api/events")  # has no end
REPEATABLE = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server whose player has something of everything to show."""
    control = FakeControl()
    control.covers[CHOICES[0].track.path] = b"\x89PNG\r\n\x1a\n"
    control.faces = (judged_face(Box(115, 60, 205, 180), Emotion.SAD), judged_face(Box(1, 2, 30, 40), None))
    control.skip()
    control.show(
        mood=HAPPY,
        expression=expression_of(Emotion.HAPPY),
        override=Override(Emotion.SAD, 1e9),
        upcoming=CHOICES[1],
        past_moods=(PastMood(1e9, NOBODY), PastMood(1e9 + 60, HAPPY)),
        troubles=(Trouble(Fault.HOT, "The board is hot."),),
    )
    with closing(WebServer(control, listen(0))) as server:
        server.start()
        yield server.address


@ROUTES.parametrize()
@settings(REPEATABLE, max_examples=15)
def test_every_route_keeps_its_description(case: Case[Any], address: str) -> None:
    case.call_and_validate(base_url=address)


@pytest.mark.slow
@ROUTES.parametrize()
@settings(REPEATABLE, max_examples=1000)
def test_every_route_keeps_its_description_for_long(case: Case[Any], address: str) -> None:
    case.call_and_validate(base_url=address)
