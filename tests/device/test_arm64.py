"""The shipped models give on 64-bit Arm, emulated, what they give here."""

import json
import os
import subprocess
from dataclasses import astuple
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from edge.eye.drawn_face import drawn_faces
from synthetic_faces import make_faces

from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.classifier import shipped_model
from mien_export.session import OnnxModel

ROOT = Path(__file__).parents[2]
PICTURES = 200
PROCESSORS = ["cortex-a72", "cortex-a76"]  # of a Raspberry Pi 4, without LSE atomics, and of a 5
JUDGE = """
import platform, sys
from pathlib import Path
import numpy as np
from mien_export.session import OnnxModel
assert platform.machine() == "aarch64"
model, faces, answers = map(Path, sys.argv[1:])
np.save(answers, OnnxModel(model).probabilities(np.load(faces)))
"""
DETECT = """
import dataclasses, json, platform, sys
from pathlib import Path
import numpy as np
from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.types import Frame
assert platform.machine() == "aarch64"
detector = OnnxFaces(shipped_graph(), 0.5)
with np.load(sys.argv[1]) as frames:
    found = [[dataclasses.astuple(face) for face in detector.detect(Frame(frames[name], 0.0))] for name in frames]
Path(sys.argv[2]).write_text(json.dumps(found))
"""


def arm64_folder() -> Path:
    named = os.environ.get("MIEN_ARM64")
    if not named:
        pytest.skip("needs an emulator: make a folder with tests/device/arm64_folder.sh and name it in MIEN_ARM64")
    return Path(named).absolute()


def run_on_arm(processor: str, program: str, *arguments: str | Path) -> None:
    folder = arm64_folder()
    environment = {
        "QEMU_CPU": processor,
        "QEMU_LD_PREFIX": str(folder / "root"),
        "PYTHONHOME": "/usr",
        "PYTHONPATH": os.pathsep.join(map(str, (folder / "site", ROOT / "edge", ROOT / "export"))),
    }
    python = [str(folder / "qemu-aarch64-static"), str(folder / "root/usr/bin/python3.11"), "-c", program]
    command = [*python, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_shipped_model_judges_on_arm_as_it_does_here(processor: str, tmp_path: Path) -> None:
    images = make_faces(PICTURES).images
    np.save(tmp_path / "faces.npy", images)
    run_on_arm(processor, JUDGE, shipped_model(), tmp_path / "faces.npy", tmp_path / "answers.npy")
    there = np.load(tmp_path / "answers.npy")
    here = OnnxModel(shipped_model()).probabilities(images)
    differences = np.abs(there - here).max(axis=1)
    others = int((there.argmax(axis=1) != here.argmax(axis=1)).sum())
    # Rounding to int8 differs by a step here and there; in floats only the last digits do.
    assert differences.max() < 0.02
    assert others <= 0.01 * PICTURES


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_detector_finds_on_arm_the_faces_that_it_finds_here(processor: str, tmp_path: Path) -> None:
    sizes = range(100, 300, 10)
    frames = [drawn_faces((320, 200, size), (120, 300, size / 2), width=500 + size) for size in sizes]
    np.savez(tmp_path / "frames.npz", *(frame.image for frame in frames))
    run_on_arm(processor, DETECT, tmp_path / "frames.npz", tmp_path / "found.json")
    there = json.loads((tmp_path / "found.json").read_text())
    detector = OnnxFaces(shipped_graph(), 0.5)
    here = [[astuple(face) for face in detector.detect(frame)] for frame in frames]
    assert sum(map(len, here)) > 1.2 * len(frames)
    assert [len(faces) for faces in there] == [len(faces) for faces in here]
    for place, expected in zip(chain(*there), chain(*here), strict=True):
        for found, value in zip(place[:3], expected[:3], strict=True):  # box and eyes, in pixels
            assert found == pytest.approx(value, abs=0.01)
        assert place[3] == pytest.approx(expected[3], abs=1e-4)
