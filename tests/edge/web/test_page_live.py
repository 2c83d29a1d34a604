"""The page of a real `mien run`: a real clip in, its moods on the page, and what is pressed there done."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from development_data import development_data
from edge.command_line import COMMAND, surroundings
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from edge.web.pages import WIDE, choose, opened
from playwright.sync_api import Browser, expect

from mien.web.server import listen

pytestmark = pytest.mark.slow

TONES = {"sad": 330.0, "happy": 880.0, "calm": 220.0, "plain": 550.0}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """`mien run` on a clip of 20 seconds: a woman who is sad, and from the eleventh second on happy."""
    clip = development_data("videos", "pyfeat_WolfgangLanger_Pexels.mp4")
    for name, hertz in TONES.items():
        for number in range(2):
            (tmp_path / "music" / name).mkdir(parents=True, exist_ok=True)
            write_tone(tmp_path / "music" / name / f"{number}.wav", hertz, 30.0)
    with listen(0) as listener:
        port = listener.getsockname()[1]
    (tmp_path / "mien.toml").write_text(f"[music]\nhear = false\n[web]\nport = {port}\n")
    options = ["--source", clip, "--library", tmp_path / "music", "--audio-file", tmp_path / "out.wav"]
    command = [*COMMAND, "run", *map(str, options), "--config", str(tmp_path / "mien.toml")]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=surroundings(tmp_path))
    try:
        wait_until(lambda: "http://" in (tmp_path / "said").read_text() or process.poll() is not None, 30.0)
        assert process.poll() is None, (tmp_path / "said").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_the_page_follows_a_real_face_and_steers_a_real_player(browser: Browser, address: str) -> None:
    photo = development_data("photos", "azure_amy.jpg").read_bytes()
    with opened(browser, address, size=WIDE) as page:
        mood, track = page.locator("#mood"), page.locator("#track")
        expect(mood).to_have_text("sad", timeout=15_000)
        expect(page.locator("#eye")).to_have_text("Eye connected")
        expect(track).not_to_have_text("Nothing plays")

        page.get_by_role("radio", name="happy").check(force=True)
        page.get_by_role("button", name="Play for this mood").click()
        expect(mood).to_have_text("happy")
        expect(page.locator("#mood-note")).to_contain_text("30 min left · the face looks")
        page.get_by_role("button", name="Back to the face").first.click()
        expect(page.locator("#mood-title")).to_have_text("Mood")

        choose(page, photo)
        expect(page.locator("#verdict")).to_have_text("One face: happy", timeout=15_000)
        expect(page.locator("#tracks > li")).not_to_have_count(0)

        expect(mood).to_have_text("happy", timeout=15_000)
        expect(page.locator("#before")).to_contain_text("sad")
        playing = page.evaluate("track.textContent + reasons.textContent")
        page.get_by_role("button", name="Skip").click()
        page.wait_for_function("(before) => track.textContent + reasons.textContent !== before", arg=playing)

        page.get_by_role("button", name="Calm").click()
        expect(page.locator("[aria-pressed=true][data-policy]")).to_have_attribute("data-policy", "calm")
        page.get_by_role("button", name="Turn the eye off").click()
        expect(page.locator("#eye")).to_have_text("Eye off")
