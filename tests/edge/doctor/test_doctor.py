"""The whole doctor, as its owner runs it."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.command_line import mien, surroundings
from edge.music.sound_files import write_tone

from mien.config import load
from mien.doctor.child import ask
from mien.doctor.finding import State
from mien.doctor.player import Running
from mien.doctor.question import Question
from mien.status import LastingTrouble, StatusFile
from mien.types import Fault, Trouble

PARTS = {
    "machine", "camera", "detector", "models", "model", "network", "writing", "library", "index", "space", "cards",
    "sound", "player", "clock", "heat", "speed", "page", "services",
}  # fmt: skip


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    write_tone(folder / "one.wav", 440, 0.1)
    (folder / "torn.mp3").write_text("This is a letter.")
    return folder


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    cv2.imwrite(str(folder / "grey.png"), np.full((48, 64, 3), 128, np.uint8))
    return folder


def doctor(tmp_path: Path, source: str | Path, music: Path, output: str, *options: str) -> tuple[list[str], int]:
    """Return what a doctor says, and its exit code."""
    settings = tmp_path / "mien.toml"
    settings.write_text(
        f'[camera]\nsource = "{source}"\n[music]\nlibrary = "{music}"\n[audio]\noutput = "{output}"\n'
        f'[paths]\nrun = "{tmp_path}"\n[eye]\ndetector = "onnx"\n',
        encoding="utf-8",
    )
    done = mien(tmp_path, "doctor", "--config", settings, *options)
    assert done.stderr == ""
    return done.stdout.splitlines(), done.returncode


def test_all_is_well(tmp_path: Path, pictures: Path, music: Path) -> None:
    lines, code = doctor(tmp_path, pictures, music, "silent", "--json", "--profile", "drive")
    found = [json.loads(line) for line in lines]
    assert {tuple(one) for one in found} == {("type", "name", "state", "message")}
    assert {one["type"] for one in found} == {"finding"}
    assert {one["name"] for one in found} == PARTS
    assert [one for one in found if one["state"] == "bad"] == []
    messages = {one["name"]: one["message"] for one in found}
    assert messages["camera"] == f"{pictures} gives pictures of 64 x 48 pixels, brightness 50 %."
    assert messages["library"].startswith(f"{music} has 1 tracks; 1 files are left out")
    assert messages["page"] == "No page is served (web.enabled is false)."
    assert messages["network"] == "The eye gives up the network before it sees anything."
    assert code == 0


def test_what_is_wrong_is_said_and_the_rest_still_looked_at(tmp_path: Path) -> None:
    status = StatusFile(tmp_path)
    troubles = (Trouble(Fault.SOUND_LOST, "The card went."), Trouble(Fault.CAMERA_MISSING, "So did the camera."))
    status.write(LastingTrouble(trouble, 0.0) for trouble in troubles)
    lines, code = doctor(tmp_path, "/dev/video99", tmp_path / "nowhere", "gramophone")
    found = {name: (mark, message) for mark, name, message in (line.split(maxsplit=2) for line in lines)}
    bad = {name for name, (mark, _) in found.items() if mark == "BAD"}
    assert bad == {"camera", "library", "sound", "player"}
    assert {mark for mark, _ in found.values()} == {"ok", "note", "BAD"}
    assert set(found) == PARTS | {"cameras"}
    assert found["camera"][1].startswith("There is no camera /dev/video99")
    assert found["library"][1].startswith(f"The music folder {tmp_path}/nowhere does not exist")
    assert found["sound"][1].startswith("This libVLC has no sound output 'gramophone': set audio.output to auto,")
    assert found["player"][1].startswith("So did the camera. (camera_missing, for ")
    assert code == 1


def test_a_part_that_hangs_is_named_and_left(pictures: Path) -> None:
    (finding,) = ask(["camera"], Question(load(None, {"camera": {"source": str(pictures)}})), timeout_seconds=0.01)
    assert (finding.name, finding.state) == ("camera", State.BAD)
    assert finding.message == "No answer within 0.01 s: is the device stuck, or the machine busy?"


def test_a_part_that_dies_is_named_with_its_last_words_and_the_rest_asked() -> None:
    first, *rest = ask(["astrology", "space", "library"], Question(load(None, {"paths": {"state": "/tmp"}})))
    assert (first.name, first.state, first.message) == ("astrology", State.BAD, "KeyError: 'astrology'")
    assert [one.name for one in rest] == ["space", "library"]


def test_the_doctor_looks_at_pictures_in_its_children_alone(tmp_path: Path, pictures: Path) -> None:
    program = (
        "import sys; from mien.config import load; from mien.doctor import examine; "
        f"list(examine(load(None, {{'camera': {{'source': {str(pictures)!r}}}, 'audio': {{'output': 'silent'}}, "
        "'eye': {'detector': 'onnx'}}))); "
        "print(sorted({'cv2', 'mediapipe', 'onnxruntime', 'vlc'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings(tmp_path))
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


def test_a_question_arrives_as_it_was_asked() -> None:
    for question in (Question(load()), Question(load(), Running(7, ("hot", "eye_gone")), silent=True)):
        assert Question.from_json(question.to_json()) == question
