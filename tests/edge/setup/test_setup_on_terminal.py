"""The first run as a person has it: the real process on a real pseudo-terminal."""

from pathlib import Path

import pytest
from development_data import development_data
from edge.command_line import mien
from edge.setup.terminal import Terminal

from mien.config import load

SILENT = '# an own comment\n[audio]\noutput = "silent"\n\n[mood]\ndwell_seconds = 2.5\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one piece of music."""
    (tmp_path / "Music/happy").mkdir(parents=True)
    (tmp_path / "Music/happy/one.mp3").write_bytes(b"")
    return tmp_path


@pytest.fixture
def settings_file(home: Path) -> Path:
    """The usual settings file, with some settings of its owner."""
    file = home / ".config/mien/mien.toml"
    file.parent.mkdir(parents=True)
    file.write_text(SILENT)
    return file


def test_the_answers_become_a_settings_file_and_nothing_is_lost(home: Path, settings_file: Path) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    with Terminal(home) as terminal:
        terminal.answer("Place (1", "2")
        terminal.wait_for("none: music without a camera")
        terminal.answer("Camera (1", terminal_number(terminal.text, "none: music without a camera"))
        terminal.wait_for("Nothing sounds, since audio.output is 'silent'.")
        terminal.answer("Sound (")
        terminal.answer("Folder (~/Music", str(home / "nowhere"))
        terminal.wait_for("does not exist")
        terminal.answer("Play from (1", "2")
        terminal.answer("Folder (~/Music", str(elsewhere))
        terminal.wait_for("holds no music")
        terminal.answer("Play from (1", "3")
        terminal.answer("Write this file? [y/n] (y")
        terminal.wait_for(".before")
        assert terminal.end() == 0
    settings = load(settings_file)
    assert (settings.profile, settings.eye.enabled, settings.mood.dwell_seconds) == ("kiosk", False, 2.5)
    assert (settings.audio.output, settings.music.library) == ("silent", str(elsewhere))
    assert settings_file.with_name("mien.toml.before").read_text() == SILENT
    shown = mien(home, "config", "--changed").stdout
    assert shown == "".join(
        f"{line}\n" for line in settings_file.read_text().splitlines() if not line.startswith("#")
    ).lstrip("\n")


def test_ctrl_c_writes_nothing(home: Path, settings_file: Path) -> None:
    with Terminal(home, "--camera", "none") as terminal:
        terminal.answer("Place (1", "3")
        terminal.answer("Camera (")
        terminal.answer("Sound (")
        terminal.answer("Folder (~/Music")
        terminal.wait_for("Write this file?")
        terminal.type("\x03")
        terminal.wait_for("The setup was ended: nothing was written.")
        assert terminal.end() == 1
    assert settings_file.read_text() == SILENT
    assert [file.name for file in settings_file.parent.iterdir()] == ["mien.toml"]


def test_a_second_run_keeps_what_is_set_with_enter_alone(home: Path, settings_file: Path) -> None:
    settings_file.write_text(f"{SILENT}\n[eye]\nenabled = false\n")
    before = settings_file.read_text()
    with Terminal(home) as terminal:
        for question in ("Place (1", "Camera (", "Sound (", "Folder (~/Music"):
            terminal.answer(question)
        terminal.wait_for("says so already, and stays as it is")
        assert terminal.end() == 0
    assert settings_file.read_text() == before


@pytest.mark.slow
def test_the_face_of_a_clip_is_framed_and_becomes_the_driver_s_seat(home: Path) -> None:
    clip = development_data("videos", "pyfeat_WolfgangLanger_Pexels.mp4")
    with Terminal(home) as terminal:
        terminal.answer("Place (1", "3")
        terminal.wait_for("none: music without a camera")
        other = terminal_number(terminal.text, "a video file, a folder")
        terminal.answer("Camera (", other)
        terminal.answer("File or address", "nonsense")
        terminal.wait_for("There is no camera or file 'nonsense'")
        terminal.answer("Choose another camera? [y/n] (n", "y")
        terminal.answer("Camera (", other)
        terminal.answer("File or address", str(clip))
        terminal.wait_for("╔═")
        terminal.wait_for("Your face")
        terminal.type("\n")
        terminal.answer("Is the dotted box the seat? [y/n] (y")
        terminal.wait_for("A tone is played")
        terminal.wait_for("Sound (" if "there is no sound card" in terminal.text else ":")
        terminal.type("\x03")
        terminal.wait_for("nothing was written.")
        assert terminal.end() == 1
    assert not (home / ".config/mien").exists()


@pytest.mark.slow
def test_a_heard_tone_leaves_the_output_as_it_is(home: Path, settings_file: Path) -> None:
    settings_file.write_text('[audio]\noutput = "alsa"\ndevice = "null"\n')
    with Terminal(home, "--camera", "none") as terminal:
        terminal.answer("Place (1")
        terminal.answer("Camera (")
        terminal.wait_for("A tone is played ...")
        terminal.type("n\n")  # too early: nobody can have heard it yet
        terminal.wait_for("A tone was played through ALSA at null")
        terminal.answer("Did you hear it? [y/n] (y")
        terminal.answer("Folder (~/Music")
        terminal.answer("Write this file? [y/n] (y", "n")
        terminal.wait_for("Nothing was written.")
        assert terminal.end() == 0
    assert "null" in settings_file.read_text()


def terminal_number(text: str, words: str) -> str:
    """Return the number that stands before an option."""
    (line,) = [line for line in text.splitlines() if words in line]
    return line.split()[0]
