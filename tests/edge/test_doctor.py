import json
import re
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.command_line import mien
from edge.music.sound_files import write_tone

from mien.config import load
from mien.doctor import camera, library, network

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


def doctor(tmp_path: Path, source: str | Path, music: Path, output: str) -> subprocess.CompletedProcess[str]:
    settings = tmp_path / "mien.toml"
    settings.write_text(
        f'[camera]\nsource = "{source}"\n[music]\nlibrary = "{music}"\n[audio]\noutput = "{output}"\n', encoding="utf-8"
    )
    return mien(tmp_path, "doctor", "--json", "--config", settings)


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[bool, str]]:
    """Return what a doctor found by name, after a look at the form of its lines."""
    assert done.stderr == ""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(line) for line in lines] == [["type", "name", "good", "message"]] * len(NAMES)
    assert {line["type"] for line in lines} == {"check"}
    assert [line["name"] for line in lines] == NAMES
    assert all(re.fullmatch(r"\S.*\.", line["message"]) for line in lines)
    return {line["name"]: (line["good"], line["message"]) for line in lines}


def test_all_is_well(tmp_path: Path, pictures: Path, music: Path) -> None:
    done = doctor(tmp_path, pictures, music, "silent")
    found = findings(done)
    assert {name: good for name, (good, _) in found.items()} == dict.fromkeys(NAMES, True)
    assert done.returncode == 0
    assert found["camera"][1] == f"{pictures} gives pictures of 64 x 48 pixels."
    assert found["library"][1] == f"{music} has 1 tracks; 1 files are left out."
    assert found["sound"][1] == "libVLC plays to the output 'silent'."


def test_what_is_wrong_is_said_and_the_rest_still_looked_at(tmp_path: Path) -> None:
    done = doctor(tmp_path, "/dev/video99", tmp_path / "nowhere", "gramophone")
    found = findings(done)
    assert [name for name, (good, _) in found.items() if not good] == ["camera", "library", "sound"]
    assert done.returncode == 1
    assert found["camera"][1].startswith("There is no camera /dev/video99; `mien doctor` lists those that are there. ")
    assert re.search(r"Cameras here: (none|/dev/.*)\.$", found["camera"][1])
    assert found["library"][1].startswith(f"The music folder {tmp_path}/nowhere does not exist: make it, or")
    assert found["sound"][1].startswith("This libVLC has no sound output 'gramophone': set audio.output to auto,")


def test_for_people_it_is_a_line_for_each_part(tmp_path: Path) -> None:
    done = mien(tmp_path, "doctor")
    words = [line.split()[:2] for line in done.stdout.splitlines()]
    assert [name for _, name in words] == NAMES
    assert {"ok", "BAD"} >= {word for word, _ in words}
    assert done.returncode == 1  # this home has no music


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


def test_a_network_camera_keeps_the_network_and_says_so() -> None:
    finding = network.check(load(None, {"camera": {"source": "rtsp://127.0.0.1/door"}}))
    assert finding.good
    assert finding.message == "The source rtsp://127.0.0.1/door needs the network, so the eye keeps it."
