"""The page in a real Chromium without a screen: what it shows of a player, and what it asks of one."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl, choice, expression_of
from edge.web.pages import CALL_SECONDS, PHONE, opened, started
from playwright.sync_api import Browser, Page, expect

from mien.mood.affect import mood_of_emotion, undecided
from mien.mood.own_neutral import ENOUGH_SECONDS
from mien.types import BaselineStage, BaselineState, Emotion, Fault, Override, PastMood, Presence, Trouble, Verdict
from mien.web.server import listen


def test_now_follows_the_player_and_commands_it(page: Page, player: FakeControl) -> None:
    expect(page.locator("#mood")).to_have_text("nobody")
    expect(page.locator("#track")).to_have_text("Nothing plays")
    expect(page.get_by_role("button", name="Pause")).to_be_disabled()

    page.get_by_role("button", name="Skip").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("skip", None)
    expect(page.locator("#track")).to_have_text("Morning Sun")
    expect(page.locator("#artist")).to_have_text("The Bright Ones")
    expect(page.locator("#reasons li")).to_have_text(list(CHOICES[0].reasons))

    player.show(mood=HAPPY, expression=expression_of(Emotion.HAPPY))
    expect(page.locator("#mood")).to_have_text("happy")
    expect(page.locator("#mood-note")).to_have_text("82 % sure")
    expect(page.locator("#expression .top")).to_have_text("happy82 %")
    expect(page.locator("#plane")).to_have_attribute("aria-label", "The mood's place: 80 % pleasant, 50 % energetic")

    like = page.get_by_role("button", name="Like")
    like.click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[0].track.path, Verdict.LIKE))
    expect(like).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Wrong mood").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[0].track.path, Verdict.WRONG_MOOD))
    expect(page.locator("#track")).to_have_text("Rück <b>Wärts</b>")
    expect(like).not_to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Never again").click()
    page.get_by_role("button", name="Press again: never again").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[1].track.path, Verdict.BAN))
    expect(page.locator("#track")).to_have_text("Morning Sun")

    page.get_by_role("button", name="Pause").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("pause", None)
    page.get_by_role("button", name="Resume").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("resume", None)

    volume = page.get_by_role("slider", name="Volume")
    expect(volume).to_have_value("55")
    volume.press("End")
    assert player.calls.get(timeout=CALL_SECONDS) == ("set_volume", 85)
    expect(page.locator("#volume-shown")).to_have_text("85 %")


def test_the_way_of_the_mood_is_drawn_and_told(page: Page, player: FakeControl) -> None:
    moods = (Emotion.SAD, Emotion.ANGRY, Emotion.NEUTRAL, Emotion.HAPPY)
    past = tuple(PastMood(1e9 + index, mood_of_emotion(emotion)) for index, emotion in enumerate(moods))
    player.show(mood=HAPPY, past_moods=past, upcoming=CHOICES[0])
    expect(page.locator("#before")).to_have_text("Before: sad, angry, neutral")
    expect(page.locator("#path line")).to_have_count(3)
    opacities = [float(line.get_attribute("opacity") or 0) for line in page.locator("#path line").all()]
    assert opacities == sorted(opacities)
    assert opacities[-1] == 1
    expect(page.locator("#next")).to_have_text("Next Morning Sun – The Bright Ones")
    player.show(upcoming=None, past_moods=past[:1])
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#before")).to_have_text("")


def test_a_track_shows_its_cover_or_a_drawing_of_its_own(page: Page, player: FakeControl) -> None:
    player.covers[CHOICES[0].track.path] = cv2.imencode(".png", np.full((64, 64, 3), 90, np.uint8))[1].tobytes()
    cover, rays = page.locator("#picture-of-track"), "[...sleeve.children].map((ray) => ray.outerHTML).join()"
    silence = page.evaluate(rays)
    page.get_by_role("button", name="Skip").click()
    expect(cover).to_be_visible()
    assert cover.evaluate("(image) => image.naturalWidth") == 64
    drawn = page.evaluate(rays)
    page.get_by_role("button", name="Skip").click()
    expect(page.locator("#track")).to_have_text("Rück <b>Wärts</b>")
    expect(cover).to_be_hidden()
    assert len({silence, drawn, page.evaluate(rays)}) == 3
    page.get_by_role("button", name="Skip").click()
    expect(cover).to_be_visible()
    assert page.evaluate(rays) == drawn


def test_a_mood_is_chosen_by_hand_and_ended(page: Page, player: FakeControl) -> None:
    player.show(mood=HAPPY)
    page.get_by_role("radio", name="sad").check(force=True)
    page.get_by_role("radio", name="2 hours").check(force=True)
    page.get_by_role("button", name="Play for this mood").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("override", (Emotion.SAD, 120.0))
    expect(page.locator("#mood")).to_have_text("sad")
    expect(page.locator("#mood-note")).to_have_text("2 h left · the face looks happy")
    expect(page.locator("#override-note")).to_have_text("The music plays as for a face that looks sad: 2 h left.")
    player.show(override=Override(Emotion.SAD, time.time() + 60 * 62.2))
    expect(page.locator("#mood-note")).to_contain_text("1 h 2 min left")
    page.get_by_role("button", name="Back to the face").first.click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("end_override", None)
    expect(page.locator("#mood")).to_have_text("happy")
    expect(page.get_by_role("button", name="Back to the face")).to_have_count(0)
    expect(page.locator("#mood")).to_be_focused()


def test_a_chosen_mood_is_not_taken_for_the_faces(page: Page, player: FakeControl) -> None:
    player.show(mood=HAPPY, past_moods=(PastMood(1e9, mood_of_emotion(Emotion.FEAR)), PastMood(1e9 + 1, HAPPY)))
    player.override(Emotion.SAD, 30)
    expect(page.locator("#mood")).to_have_text("sad")
    place = "The face's place, not the chosen mood's: 80 % pleasant, 50 % energetic"
    expect(page.locator("#plane")).to_have_attribute("aria-label", place)
    expect(page.locator("#before")).to_have_text("The dot is the face's place. Before: fear")
    back = page.locator("#override").get_by_role("button", name="Back to the face")
    back.focus()
    back.press("Enter")
    expect(page.get_by_role("button", name="Play for this mood")).to_be_focused()


def test_nobody_and_an_unclear_face_have_no_place(page: Page, player: FakeControl) -> None:
    unsure = undecided(Presence.UNSURE)
    sad, happy = mood_of_emotion(Emotion.SAD), mood_of_emotion(Emotion.HAPPY)
    player.show(mood=HAPPY, past_moods=tuple(PastMood(1e9, mood) for mood in (sad, happy, NOBODY, sad, unsure, HAPPY)))
    expect(page.locator("#place")).to_be_visible()
    expect(page.locator("#path line")).to_have_count(1)
    expect(page.locator("#path circle")).to_have_count(3)
    for mood, why in ((NOBODY, "nobody is seen"), (unsure, "the expression is unclear")):
        player.show(mood=mood)
        expect(page.locator("#plane")).to_have_attribute("aria-label", f"No place: {why}")
        expect(page.locator("#place")).to_be_hidden()


def test_an_eye_that_is_gone_is_the_word(page: Page, player: FakeControl) -> None:
    player.show(eye_connected=False, mood=HAPPY, expression=expression_of(Emotion.HAPPY))
    expect(page.locator("#mood")).to_have_text("The eye does not answer")
    expect(page.locator("#expression .top")).to_have_count(0)
    expect(page.locator("#plane")).to_have_attribute("aria-label", "No place: The eye does not answer")
    expect(page.get_by_role("group", name="Mood The eye does not answer")).to_be_visible()
    player.override(Emotion.SAD, 30)
    expect(page.locator("#mood")).to_have_text("sad")
    expect(page.locator("#mood-note")).to_have_text("30 min left · The eye does not answer")


def test_never_again_takes_two_presses(page: Page, player: FakeControl) -> None:
    player.skip()
    assert player.calls.get(timeout=CALL_SECONDS) == ("skip", None)
    ban = page.locator("#ban")
    expect(ban).to_be_enabled()
    ban.dblclick()
    expect(ban).to_have_text("Press again: never again")
    expect(page.locator("#ban-note")).to_have_text("Press again, and this track is never played again.")
    player.skip()
    assert player.calls.get(timeout=CALL_SECONDS) == ("skip", None)
    expect(ban).to_have_text("Never again")
    ban.focus()
    for _ in range(3):
        page.keyboard.down("Enter")  # held
    page.keyboard.up("Enter")
    expect(ban).to_have_text("Press again: never again")
    ban.press("Enter")
    assert player.calls.get(timeout=CALL_SECONDS) == ("rate", (CHOICES[1].track.path, Verdict.BAN))


def test_titles_of_either_direction_keep_their_place(page: Page, player: FakeControl) -> None:
    song = choice("/music/song.ogg", "שיר השירים (Live 1999)", "فيروز", "in your folder")
    player.show(choice=song, upcoming=song, playback=replace(player.snapshot().playback, track=song.track))
    expect(page.locator("#upcoming bdi")).to_have_text(["שיר השירים (Live 1999)", "فيروز"])
    for place in ("#track", "#artist"):
        expect(page.locator(place)).to_have_css("direction", "rtl")
        expect(page.locator(place)).to_have_css("text-align", "left")


def test_policy_camera_and_face_at_rest_are_steered(page: Page, player: FakeControl) -> None:
    expect(page.locator("[aria-pressed=true][data-policy]")).to_have_attribute("data-policy", "lift")
    page.get_by_role("button", name="Calm").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("set_policy", "calm")
    expect(page.locator("[aria-pressed=true][data-policy]")).to_have_attribute("data-policy", "calm")

    page.get_by_role("button", name="Turn the eye off").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("set_watching", False)
    expect(page.locator("#eye")).to_have_text("Eye off")
    expect(page.locator("#mood")).to_have_text("Eye off")
    expect(page.locator("#plane")).to_have_attribute("aria-label", "No place: Eye off")
    player.may_watch = False
    page.get_by_role("button", name="Turn the eye on").click()
    expect(page.get_by_role("alert")).to_contain_text(["eye.enabled = true"])
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#problem")).to_be_hidden()

    page.get_by_role("button", name="Learn it").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("learn_baseline", None)
    progress = page.get_by_role("progressbar")
    expect(progress).to_be_visible()
    expect(progress).to_have_attribute("max", str(ENOUGH_SECONDS))
    expect(page.locator("#rest-note")).to_have_attribute("aria-live", "off")
    player.show(baseline=BaselineState(BaselineStage.KNOWN, 45, "The face at rest is known."))
    expect(page.locator("#rest-note")).to_have_text("The face at rest is known.")
    expect(progress).to_be_hidden()
    page.get_by_role("button", name="Forget it").click()
    assert player.calls.get(timeout=CALL_SECONDS) == ("forget_baseline", None)


def test_trouble_is_said_while_it_lasts(page: Page, player: FakeControl) -> None:
    troubles = page.locator("#troubles p")
    expect(troubles).to_have_count(0)
    sentences = ["The camera <b>/dev/video0</b> is unplugged.", "The board is 84 °C hot."]
    player.show(troubles=tuple(map(Trouble, (Fault.CAMERA_LOST, Fault.HOT), sentences)))
    expect(troubles).to_have_text(sentences)
    player.show(troubles=())
    expect(troubles).to_have_count(0)


def test_titles_are_text_and_never_markup(page: Page, player: FakeControl) -> None:
    attack = '"><img src=x onerror="document.title=\'attacked\'"><script>document.title="attacked"</script>'
    hostile = choice(f"/music/{attack}.ogg", attack, attack, attack, f"javascript:{attack}")
    player.show(
        choice=hostile,
        upcoming=hostile,
        playback=replace(player.snapshot().playback, track=hostile.track),
        troubles=(Trouble(Fault.LIBRARY_MISSING, attack),),
        baseline=BaselineState(message=attack),
    )
    for place in ("#track", "#artist", "#troubles p", "#rest-note"):
        expect(page.locator(place)).to_have_text(attack)
    expect(page.locator("#upcoming")).to_have_text(f"{attack} – {attack}")
    assert page.locator("main img").count() == 1  # the cover's own
    assert page.title() == "mien"


@pytest.mark.parametrize("way", ["address", "button"])
def test_a_kiosk_has_nothing_to_press(browser: Browser, address: str, player: FakeControl, way: str) -> None:
    player.skip()
    player.show(mood=HAPPY, upcoming=CHOICES[1])
    view = f"{address}/?kiosk" if way == "address" else address
    with opened(browser, view, size={"width": 1280, "height": 720}) as page:
        expect(page.locator("#mood")).to_have_text("happy")
        if way == "button":
            page.get_by_role("button", name="Full screen").click()
        expect(page.locator("nav")).to_be_hidden()
        assert (
            page.locator("button:visible, input:visible, a:visible, [tabindex]:not([tabindex='-1']):visible").count()
            == 0
        )
        for shown in ("#mood", "#plane", "#cover", "#track", "#next"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)
        player.show(policy="drive")
        for hidden in ("#plane", "#cover", "#next", "#progress"):
            expect(page.locator(hidden)).to_be_hidden()
        for shown in ("#mood", "#track"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)
        if way == "button":
            page.evaluate("document.exitFullscreen()")
            expect(page.locator("nav")).to_be_visible()


def test_a_page_that_needs_its_token_asks_for_it(browser: Browser, control: FakeControl) -> None:
    with (
        started(control, listen(0), token="sesame-open-wide") as server,
        opened(browser, server.address, size=PHONE) as page,
    ):
        dialog = page.get_by_role("dialog", name="This page asks for its token")
        expect(dialog).to_be_visible()
        token = page.get_by_role("textbox", name="Token")
        expect(token).to_be_focused()
        for _ in range(3):
            page.keyboard.press("Escape")
            expect(dialog).to_be_visible()
        token.fill("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#login-problem")).to_contain_text("token is not")
        token.fill("sesame-open-wide")
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("#eye")).to_have_text("Eye connected")
        control.show(mood=HAPPY)
        expect(page.locator("#mood")).to_have_text("happy")
        page.reload()
        expect(page.locator("#mood")).to_have_text("happy")
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_file_names_that_are_not_utf8_are_asked_for_by_their_bytes(page: Page, player: FakeControl) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    with page.expect_request("**/api/cover?path=*") as asked:
        player.play(Path("/music/r\udcfcck.ogg"))
    response = asked.value.response()
    assert response is not None
    assert response.status == 204  # it has none, which is nothing to complain of
    assert complaints == []
    assert asked.value.url.endswith("path=%2Fmusic%2Fr%fcck.ogg")
