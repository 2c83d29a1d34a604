"""The parts' questions, each with what this machine has."""

from pathlib import Path

import pytest
from edge.setup.scripted import Scripted

from mien.demo.score import PIECES
from mien.doctor.cards import playing_cards
from mien.setup.camera import ask_camera, camera_options
from mien.setup.draft import Draft
from mien.setup.library import ask_library, count_music, demo_folder, usual_library
from mien.setup.sound import ask_sound


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    paths = {"state": str(tmp_path / "state"), "run": str(tmp_path / "run")}
    return Draft(tmp_path / "mien.toml", {"paths": paths, "music": {"library": str(tmp_path / "none")}})


def test_without_music_the_demo_s_is_offered(draft: Draft) -> None:
    questions = Scripted(None, None)
    assert ask_library(questions, draft, offers_demo=True).settings.music.library_folder == demo_folder()
    assert f"{len(PIECES)} short pieces".replace("10", "ten") in questions.offered[0]["demo"]


def test_services_that_cannot_look_into_a_home_keep_their_folder(draft: Draft) -> None:
    questions = Scripted(None, None)
    kept = ask_library(questions, draft, offers_demo=False)
    assert kept.settings.music.library == draft.settings.music.library
    assert list(questions.offered[0]) == ["other", "keep"]


def test_music_is_counted(draft: Draft, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    (folder / "sad").mkdir(parents=True)
    (folder / "sad/a.mp3").touch()
    assert count_music(folder) == (1, f"{folder} holds 1 file of music.")
    (folder / "b.flac").touch()
    questions = Scripted(str(folder))
    assert ask_library(questions, draft, offers_demo=True).settings.music.library == str(folder)
    assert "2 files" in questions.text_shown
    assert usual_library(draft.choose("music", library=str(folder)).settings) == str(folder)


@pytest.mark.skipif(bool(playing_cards()), reason="a sound card would sound")
def test_without_any_sound_the_output_stays_as_it_was(draft: Draft) -> None:
    silent = draft.choose("audio", output="silent")
    questions = Scripted("again", None)
    assert ask_sound(questions, silent) == silent
    assert questions.text_shown.count("Nothing sounds, since audio.output is 'silent'.") == 2
    assert list(questions.offered[0]) == ["again", "auto", "go on"]


def test_what_is_set_now_can_be_chosen_again_and_shows_no_password(draft: Draft) -> None:
    options = camera_options(draft.choose("camera", source="rtsp://ann:secret@door/live").settings, {})
    assert options["rtsp://ann:secret@door/live"] == "rtsp://***@door/***, as it is set now"
    assert [next(iter(options)), *list(options)[-2:]] == ["auto", "other", "none"]


def test_without_a_camera_enter_takes_music_alone_and_it_is_told_how_to_come_back(draft: Draft) -> None:
    questions = Scripted(None)
    assert not ask_camera(questions, draft, dict).settings.eye.enabled
    assert "No camera was found. Plug one in" in questions.text_shown
    assert "`mien setup` asks again" in questions.text_shown
    assert "--source" not in questions.text_shown


def test_a_camera_that_is_plugged_in_later_can_be_chosen(draft: Draft) -> None:
    questions = Scripted("auto", True, "auto", None)
    settings = ask_camera(questions, draft, dict).settings
    assert (settings.eye.enabled, settings.camera.source) == (True, "auto")
    assert questions.text_shown.count("no camera to try yet") == 2
    assert "--source" not in questions.text_shown


def test_with_a_settings_file_enter_keeps_a_camera_that_is_away(draft: Draft) -> None:
    draft.file.touch()
    assert ask_camera(Scripted(None, None), draft, dict).settings.eye.enabled


def test_a_draft_differs_only_where_it_says_something_else(draft: Draft) -> None:
    assert draft.differs
    draft.file.write_text("[mood]\ndwell_seconds = 2.0\n")
    fresh = Draft(draft.file)
    assert not fresh.choose("mood", dwell_seconds=2.0).differs
    assert fresh.choose("mood", dwell_seconds=3.0).differs
    both = fresh.choose("audio", output="alsa").choose("audio", device="x").choose_profile("kiosk").settings
    assert (both.audio.output, both.audio.device, both.profile, both.mood.dwell_seconds) == ("alsa", "x", "kiosk", 2.0)
