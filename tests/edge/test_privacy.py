"""The notice for the wall, as text and as a page that is printed by a real browser."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from edge.command_line import mien, sentence
from hypothesis import given
from hypothesis import strategies as st

from mien.privacy import Notice

HEADINGS = ["What is seen", "What is kept", "What is not done", "Whom to ask"]


class Words(HTMLParser):
    """Collects the words of a page, and all that a tag would load from somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.loads: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "srcset", "onload", "onerror")]


def read(page: str) -> Words:
    words = Words()
    words.feed(page)
    words.close()
    return words


def test_the_notice_says_what_is_seen_and_kept_and_whom_to_ask(tmp_path: Path) -> None:
    done = mien(tmp_path, "privacy", "--contact", "Ann Miller, at the bar")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS
    assert "No picture of anyone" in done.stdout
    assert "Ann Miller, at the bar. They answer questions" in done.stdout
    assert max(map(len, lines)) <= 72


def test_without_a_name_there_is_room_to_write_one() -> None:
    assert "____" in Notice().as_text()
    assert '<span class="blank"></span>' in Notice(" ").as_page()
    assert '<span class="blank"></span>' not in Notice("Ann").as_page()


def test_pictures_that_travel_are_told_of(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text('[camera]\nsource = "rtsp://127.0.0.1/door"\n')
    done = mien(tmp_path, "privacy", "--config", settings)
    assert "pictures come over the network" in " ".join(done.stdout.split())
    assert "over the network" not in Notice().as_text()


def test_numbers_of_a_face_that_are_kept_are_told_of(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text("[mood]\nkeep_baseline = true\n")
    done = mien(tmp_path, "privacy", "--config", settings)
    assert "seven numbers on how their face looks at rest" in " ".join(done.stdout.split())
    assert "seven numbers" not in Notice().as_text()
    assert "seven numbers" in Notice(keeps_baseline=True).as_page()


def test_a_trace_that_is_kept_is_told_of(tmp_path: Path) -> None:
    told = " ".join(mien(tmp_path, "privacy", "--trace").stdout.split())
    assert "For a while also numbers on each picture" in told
    assert "numbers on each picture" not in Notice().as_text()


def test_with_the_eye_turned_off_no_camera_is_told_of(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text('[eye]\nenabled = false\n[camera]\nsource = "rtsp://127.0.0.1/door"\n')
    told = " ".join(mien(tmp_path, "privacy", "--config", settings).stdout.split())
    assert told.startswith("No camera chooses the music here ")
    assert "no camera is opened, and no face is looked at." in told
    for untrue in ("A camera looks", "emotion recognition", "over the network", "expression", "turn the camera off"):
        assert untrue not in told
    assert sentence(mien(tmp_path, "privacy", "--trace", "--config", settings)).startswith("A trace would be empty")


@pytest.mark.parametrize(
    "settings",
    [
        '[mqtt]\nhost = "broker"\n',
        '[hooks]\non_mood = ["logger"]\n',
        "[metrics]\nenabled = true\n",
        "[mpris]\nenabled = true\n",
    ],
)
def test_others_that_the_mood_is_told_to_are_told_of(tmp_path: Path, settings: str) -> None:
    (tmp_path / "mien.toml").write_text(settings)
    done = mien(tmp_path, "privacy", "--config", tmp_path / "mien.toml")
    words = " ".join(done.stdout.split())
    assert "are told to other devices or programs of this place" in words
    assert "no picture is sent anywhere" in words
    assert "nothing is sent anywhere" not in words
    assert "nothing is sent anywhere" in " ".join(Notice().as_text().split())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_name_stands_in_the_page_as_it_is(contact: str) -> None:
    page = read(Notice(contact).as_page())
    assert page.loads == []
    name = contact.strip().rstrip(".")
    assert " ".join(name.split()) in " ".join(page.text.split())


def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    assert sentence(mien(tmp_path, "privacy", "--html", tmp_path)).endswith("cannot be written: Is a directory.")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no browser here")
def test_the_page_prints_on_one_sheet_of_a4_also_with_much_to_say(tmp_path: Path) -> None:
    contact = "Ann Miller, who stands at the bar on weekdays, or ann@example.org. " * 3
    page, printed = tmp_path / "notice.html", tmp_path / "notice.pdf"
    settings = tmp_path / "mien.toml"
    settings.write_text('[camera]\nsource = "rtsp://127.0.0.1/door"\n[mood]\nkeep_baseline = true\n')
    everything = ("--trace", "--config", settings)
    assert mien(tmp_path, "privacy", "--html", page, "--contact", contact, *everything).returncode == 0
    browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/browser"]
    subprocess.run(
        [*browser, "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri()],
        capture_output=True,
        check=True,
        timeout=60,
    )
    content = printed.read_bytes()
    assert len(re.findall(rb"/Type */Page\b", content)) == 1
    ((width, height),) = re.findall(rb"/MediaBox *\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert (round(float(width)), round(float(height))) == (595, 842)
