"""The page in a real Chromium without a screen."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.web.fake_control import CHOICES, HAPPY, FakeControl, expression_of, judged_face
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mien.types import Box, Emotion, Fault, Trouble, Verdict
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
CALL_SECONDS = 5
JPEG_QUARTER_TURN = b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: WebServer) -> Iterator[Page]:
    """The open page; a failed script or a broken content policy fails the test."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(server.address)
    expect(page.locator("#eye")).to_have_text("Eye connected")
    yield page
    context.close()
    assert complaints == []


def choose(page: Page, photo: bytes, kind: str = "image/jpeg") -> None:
    page.locator("#file").set_input_files({"name": "photo", "mimeType": kind, "buffer": photo})


def pixel(page: Page, x: int, y: int) -> list[int]:
    drawn = page.evaluate(
        "([x, y]) => [...document.getElementById('picture').getContext('2d').getImageData(x, y, 1, 1).data]", [x, y]
    )
    return [int(value) for value in drawn[:3]]


def test_a_photo_shows_its_faces_and_the_music_for_it(page: Page, control: FakeControl, photo: bytes) -> None:
    control.faces = (judged_face(Box(115, 60, 205, 180), Emotion.HAPPY), judged_face(Box(10, 20, 50, 70), None))
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("2 faces: happy, unclear")
    assert pixel(page, 160, 60) == pixel(page, 10, 45) == [255, 255, 255]
    assert pixel(page, 160, 90) != [255, 255, 255]
    expect(page.locator("#face-bars .top")).to_have_text("happy82 %")
    expect(page.locator("#tracks .title")).to_have_text([choice.track.title for choice in CHOICES])
    expect(page.locator("#tracks .reasons").first).to_have_text("".join(CHOICES[0].reasons))
    assert control.calls.get(timeout=CALL_SECONDS)[0] == "recommend"

    page.get_by_role("button", name="Play Rück").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("play", CHOICES[1].track.path)
    expect(page.locator("#tracks [aria-current]")).to_contain_text("Rück <b>Wärts</b>")
    expect(page.locator("#track")).to_have_text("Rück <b>Wärts</b>")


def test_a_doubtful_photo_says_whom_the_music_is_for(page: Page, control: FakeControl, photo: bytes) -> None:
    control.faces = (replace(judged_face(Box(115, 60, 205, 180), Emotion.SAD), unsure=True),)
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("One face: unsure. The music is for a neutral mood.")
    expect(page.locator("#face-bars .top")).to_have_text("sad82 %")
    expect(page.locator("#tracks .title")).to_have_count(2)


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_and_pasted(page: Page, photo: bytes, event: str) -> None:
    page.evaluate(
        """([event, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "photo.jpg", { type: "image/jpeg" }));
            document.body.dispatchEvent(event === "drop"
                ? new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data })
                : new ClipboardEvent("paste", { bubbles: true, clipboardData: data }));
        }""",
        [event, list(photo)],
    )
    expect(page.locator("#verdict")).to_contain_text("No face is found")
    expect(page.locator("#face")).to_be_hidden()
    expect(page.locator("#tracks > li")).to_have_count(len(CHOICES))


def test_a_turned_photo_is_drawn_as_it_was_judged(page: Page, control: FakeControl) -> None:
    image = np.full((240, 320, 3), 128, np.uint8)
    image[:, :80] = (0, 0, 255)  # red on the left as stored: on top once the camera's quarter turn is applied
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    exif = b"Exif\x00\x00" + JPEG_QUARTER_TURN
    turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    judgement = control.judge(turned)
    assert (judgement.width, judgement.height) == (240, 320)
    control.faces = (judged_face(Box(40, 120, 200, 300), Emotion.SAD),)
    choose(page, turned)
    expect(page.locator("#verdict")).to_have_text("One face: sad")
    assert page.evaluate("[picture.width, picture.height]") == [240, 320]
    red, green, blue = pixel(page, 120, 20)
    assert red > 200
    assert max(green, blue) < 60
    assert pixel(page, 40, 200) == [255, 255, 255]


