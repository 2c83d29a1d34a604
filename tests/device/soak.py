"""Runs mien for long on looped clips while things fail, and measures what it takes: memory, files, writes to disk.

    .venv/bin/python tests/device/soak.py --minutes 60 --out FOLDER

Every two minutes something happens that a year would bring: the eye or the hearing child is killed, the camera drops
or stalls, the library changes. FOLDER gets samples.csv, soak.png, soak.md and the log.
"""

import argparse
import csv
import dataclasses
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from device.soak_camera import NetworkCamera, read_clips
from device.soak_report import write_report
from device.soak_samples import FolderWatch, Sample, sample

from mien.demo.composer import compose_library

ROOT = Path(__file__).parents[2]
FRAMES_PER_SECOND = 5.0
SAMPLE_SECONDS = 10.0
FAULT_SECONDS = 120.0
_START_SECONDS = 90.0
_FAILURE_SECONDS = 12.0
_ADDRESS = "The page is at "

_SETTINGS = """
[camera]
source = "{camera}"
[eye]
frames_per_second = {rate}
[music]
library = "{folder}/music"
[audio]
output = "silent"
[web]
port = 0
[paths]
state = "{folder}/state"
run = "{run}"
"""


class Appliance:
    """`mien run` in a folder of its own; its log goes into log.txt there."""

    def __init__(self, folder: Path, run_folder: Path, camera: NetworkCamera) -> None:
        """Start it."""
        settings = folder / "mien.toml"
        settings.write_text(
            _SETTINGS.format(camera=camera.address, rate=FRAMES_PER_SECOND, folder=folder, run=run_folder)
        )
        command = [sys.executable, "-m", "mien", "run", "--config", str(settings)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._page = ""
        self._serves = threading.Event()
        threading.Thread(target=self._read, args=(folder / "log.txt",), daemon=True).start()
        if not self._serves.wait(_START_SECONDS):
            self.process.kill()
            raise SystemExit(f"mien did not start: see {folder / 'log.txt'}")

    def _read(self, log: Path) -> None:
        """Copy the log, so that writing it counts as nothing of mien's."""
        assert self.process.stdout is not None
        with log.open("w", buffering=1) as file:
            for line in self.process.stdout:
                file.write(line)
                if _ADDRESS in line:
                    self._page = line.partition(_ADDRESS)[2].strip().removesuffix(".")
                    self._serves.set()

    def state(self) -> dict[str, Any]:
        """Return what the page shows."""
        with urllib.request.urlopen(f"{self._page}/api/state", timeout=10) as answer:
            return dict(json.load(answer))

    def pid_of(self, part: str) -> int | None:
        """Return the process of a part, if it runs."""
        return next((one.pid for one in sample(0.0, self.process.pid) if one.part == part), None)

    def kill(self, part: str) -> None:
        """Kill a part as the kernel does when memory is short."""
        if (pid := self.pid_of(part)) is not None:
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.process.kill()


def faults(appliance: Appliance, camera: NetworkCamera, music: Path) -> list[tuple[str, Callable[[], None]]]:
    """Return what happens in turn, by name."""

    def fail_for_a_while(event: threading.Event) -> None:
        event.set()
        threading.Timer(_FAILURE_SECONDS, event.clear).start()

    def change_library() -> None:
        copy = music / "added.wav"
        if copy.exists():
            copy.unlink()
        else:
            shutil.copy(next(music.rglob("*.wav")), copy)

    return [
        ("the eye is killed", lambda: appliance.kill("eye")),
        ("the camera drops", lambda: fail_for_a_while(camera.dropped)),
        ("the library changes", change_library),
        ("the camera stalls", lambda: fail_for_a_while(camera.stalled)),
        ("the hearing is killed", lambda: appliance.kill("hearing")),
    ]


def soak(minutes: float, out: Path, clips: list[Path]) -> None:
    """Run, sample and report."""
    compose_library(out / "music")
    (out / "state").mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir="/dev/shm") as run_folder,
        closing(NetworkCamera(read_clips(clips, FRAMES_PER_SECOND), FRAMES_PER_SECOND)) as camera,
        closing(FolderWatch(out / "state")) as watch,
        closing(Appliance(out, Path(run_folder), camera)) as appliance,
        (out / "samples.csv").open("w", newline="") as file,
    ):
        turns = itertools.cycle(faults(appliance, camera, out / "music"))
        rows = csv.writer(file)
        rows.writerow([field.name for field in dataclasses.fields(Sample)])
        samples: list[Sample] = []
        happened: list[tuple[float, str]] = []
        states: list[tuple[float, str, bool, tuple[str, ...]]] = []
        began = time.monotonic()
        for number in itertools.count(1):
            time.sleep(max(began + number * SAMPLE_SECONDS - time.monotonic(), 0.0))
            now = time.monotonic() - began
            if now > 60 * minutes or appliance.process.poll() is not None:
                break
            new = sample(now, appliance.process.pid)
            samples += new
            rows.writerows(dataclasses.astuple(one) for one in new)
            file.flush()
            watch.look()
            state = appliance.state()
            troubles = tuple(trouble["fault"] for trouble in state["troubles"])
            states.append((now, state["playback"]["state"], state["eye_connected"], troubles))
            if now >= FAULT_SECONDS * (len(happened) + 1):
                name, act = next(turns)
                happened.append((now, name))
                act()
        write_report(out, samples, states, happened, watch.counts, ended=appliance.process.poll())


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=Path, help="the folder of the clips; the development data's without it")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # mien ends as well
    data = Path(os.environ.get("MIEN_DEV_DATA") or ROOT / "../shared/data")
    clips = sorted((given.clips or data / "videos").glob("*.mp4"))
    if not clips:
        sys.exit("there are no clips (*.mp4): set MIEN_DEV_DATA, or give --clips")
    given.out.mkdir(parents=True, exist_ok=True)
    soak(given.minutes, given.out.absolute(), clips)


if __name__ == "__main__":
    main()
