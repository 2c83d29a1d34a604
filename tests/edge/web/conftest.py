from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.web.fake_control import FakeControl
from edge.web.pages import opened, started
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mien.types import Snapshot
from mien.web.server import WebServer, listen

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def server(control: FakeControl) -> Iterator[WebServer]:
    with started(control, listen(0)) as server:
        yield server


@pytest.fixture(scope="module")  # no longer: what drives it occupies this thread's event loop
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: install the apt package chromium, as requirements.sh --dev does"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared_server() -> Iterator[tuple[FakeControl, WebServer]]:
    control = FakeControl()
    with started(control, listen(0)) as server:
        yield control, server


@pytest.fixture
def player(shared_server: tuple[FakeControl, WebServer]) -> FakeControl:
    """A player as good as new behind a page whose server starts once a module: its end takes half a second."""
    control, _ = shared_server
    fresh = FakeControl()
    unchanged = {field.name: getattr(fresh.snapshot(), field.name) for field in fields(Snapshot)}
    control.show(**{name: value for name, value in unchanged.items() if name != "version"})
    control.calls, control.faces, control.covers, control.may_watch = fresh.calls, (), {}, True
    return control


@pytest.fixture
def address(shared_server: tuple[FakeControl, WebServer], player: FakeControl) -> str:  # noqa: ARG001 - made new first
    return shared_server[1].address


@pytest.fixture(scope="module")
def shared_page(browser: Browser, shared_server: tuple[FakeControl, WebServer]) -> Iterator[Page]:
    with opened(browser, shared_server[1].address, size={"width": 1280, "height": 900}) as page:
        yield page


@pytest.fixture
def page(shared_page: Page, player: FakeControl) -> Page:  # noqa: ARG001 - made new first
    """The page of a laptop, open since the module's first test, as pages are for days."""
    expect(shared_page.locator("#eye")).to_have_text("Eye connected")
    expect(shared_page.locator("#mood")).to_have_text("nobody")
    return shared_page


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG of 320 x 240 pixels with something like a face in the middle."""
    image = np.full((240, 320, 3), (200, 190, 170), np.uint8)
    cv2.ellipse(image, (160, 120), (45, 60), 0, 0, 360, (150, 180, 225), -1)
    for x in (143, 177):
        cv2.circle(image, (x, 105), 6, (60, 50, 40), -1)
    cv2.ellipse(image, (160, 135), (22, 16), 0, 15, 165, (80, 70, 190), 3)
    return cv2.imencode(".jpg", image)[1].tobytes()