def test_what_goes_wrong_is_said_in_the_apis_sentence(page: Page, control: FakeControl, photo: bytes) -> None:
    choose(page, b"no picture")
    problem = page.locator("#photo-problem")
    expect(problem).to_have_text("The photo is not a readable picture: send a JPEG or PNG.")
    expect(page.locator("#photo-shown")).to_be_hidden()
    control.show(eye_connected=False)
    expect(page.locator("#eye")).to_have_text("Eye not connected")
    choose(page, photo)
    expect(problem).to_have_text("The eye does not answer: see whether `mien eye` runs.")


def test_now_follows_the_player_and_commands_it(page: Page, control: FakeControl) -> None:
    expect(page.locator("#mood")).to_have_text("nobody")
    expect(page.locator("#track")).to_have_text("Nothing plays")
    expect(page.get_by_role("button", name="Pause")).to_be_disabled()

    page.get_by_role("button", name="Skip").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("skip", None)
    expect(page.locator("#track")).to_have_text("Morning Sun – The Bright Ones")
    expect(page.locator("#reasons li")).to_have_text(list(CHOICES[0].reasons))

    control.show(mood=HAPPY, expression=expression_of(Emotion.HAPPY))
    expect(page.locator("#mood")).to_have_text("happy")
    expect(page.locator("#mood-note")).to_have_text("82 % sure")
    expect(page.locator("#expression .top")).to_have_text("happy82 %")
    expect(page.locator("#plane")).to_have_attribute("aria-label", "The mood's place: 80 % pleasant, 50 % energetic")

    like = page.get_by_role("button", name="Like")
    like.click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[0].track.path, Verdict.LIKE))
    expect(like).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Wrong mood").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[0].track.path, Verdict.WRONG_MOOD))
    expect(page.locator("#track")).to_have_text("Rück <b>Wärts</b>")
    expect(like).not_to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Never again").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[1].track.path, Verdict.BAN))
    expect(page.locator("#track")).to_have_text("Morning Sun – The Bright Ones")

    page.get_by_role("button", name="Pause").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("pause", None)
    page.get_by_role("button", name="Resume").click()
    assert control.calls.get(timeout=CALL_SECONDS) == ("resume", None)

    volume = page.get_by_role("slider", name="Volume")
    expect(volume).to_have_value("55")
    volume.press("End")
    assert control.calls.get(timeout=CALL_SECONDS) == ("set_volume", 85)
    expect(page.locator("#volume-shown")).to_have_text("85 %")


def test_trouble_is_said_while_it_lasts(page: Page, control: FakeControl) -> None:
    trouble = page.locator("#trouble")
    expect(trouble).to_be_hidden()
    control.show(troubles=(Trouble(Fault.CAMERA_LOST, "The camera <b>/dev/video0</b> is unplugged."),))
    expect(trouble).to_be_visible()
    expect(trouble).to_have_text("The camera <b>/dev/video0</b> is unplugged.")
    control.show(troubles=())
    expect(trouble).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_a_wide_screen(page: Page, control: FakeControl, photo: bytes, scheme: str) -> None:
    control.faces = (judged_face(Box(115, 60, 205, 180), Emotion.SURPRISE),)
    control.skip()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("One face: surprise")
    for width in (360, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(TOO_WIDE) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(json.loads(ground.replace("rgb(", "[").replace(")", "]")))
    assert (brightness > 600) == (scheme == "light")


TOO_WIDE = """[...document.querySelectorAll("main *:not(svg *)")]
    .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.id || each.className)"""


def test_a_lost_player_is_said_and_found_again(page: Page, control: FakeControl, server: WebServer) -> None:
    port = int(server.address.rpartition(":")[2])
    server.close()
    expect(page.locator("#lost")).to_be_visible()
    again = WebServer(control, listen(port))
    again.start()
    control.show(mood=HAPPY)
    expect(page.locator("#lost")).to_be_hidden(timeout=10_000)
    expect(page.locator("#mood")).to_have_text("happy")
    again.close()
