"""What a whole player writes to the disk while music plays, by the kernel's word, and that it plays without one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

RUN_SECONDS = 260.0
START_SECONDS = 25.0
TRACK_SECONDS = 70.0
CALLS = "write,pwrite64,writev,rename,renameat,renameat2,fsync,fdatasync,ftruncate,unlink,unlinkat"


def player(tmp_path: Path, state: Path, track_seconds: float) -> tuple[list[str], dict[str, str]]:
    """Return command line and environment of a player without eye and page, that plays in silence."""
    for number in range(4):
        (tmp_path / "music").mkdir(exist_ok=True)
        write_tone(tmp_path / f"music/{number}.wav", 300 + 100 * number, track_seconds)
    (tmp_path / "mien.toml").write_text(
        f'[audio]\noutput = "silent"\n[paths]\nstate = "{state}"\nrun = "{tmp_path}/run"\n[music]\nhear = false\n'
    )
    command = [sys.executable, "-m", "mien", "run", "--no-eye", "--no-web", "--library", str(tmp_path / "music")]
    return [*command, "--config", str(tmp_path / "mien.toml")], {**os.environ, "PYTHONUNBUFFERED": "1"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt install strace")
def test_a_playing_player_writes_to_the_disk_once_a_minute(tmp_path: Path) -> None:
    state, trace = tmp_path / "state", tmp_path / "trace"
    command, environment = player(tmp_path, state, TRACK_SECONDS)
    traced = ["strace", "-f", "-ttt", "-y", "-e", f"trace={CALLS}", "-o", str(trace), *command]
    with subprocess.Popen(traced, env=environment, start_new_session=True) as process:
        wait_until((state / "place.json").exists, 60)
        began_at = time.time()
        wait_until(lambda: time.time() > began_at + RUN_SECONDS, RUN_SECONDS + 60)
        ended_at = time.time()
        os.killpg(process.pid, signal.SIGTERM)

    calls = [line.split(maxsplit=2) for line in trace.read_text(errors="replace").splitlines() if f"{state}/" in line]
    times = sorted(float(at) for _, at, _ in calls if began_at + START_SECONDS < float(at) < ended_at)
    bursts = [at for number, at in enumerate(times) if number == 0 or at - times[number - 1] > 2.0]
    files = {match for _, _, call in calls for match in re.findall(rf"{re.escape(str(state))}/([\w.-]+)", call)}
    assert {"place.json.unfinished", "memory.sqlite-wal"} <= files  # it looks where things are written
    assert 2 <= len(bursts) <= (ended_at - began_at - START_SECONDS) / 60 + 1, (bursts, files)


def test_a_player_without_a_state_folder_plays_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    command, environment = player(tmp_path, tmp_path / "state", 5.0)
    said = tmp_path / "said"
    with said.open("w") as log, subprocess.Popen(command, env=environment, stderr=log) as process:
        try:
            wait_until(lambda: "Playing" in said.read_text(), 30)
            wait_until((tmp_path / "run/place.now.json").exists, 30)
        finally:
            process.terminate()
        assert process.wait(20) == 0
    assert said.read_text().count("[state_unwritable]") == 1
    assert "Traceback" not in said.read_text()
