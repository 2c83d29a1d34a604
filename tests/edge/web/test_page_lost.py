"""The page whose player is gone, hangs or is not looked at, in a real Chromium without a screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from edge.web.fake_control import HAPPY, FakeControl
from edge.web.pages import PHONE, WIDE, opened, started
from playwright.sync_api import Browser, Page, expect

from mien.types import Snapshot
from mien.web.server import listen

HIDE = """(isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
HASTEN = """const patience = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => patience(milliseconds / 50);"""
NEVER_AGAIN = "() => { fetch = () => Promise.reject(new Error('no network')); }"  # once lost, it stays lost
WORDS = """() => new Promise((resolve) => {
    const events = new EventSource("api/events");
    let words = 0; // three: the page's own stream has told one meanwhile
    events.addEventListener("alive", () => { if (++words === 3) { events.close(); resolve(); } });
})"""


class Talkative(FakeControl):
    """Waits a hundredth of what it should, so that a stream's quiet times are short."""

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        return super().wait(version, timeout_seconds / 100)


class Stuck(FakeControl):
    """Hangs when it shall skip."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()

    def skip(self) -> None:
        self.freed.wait(30)
        super().skip()


@pytest.fixture
def timed_page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose clock a test moves on."""
    with opened(browser, address, size=WIDE) as page:
        page.clock.install()
        page.reload()
        expect(page.locator("#eye")).to_have_text("Eye connected")
        yield page


def test_a_lost_player_is_said_and_found_again(browser: Browser, control: FakeControl) -> None:
    control.skip()
    listener = listen(0)
    port = listener.getsockname()[1]
    with started(control, listener) as server, opened(browser, server.address, size=PHONE) as page:
        expect(page.locator("#eye")).to_have_text("Eye connected")
        page.get_by_role("button", name="Skip").focus()
        server.close()
        expect(page.locator("#lost")).to_be_visible()
        expect(page.locator("#eye")).to_have_text("Not connected")
        expect(page.locator("main")).to_have_js_property("inert", True)
        expect(page.locator("#problem")).to_be_hidden()
        with started(control, listen(port)):
            control.show(mood=HAPPY)
            expect(page.locator("#lost")).to_be_hidden(timeout=10_000)
            expect(page.locator("#mood")).to_have_text("happy")
            expect(page.get_by_role("button", name="Skip")).to_be_focused()


def test_a_player_that_falls_silent_is_lost(timed_page: Page, player: FakeControl) -> None:
    player.skip()
    expect(timed_page.locator("#track")).to_have_text("Morning Sun")
    timed_page.evaluate(NEVER_AGAIN)
    timed_page.clock.pause_at(timed_page.evaluate("Date.now() / 1000 + 1"))
    timed_page.clock.run_for(36_000)
    expect(timed_page.locator("#lost")).to_be_visible()
    frozen = timed_page.locator("#time").text_content()
    timed_page.clock.run_for(5_000)
    expect(timed_page.locator("#lost")).to_be_visible()
    expect(timed_page.locator("#time")).to_have_text(frozen or "")


def test_a_quiet_player_is_not_lost(browser: Browser) -> None:
    with started(Talkative(), listen(0)) as server, opened(browser, server.address, size=WIDE) as page:
        page.clock.install()
        page.reload()
        expect(page.locator("#eye")).to_have_text("Eye connected")
        page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
        page.evaluate(NEVER_AGAIN)
        for _ in range(3):
            page.clock.run_for(20_000)
            page.evaluate(WORDS)
        expect(page.locator("#lost")).to_be_hidden()


def test_an_action_that_hangs_is_given_up_and_said(browser: Browser) -> None:
    control = Stuck()
    with started(control, listen(0)) as server, opened(browser, server.address, size=WIDE) as page:
        page.add_init_script(HASTEN)
        page.reload()
        expect(page.locator("#eye")).to_have_text("Eye connected")
        page.get_by_role("button", name="Skip").click()
        expect(page.locator("#problem-sentence")).to_have_text("mien does not answer: see whether it still runs.")
        control.freed.set()
        expect(page.locator("#track")).to_have_text("Morning Sun")
        expect(page.locator("#problem")).to_be_hidden()


def test_a_page_that_is_not_looked_at_leaves_its_connection(timed_page: Page, player: FakeControl) -> None:
    with timed_page.expect_event("requestfailed", lambda request: request.url.endswith("/api/events")):
        timed_page.evaluate(HIDE, True)
    timed_page.clock.run_for(60_000)
    expect(timed_page.locator("#lost")).to_be_hidden()
    player.show(mood=HAPPY)
    timed_page.evaluate(HIDE, False)
    expect(timed_page.locator("#mood")).to_have_text("happy")
