import json
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.command_line import mien, surroundings
from edge.music.sound_files import write_tone

from mien.config import load
from mien.doctor import camera, library, network
from mien.doctor.child import ask

NAMES = ["camera", "detector", "model", "network", "library", "sound"]


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


def doctor(tmp_path: Path, source: str | Path, music: Path, output: str, *options: str) -> list[str]:
    """Return what a doctor says, and its exit code at the end."""
    settings = tmp_path / "mien.toml"
    settings.write_text(
        f'[camera]\nsource = "{source}"\n[music]\nlibrary = "{music}"\n[audio]\noutput = "{output}"\n', encoding="utf-8"
    )
    done = mien(tmp_path, "doctor", "--config", settings, *options)
    assert done.stderr == ""
    return [*done.stdout.splitlines(), str(done.returncode)]


def test_all_is_well(tmp_path: Path, pictures: Path, music: Path) -> None:
    *lines, code = doctor(tmp_path, pictures, music, "silent", "--json")
    found = [json.loads(line) for line in lines]
    assert [list(one) for one in found] == [["type", "name", "good", "message"]] * len(NAMES)
    assert [(one["type"], one["name"], one["good"]) for one in found] == [("check", name, True) for name in NAMES]
    messages = {one["name"]: one["message"] for one in found}
    assert messages["camera"] == f"{pictures} gives pictures of 64 x 48 pixels."
    assert messages["library"] == f"{music} has 1 tracks; 1 files are left out."
    assert messages["sound"] == "libVLC plays to the output 'silent'."
    assert code == "0"


def test_what_is_wrong_is_said_and_the_rest_still_looked_at(tmp_path: Path) -> None:
    *lines, code = doctor(tmp_path, "/dev/video99", tmp_path / "nowhere", "gramophone")
    found = {name: (verdict, message) for verdict, name, message in (line.split(maxsplit=2) for line in lines)}
    assert list(found) == NAMES
    assert [name for name, (verdict, _) in found.items() if verdict == "BAD"] == ["camera", "library", "sound"]
    assert [name for name, (verdict, _) in found.items() if verdict == "ok"] == ["detector", "model", "network"]
    assert found["camera"][1].startswith("There is no camera /dev/video99; `mien doctor` lists those that are there. ")
    assert re.search(r"Cameras here: (none|/dev/.*)\.$", found["camera"][1])
    assert found["library"][1].startswith(
        f"The music folder {tmp_path}/nowhere does not exist, or you may not enter it: make"
    )
    assert found["sound"][1].startswith("This libVLC has no sound output 'gramophone': set audio.output to auto,")
    assert code == "1"


@pytest.mark.parametrize("source", ["nonsense", "text.mp4", "empty", "torn"])
def test_a_source_without_pictures_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    for folder in ("empty", "torn"):
        (tmp_path / folder).mkdir()
    (tmp_path / "torn/torn.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "text.mp4").write_text("This is a letter.")
    monkeypatch.chdir(tmp_path)
    finding = camera.check(load(None, {"camera": {"source": source}}))
    assert not finding.good
    assert source in finding.message


def test_a_library_of_torn_files_is_bad(tmp_path: Path, music: Path) -> None:
    (music / "one.wav").unlink()
    finding = library.check(load(None, {"music": {"library": str(music)}, "paths": {"state": str(tmp_path)}}))
    assert (finding.good, finding.message) == (False, f"No track of {music} can be read; `mien library scan`.")


def test_a_part_that_hangs_is_named_and_left(pictures: Path) -> None:
    finding = ask("camera", load(None, {"camera": {"source": str(pictures)}}), timeout_seconds=0.01)
    assert (finding.name, finding.good) == ("camera", False)
    assert finding.message == "No answer within 0.01 s: is the device stuck, or the machine busy?"


def test_the_doctor_looks_at_pictures_in_its_children_alone(tmp_path: Path, pictures: Path) -> None:
    program = (
        "import sys; from mien.config import load; from mien.doctor import examine; "
        f"list(examine(load(None, {{'camera': {{'source': {str(pictures)!r}}}}}))); "
        "print(sorted({'cv2', 'mediapipe', 'onnxruntime'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings(tmp_path))
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


def test_a_network_camera_keeps_the_network_and_says_so() -> None:
    finding = network.check(load(None, {"camera": {"source": "rtsp://me:secr@t@127.0.0.1/door"}}))
    assert finding.good
    assert finding.message == "The source rtsp://***@127.0.0.1/door needs the network, so the eye keeps it."
