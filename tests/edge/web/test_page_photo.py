"""The photo part of the page in a real Chromium without a screen."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest
from edge.web.fake_control import CHOICES, FakeControl, judged_face
from edge.web.pages import CALL_SECONDS, choose
from playwright.sync_api import Page, expect

from mien.types import Box, Emotion

JPEG_QUARTER_TURN = b"MM\x00*\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
WHITE = [255, 255, 255]


def pixel(page: Page, x: int, y: int) -> list[int]:
    drawn = page.evaluate(
        "([x, y]) => [...document.getElementById('picture').getContext('2d').getImageData(x, y, 1, 1).data]", [x, y]
    )
    return [int(value) for value in drawn[:3]]


def test_a_photo_shows_its_faces_and_the_music_for_it(page: Page, player: FakeControl, photo: bytes) -> None:
    player.faces = (judged_face(Box(115, 60, 205, 180), Emotion.HAPPY), judged_face(Box(10, 40, 50, 90), None))
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("2 faces: happy, unclear")
    assert pixel(page, 160, 60) == WHITE
    assert pixel(page, 160, 90) != WHITE
    expect(page.locator("#face-bars .top")).to_have_text("happy82 %")
    expect(page.locator("#tracks .title")).to_have_text([choice.track.title for choice in CHOICES])
    expect(page.locator("#tracks .reasons").first).to_have_text("".join(CHOICES[0].reasons))
    assert player.calls.get(timeout=CALL_SECONDS)[0] == "recommend"

    page.get_by_role("button", name="Play Rück").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("play", CHOICES[1].track.path)
    expect(page.locator("#tracks [aria-current]")).to_contain_text("Rück <b>Wärts</b>")
    expect(page.locator("#track")).to_have_text("Rück <b>Wärts</b>")


def test_each_face_can_be_chosen_and_the_photo_put_away(page: Page, player: FakeControl, photo: bytes) -> None:
    boxes = (Box(115, 60, 205, 180), Box(20, 60, 70, 120), Box(250, 60, 300, 110))
    emotions = (Emotion.HAPPY, Emotion.SAD, None)
    player.faces = tuple(map(judged_face, boxes, emotions))
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("3 faces: happy, sad, unclear")
    expect(page.locator("#tracks-title")).to_have_text("Music that fits the largest face")
    page.get_by_role("radio", name="2 sad", exact=True).check(force=True)
    expect(page.locator("#face-bars .top")).to_have_text("sad82 %")
    assert pixel(page, 20, 90) == WHITE
    canvas = page.locator("#picture")
    scale = page.evaluate("picture.clientWidth / picture.width")
    canvas.click(position={"x": 275 * scale, "y": 85 * scale})
    expect(page.locator("#face-note")).to_contain_text("to be judged")
    expect(page.locator("#face")).to_be_hidden()
    canvas.click(position={"x": 160 * scale, "y": 90 * scale})
    expect(page.locator("#face-bars .top")).to_have_text("happy82 %")
    page.get_by_role("button", name="Put the photo away").click()
    expect(canvas).to_be_hidden()
    expect(page.locator("#judged")).to_be_hidden()
    expect(page.locator("#verdict")).to_have_text("")
    expect(page.locator("#file")).to_be_focused()
    assert page.evaluate("picture.width * picture.height") == 0


def test_many_faces_are_numbered_and_counted(page: Page, player: FakeControl, photo: bytes) -> None:
    player.faces = tuple(judged_face(Box(40 * at, 60, 40 * at + 30, 90), Emotion.HAPPY) for at in range(6))
    choose(page, photo)
    expect(page.locator("#verdict")).to_have_text("6 faces: all happy")
    expect(page.locator("#face-choices label")).to_have_text([f"{number} happy" for number in range(1, 7)])
    expect(page.locator("#picture")).to_have_attribute("aria-label", re.compile("marked: 1 happy, 2 happy"))
    labels: list[list[float]] = page.evaluate(
        """async (frames) => (await import("/page/picture.js"))
            .placeLabels(frames, Array(6).fill(75), 19, { width: 320, height: 240 })""",
        [[40 * at, 60, 30, 30] for at in range(6)],
    )
    for (x, y, wide, tall), (left, top, *_) in combinations(labels, 2):
        assert abs(x - left) >= wide or abs(y - top) >= tall
    assert all(0 <= x <= 320 - wide and 0 <= y <= 240 - tall for x, y, wide, tall in labels)


def test_a_doubtful_photo_says_whom_the_music_is_for(page: Page, player: FakeControl, photo: bytes) -> None:
    player.faces = (replace(judged_face(Box(115, 60, 205, 180), Emotion.SAD), unsure=True),)
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


def test_a_turned_photo_is_drawn_as_it_was_judged(page: Page, player: FakeControl) -> None:
    image = np.full((240, 320, 3), 128, np.uint8)
    image[:, :80] = (0, 0, 255)  # red on the left as stored: on top once the camera's quarter turn is applied
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    exif = b"Exif\x00\x00" + JPEG_QUARTER_TURN
    turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    judgement = player.judge(turned)
    assert (judgement.width, judgement.height) == (240, 320)
    player.faces = (judged_face(Box(40, 120, 200, 300), Emotion.SAD),)
    choose(page, turned)
    expect(page.locator("#verdict")).to_have_text("One face: sad")
    assert page.evaluate("[picture.width, picture.height]") == [240, 320]
    red, green, blue = pixel(page, 120, 20)
    assert red > 200
    assert max(green, blue) < 60
    assert pixel(page, 40, 200) == WHITE


def test_what_goes_wrong_is_said_in_the_apis_sentence(page: Page, player: FakeControl, photo: bytes) -> None:
    choose(page, b"no picture")
    problem = page.locator("#photo-problem")
    expect(problem).to_have_text("The photo is not a readable picture: send a JPEG or PNG.")
    expect(page.locator("#picture")).to_be_hidden()
    choose(page, b"words", "text/plain")
    expect(problem).to_have_text("This is not a picture: choose a photo.")
    player.show(eye_connected=False)
    expect(page.locator("#eye")).to_have_text("Eye not connected")
    choose(page, photo)
    expect(problem).to_have_text("The eye does not answer: see whether `mien eye` runs.")
    expect(page.locator("#verdict")).to_have_text("")
