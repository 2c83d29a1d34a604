"""mien as its README installs it on 64-bit Arm, emulated: it decides there what it decides here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from development_data import development_data

PICTURES_A_SECOND = 6
PROCESSORS = ["cortex-a76", "cortex-a72"]  # a Raspberry Pi 5; a 4, without LSE atomics
ENTER = """
for place in proc sys dev; do mount --rbind "/$place" "$1/$place"; done
mount --bind "$2" "$1/mnt"
QEMU_CPU=$3 exec chroot "$1" /root/mien/.venv/bin/mien "${@:4}"
"""

pytestmark = pytest.mark.slow


def machine() -> Path:
    named = os.environ.get("MIEN_ARM64_MACHINE")
    if not named:
        pytest.skip(
            "needs an emulated machine: make it with tests/device/arm64_machine.sh, name it in MIEN_ARM64_MACHINE"
        )
    return Path(named).absolute() / "root"


def on_arm(processor: str, files: Path, *command: str) -> subprocess.CompletedProcess[str]:
    enter = ["unshare", "--mount", "bash", "-euc", ENTER, "enter", str(machine()), str(files), processor, *command]
    return subprocess.run(enter, capture_output=True, text=True, check=False, timeout=3600)


def watched(clip: Path) -> tuple[str, ...]:
    return ("watch", str(clip), "--json", "--fps", str(PICTURES_A_SECOND))


def moods(lines: str) -> list[tuple[str, float]]:
    events = [json.loads(line) for line in lines.splitlines()]
    return [(event["emotion"], event["at"]) for event in events if event["type"] == "mood"]


@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_doctor_finds_that_the_detector_runs(processor: str, tmp_path: Path) -> None:
    done = on_arm(processor, tmp_path, "doctor", "--json", "--silent")
    findings = {finding["name"]: finding for finding in map(json.loads, done.stdout.splitlines())}
    assert findings["detector"]["state"] == "good", done.stderr
    assert "ONNX Runtime" in findings["detector"]["message"]
    assert findings["models"]["state"] == "good"


@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_moods_of_the_clip_are_decided_as_here(processor: str) -> None:
    clip = development_data("videos/pyfeat_WolfgangLanger_Pexels.mp4")
    there = on_arm(processor, clip.parent, *watched(Path("/mnt") / clip.name))
    assert there.returncode == 0, there.stderr
    mien = Path(sys.executable).with_name("mien")
    here = subprocess.run([mien, *watched(clip)], capture_output=True, text=True, check=True)
    expected, decided = moods(here.stdout), moods(there.stdout)
    assert [mood for mood, _ in decided] == [mood for mood, _ in expected] != []
    assert max(abs(at - other) for (_, at), (_, other) in zip(decided, expected, strict=True)) <= 1 / PICTURES_A_SECOND
