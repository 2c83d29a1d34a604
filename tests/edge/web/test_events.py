from __future__ import annotations

import json
from contextlib import aclosing
from itertools import pairwise

import anyio
from edge.web.fake_control import HAPPY, NOBODY, FakeControl

from mien.report import snapshot_json
from mien.types import Snapshot
from mien.web.events import EventStreams


class Impatient(FakeControl):
    """Does not wait, so that quiet minutes pass at once."""

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:  # noqa: ARG002
        return self.snapshot()


def first_events(control: FakeControl, count: int) -> list[str]:
    async def collect() -> list[str]:
        async with aclosing(EventStreams(control).events()) as events:
            return [await anext(events) for _ in range(count)]

    return anyio.run(collect)


def test_a_quiet_stream_says_that_it_is_alive() -> None:
    first, *quiet = first_events(Impatient(), 3)
    assert first.startswith("data: ")
    assert quiet == ["event: alive\ndata:\n\n"] * 2


def test_a_closed_stream_ends() -> None:
    async def collect() -> list[str]:
        streams = EventStreams(FakeControl())
        streams.close()
        return [event async for event in streams.events()]

    assert len(anyio.run(collect)) == 1


def test_every_event_is_newer_than_the_one_before() -> None:
    class Restless(FakeControl):
        def wait(self, version: int, timeout_seconds: float) -> Snapshot:
            self.show(mood=HAPPY if version % 2 else NOBODY)
            return super().wait(version, timeout_seconds)

    control = Restless()
    shown = [json.loads(event.removeprefix("data: ")) for event in first_events(control, 5)]
    assert shown[-1] == snapshot_json(control.snapshot())
    assert all(later["version"] > earlier["version"] for earlier, later in pairwise(shown))
