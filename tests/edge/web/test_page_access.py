"""What everybody needs of the page: axe finds no fault, it fits every screen, the keyboard suffices, it is light."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from edge.web.fake_control import CHOICES, HAPPY, FakeControl, choice, expression_of, judged_face
from edge.web.pages import PHONE, WIDE, choose, opened
from playwright.sync_api import Browser, Page, expect

import mien.web
from mien.mood.affect import mood_of_emotion, undecided
from mien.types import (
    EMOTIONS,
    BaselineStage,
    BaselineState,
    Box,
    Emotion,
    Fault,
    PastMood,
    Playback,
    PlayState,
    Presence,
    Trouble,
)

MAXIMUM_BYTES = 100_000
MAXIMUM_REQUESTS = 20
# Eyes of 20/40 read letters of 10 minutes of arc: 8.7 mm at three metres, which are 31 pixels of a screen of 24 inches
# with 1080 rows, and a capital is 0.7 of its type.
LEAST_TYPE_PIXELS = 45
LONG_TITLE = (
    "The Extraordinarily Long Title of a Symphony in Many Movements, Recorded Live at the Old Town Hall, Remastered"
)
AXE = files("axe_playwright_python") / "axe.min.js"
# A gradient hides from axe what text stands on: the strongest tint of it everywhere is the worst case.
FLATTEN = """document.styleSheets[0].insertRule("body::before { display: none }");
document.styleSheets[0].insertRule("body { background: color-mix(in oklab, var(--mood) 20%, var(--ground)) }");
document.styleSheets[0].insertRule("html { background: none }")"""
VIOLATIONS = """async ([place, only]) => {
    const found = await axe.run(place, { resultTypes: ["violations"], ...(only.length ? { runOnly: only } : {}) });
    return found.violations.map((one) =>
        `${one.impact} ${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""
TOO_WIDE = """[...document.querySelectorAll("body *:not(svg *, .unseen)")]
    .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.id || each.className)"""
TOO_SMALL = """[...document.querySelectorAll("button, input[type=range], .choices span, nav a")]
    .filter((each) => each.clientHeight > 0 && each.getBoundingClientRect().height < 40)
    .map((each) => each.id || each.textContent)"""

OUTLINE = """(() => {
    const focused = document.activeElement;
    return getComputedStyle(focused.closest("label:has(input)") ?? focused).outlineStyle;
})()"""
ASKED = """Object.fromEntries(["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .map((each) => [each.name, each.decodedBodySize]))"""


def violations(page: Page, *only: str, place: str = "html") -> list[str]:
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
        page.evaluate(FLATTEN)
    found: list[str] = page.evaluate(VIOLATIONS, [place, list(only)])
    return found


def play(player: FakeControl) -> None:
    past = tuple(PastMood(1e9, mood_of_emotion(emotion)) for emotion in (Emotion.SAD, Emotion.NEUTRAL, Emotion.HAPPY))
    player.skip()
    player.show(mood=HAPPY, expression=expression_of(Emotion.HAPPY), upcoming=CHOICES[1], past_moods=past)


def override(player: FakeControl) -> None:
    play(player)
    player.override(Emotion.SAD, 30)
    player.set_watching(False)
    player.show(baseline=BaselineState(BaselineStage.LEARNING, 17, "17 of 45 seconds were seen."))


def fail(player: FakeControl) -> None:
    player.show(
        eye_connected=False,
        mood=undecided(Presence.NOBODY),
        choice=None,
        playback=Playback(PlayState.STOPPED, None, 0.0),
        troubles=tuple(Trouble(fault, "It is gone: plug it in.") for fault in (Fault.CAMERA_LOST, Fault.SOUND_LOST)),
    )


SCREENS = [(scheme, size) for scheme in ("light", "dark") for size in (PHONE, WIDE)]


def faults_everywhere(page: Page) -> list[str]:
    """Return what axe finds on both sizes in both schemes, of which colours alone differ in the dark."""
    found = []
    for scheme, size in SCREENS:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        rules = ["color-contrast"] if scheme == "dark" else []
        found += [f"{scheme} {size['width']}: {fault}" for fault in violations(page, *rules)]
    return found


@pytest.mark.parametrize(("state", "word"), [(play, "happy"), (override, "sad"), (fail, "The eye does not answer")])
def test_axe_finds_no_fault(page: Page, player: FakeControl, state: Callable[[FakeControl], None], word: str) -> None:
    state(player)
    expect(page.locator("#mood")).to_have_text(word)
    assert faults_everywhere(page) == []


def test_axe_finds_no_fault_in_a_photo_a_dialog_and_a_kiosk(
    browser: Browser, address: str, player: FakeControl, photo: bytes
) -> None:
    player.faces = (judged_face(Box(115, 60, 205, 180), Emotion.HAPPY), judged_face(Box(10, 20, 50, 70), Emotion.SAD))
    play(player)
    with opened(browser, address, size=WIDE) as page:
        choose(page, photo)
        expect(page.locator("#verdict")).to_have_text("2 faces: happy, sad")
        assert faults_everywhere(page) == []
        page.evaluate("document.getElementById('login').showModal()")
        assert faults_everywhere(page) == []
        page.evaluate("document.getElementById('login').close('given'); document.body.classList.add('kiosk')")
        assert faults_everywhere(page) == []
        player.show(policy="drive")
        expect(page.locator("#plane")).to_be_hidden()
        assert faults_everywhere(page) == []


def test_every_moods_colours_can_be_read(page: Page, player: FakeControl) -> None:
    play(player)
    expect(page.locator("#track")).to_have_text("Morning Sun")
    for emotion in EMOTIONS:
        player.show(mood=mood_of_emotion(emotion))
        expect(page.locator("body")).to_have_attribute("data-mood", emotion.value)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert violations(page, "color-contrast", place="#now") == [], (emotion, scheme)
            red_green_blue = page.evaluate("getComputedStyle(document.body).color.match(/[0-9]+/g).map(Number)")
            assert (sum(red_green_blue) > 600) == (scheme == "dark")


def test_it_fits_every_screen(page: Page, player: FakeControl, photo: bytes) -> None:
    override(player)
    player.show(mood=mood_of_emotion(Emotion.SURPRISE), override=None)
    player.faces = (judged_face(Box(115, 60, 205, 180), Emotion.SURPRISE),) * 2
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("2 faces: both surprise")
    for width, height in ((1920, 1080), (1366, 768), (820, 1180), (390, 844), (360, 640), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(TOO_SMALL) == []
        page.evaluate("scrollTo(0, 0)")
        for shown in ("#mood", "#track", "#pause", "#skip"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)


def test_zoomed_in_nothing_stays_over_the_mood(page: Page, player: FakeControl) -> None:
    override(player)
    page.set_viewport_size({"width": 640, "height": 360})  # a screen of 1280 x 720 at 200 %
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#mood")).to_be_in_viewport(ratio=1)
    expect(page.locator(".transport")).to_have_css("position", "static")


def test_a_long_title_leaves_room_for_the_rest(page: Page, player: FakeControl) -> None:
    long = choice("/music/long.ogg", LONG_TITLE, LONG_TITLE, "in your folder 'happy'")
    player.show(choice=long, upcoming=CHOICES[0], playback=Playback(PlayState.PLAYING, long.track, 0.0))
    expect(page.locator("#track")).to_have_text(LONG_TITLE)
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#next")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 320, "height": 568})
    first_line = "parseFloat(getComputedStyle(track).fontSize) * 9 <= track.clientWidth"  # "Extraordinarily" in one
    assert page.evaluate(first_line)
    page.evaluate("document.body.classList.add('kiosk')")
    try:
        for width, height in ((1920, 1080), (1280, 720), (1080, 1920)):
            page.set_viewport_size({"width": width, "height": height})
            for shown in ("#mood", "#track", "#artist", "#next"):
                expect(page.locator(shown)).to_be_in_viewport(ratio=1)
    finally:
        page.evaluate("document.body.classList.remove('kiosk')")


def test_what_plays_can_be_read_from_three_metres(page: Page, player: FakeControl) -> None:
    play(player)
    player.show(mood=mood_of_emotion(Emotion.SURPRISE))
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    expect(page.locator("#mood")).to_have_text("surprise")
    for is_kiosk in (True, False):
        page.evaluate(f"document.body.classList.toggle('kiosk', {json.dumps(is_kiosk)})")
        sizes = [page.evaluate(f"parseFloat(getComputedStyle({place}).fontSize)") for place in ("mood", "track")]
        assert sizes[0] >= 2 * LEAST_TYPE_PIXELS
        assert sizes[1] >= LEAST_TYPE_PIXELS
    page.evaluate("document.body.classList.add('kiosk')")
    for place in ("artist", "time", "troubles"):
        size = page.evaluate(f"parseFloat(getComputedStyle(document.getElementById('{place}')).fontSize)")
        assert size >= LEAST_TYPE_PIXELS, place
    page.evaluate("document.body.classList.remove('kiosk')")


def test_the_keyboard_reaches_all_in_order_and_sees_where_it_is(page: Page, player: FakeControl) -> None:
    play(player)
    expect(page.locator("#track")).to_have_text("Morning Sun")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    reached: list[str] = []
    while len(reached) < 60 and (not reached or reached[-1] != "file"):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert page.evaluate(OUTLINE) == "solid", reached[-1]
    wanted = ["Now", "full-screen", "pause", "skip", "like", "wrong-mood", "ban", "volume", "camera", "learn", "file"]
    assert [each for each in reached if each in wanted] == wanted


def test_it_is_light_and_asks_nobody_else(browser: Browser, address: str, player: FakeControl) -> None:
    play(player)
    with opened(browser, address, size=PHONE) as page:
        expect(page.locator("#track")).to_have_text("Morning Sun")
        asked: dict[str, int] = page.evaluate(ASKED)
    assert {urlsplit(each).netloc for each in asked} == {urlsplit(address).netloc}
    assert 0 < sum(asked.values()) < MAXIMUM_BYTES
    assert len(asked) <= MAXIMUM_REQUESTS
    page_files = (Path(mien.web.__file__).parent / "page").iterdir()
    assert sum(each.stat().st_size for each in page_files) < MAXIMUM_BYTES


def test_colours_may_be_forced(page: Page, player: FakeControl) -> None:
    play(player)
    expect(page.locator("#expression .top")).to_have_text("happy82 %")
    page.emulate_media(forced_colors="active")
    filled = page.evaluate("getComputedStyle(document.querySelector('#expression .top .done')).backgroundColor")
    empty = page.evaluate("getComputedStyle(document.querySelector('#expression .rail')).backgroundColor")
    page.emulate_media(forced_colors="none")
    assert filled != empty
