"""Opens mien's page in a browser, and looks at what it shows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from mien.ports import Control
from mien.web.server import WebServer

CALL_SECONDS = 5
WIDE = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}


@contextmanager
def started(control: Control, listener: socket.socket, *, token: str = "") -> Iterator[WebServer]:
    """Serve a page."""
    with closing(WebServer(control, listener, token=token)) as server:
        server.start()
        yield server


@contextmanager
def opened(browser: Browser, address: str, *, size: dict[str, int], dark: bool = False) -> Iterator[Page]:
    """Open a page; a failed script or a broken content policy fails the test."""
    context: BrowserContext = browser.new_context(
        reduced_motion="reduce",
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if dark else "light",
        has_touch=size["width"] < 800,
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", heard)
    try:
        page.goto(address)
        yield page
    finally:
        context.close()
    assert complaints == []


def choose(page: Page, photo: bytes, kind: str = "image/jpeg") -> None:
    """Choose a photo as if from the disk."""
    page.locator("#file").set_input_files({"name": "photo", "mimeType": kind, "buffer": photo})
