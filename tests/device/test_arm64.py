"""The shipped model gives on 64-bit Arm, emulated, what it gives here."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import make_faces

from mien.eye.classifier import shipped_model
from mien_export.session import OnnxModel

ROOT = Path(__file__).parents[2]
PICTURES = 200
PROGRAM = """
import platform, sys
from pathlib import Path
import numpy as np
from mien_export.session import OnnxModel
assert platform.machine() == "aarch64"
model, faces, answers = map(Path, sys.argv[1:])
np.save(answers, OnnxModel(model).probabilities(np.load(faces)))
"""


def arm64_folder() -> Path:
    named = os.environ.get("MIEN_ARM64")
    if not named:
        pytest.skip("needs an emulator: make a folder with tests/device/arm64_folder.sh and name it in MIEN_ARM64")
    return Path(named).absolute()


def judged_on_arm(folder: Path, processor: str, model: Path, faces: Path) -> np.ndarray:
    answers = faces.with_name("answers.npy")
    environment = {
        "QEMU_CPU": processor,
        "QEMU_LD_PREFIX": str(folder / "root"),
        "PYTHONHOME": "/usr",
        "PYTHONPATH": os.pathsep.join(map(str, (folder / "site", ROOT / "edge", ROOT / "export"))),
    }
    python = [str(folder / "qemu-aarch64-static"), str(folder / "root/usr/bin/python3.11"), "-c", PROGRAM]
    command = [*python, str(model), str(faces), str(answers)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    judged: np.ndarray = np.load(answers)
    return judged


@pytest.mark.slow
@pytest.mark.parametrize("processor", ["cortex-a72", "cortex-a76"])  # of a Raspberry Pi 4 and 5: other kernels for int8
def test_the_shipped_model_judges_on_arm_as_it_does_here(processor: str, tmp_path: Path) -> None:
    folder = arm64_folder()
    images = make_faces(PICTURES).images
    np.save(tmp_path / "faces.npy", images)
    there = judged_on_arm(folder, processor, shipped_model(), tmp_path / "faces.npy")
    here = OnnxModel(shipped_model()).probabilities(images)
    differences = np.abs(there - here).max(axis=1)
    others = int((there.argmax(axis=1) != here.argmax(axis=1)).sum())
    # Rounding to int8 differs by a step here and there; in floats only the last digits do.
    assert differences.max() < 0.02
    assert others <= 0.01 * PICTURES
