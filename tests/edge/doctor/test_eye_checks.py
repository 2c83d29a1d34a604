"""Camera, detector, models and the eye's promises."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.config import Settings, load
from mien.doctor import camera, confinement, detector, model
from mien.doctor.finding import State
from mien.doctor.player import Running
from mien.eye.device_names import video_devices


def source(path: str | Path) -> Settings:
    return load(None, {"camera": {"source": str(path)}})


@pytest.mark.parametrize("name", ["nonsense", "text.mp4", "empty", "torn"])
def test_a_source_without_pictures_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for folder in ("empty", "torn"):
        (tmp_path / folder).mkdir()
    (tmp_path / "torn/torn.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "text.mp4").write_text("This is a letter.")
    monkeypatch.chdir(tmp_path)
    (finding,) = camera.check(source(name), None)
    assert finding.state is State.BAD
    assert name in finding.message


@pytest.mark.parametrize(
    ("grey", "state", "words"), [(0, State.BAD, "gives black pictures: take off"), (200, State.GOOD, "brightness 78 %")]
)
def test_a_black_picture_is_said(tmp_path: Path, grey: int, state: State, words: str) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), np.full((48, 64, 3), grey, np.uint8))
    (finding,) = camera.check(source(tmp_path), None)
    assert finding.state is state
    assert words in finding.message


def test_a_running_eye_keeps_its_camera_unless_it_has_trouble() -> None:
    finding, *_ = camera.check(source("/dev/video99"), Running(7, ("sound_busy",)))
    assert (finding.state, "(process 7) has the camera" in finding.message) == (State.GOOD, True)
    finding, *_ = camera.check(source("/dev/video99"), Running(7, ("sound_busy", "camera_lost")))
    assert (finding.state, "There is no camera /dev/video99" in finding.message) == (State.BAD, True)


@pytest.mark.skipif(bool(video_devices()), reason="a camera is plugged in")
def test_a_machine_without_cameras_says_so() -> None:
    (finding,) = camera.device_findings(source("auto"))
    assert (finding.state, "There is no camera device" in finding.message) == (State.NOTE, True)


def test_what_is_no_camera_is_not_listed_as_one() -> None:
    (finding,) = camera.device_findings(source("auto"), ["/dev/null"])
    assert "There is no camera device" in finding.message


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("onnx", "ONNX Runtime finds faces."),
        ("mediapipe", "MediaPipe finds faces, since eye.detector is 'mediapipe'."),
    ],
)
def test_the_detector_that_runs_is_named(kind: str, words: str) -> None:
    (finding,) = detector.check(load(None, {"eye": {"detector": kind}}))
    assert (finding.state, finding.message) == (State.GOOD, words)


def test_where_mediapipe_is_asked_for_and_missing_both_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)  # as where it is not installed
    asked, taken = detector.check(load(None, {"eye": {"detector": "mediapipe"}}))
    words = "MediaPipe does not run here: it is not installed; run ./requirements.sh --mediapipe."
    assert (asked.state, asked.message) == (State.NOTE, words)
    assert (taken.state, taken.message) == (State.GOOD, "ONNX Runtime finds faces.")


def test_every_model_is_whole_and_fits() -> None:
    found = list(model.check(load()))
    assert [one.state for one in found] == [State.GOOD] * 3
    assert "computes it with CPUExecutionProvider." in found[1].message


def test_every_model_that_is_shipped_has_its_hash_recorded() -> None:
    folder = model.shipped_models()
    shipped = {path.name for path in folder.iterdir() if path.suffix in (".onnx", ".tflite")}
    assert set(model.recorded_hashes(folder)) == shipped
    assert list(model.broken_files(folder)) == []


def test_models_that_were_changed_or_are_missing_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(model.shipped_models(), folder)
    (folder / "music_tags.onnx").write_bytes(b"torn")
    (folder / "music_affect.onnx").unlink()
    sentences = sorted(model.broken_files(folder))
    assert len(sentences) == 2
    assert "music_affect.onnx is missing: install mien again." in sentences[0]
    assert "music_tags.onnx is torn or was changed: its SHA-256 begins with" in sentences[1]
    (folder / model.SUMS).unlink()
    (sentence,) = model.broken_files(folder)
    assert "SHA256SUMS cannot be read (No such file or directory)" in sentence


def test_an_eye_that_is_not_confined_is_told() -> None:
    network, writing = confinement.check(load())
    assert (network.state, writing.state) == (State.BAD, State.NOTE)
    assert "no seccomp filter" in network.message
    assert "no Landlock" in writing.message
    assert not Path(f"/tmp/mien-doctor-{os.getpid()}").exists()


def test_a_confined_eye_is_good() -> None:
    program = (
        "from mien.eye.sandbox import confine; from mien.config import load; from mien.doctor import confinement\n"
        "kept = confine(); print(kept.network_refused, kept.writing_refused, *(one.state for one in "
        "confinement.check(load())))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    network, writing, *states = done.stdout.split()
    assert states[0] == ("good" if network == "True" else "bad")
    assert states[1] == ("good" if writing == "True" else "note")


def test_a_network_camera_keeps_the_network_and_says_so() -> None:
    finding, _ = confinement.check(source("rtsp://me:secr@t@127.0.0.1/door"))
    assert finding.state is State.NOTE
    assert finding.message == "The source rtsp://***@127.0.0.1/*** needs the network, so the eye keeps it."
