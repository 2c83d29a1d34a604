"""`mien run` as processes: the camera that is turned off is closed, for the whole machine to see in /proc."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import httpx
import pytest
from development_data import development_data
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from edge.test_end_to_end import Running, running

START_SECONDS = 20.0
A_MOMENT_SECONDS = 2.0


@pytest.fixture(scope="module")
def clip() -> Path:
    return development_data("videos", "pyfeat_WolfgangLanger_Pexels.mp4")


def eyes_of(player: Running) -> list[int]:
    """Return the processes of the player's eye."""
    threads = Path(f"/proc/{player.process.pid}/task").iterdir()
    children = [child for thread in threads for child in (thread / "children").read_text().split()]
    return [int(child) for child in children if b"\0eye\0" in Path(f"/proc/{child}/cmdline").read_bytes()]


def has_open(process: int, path: Path) -> bool:
    try:
        return any(handle.resolve() == path.resolve() for handle in Path(f"/proc/{process}/fd").iterdir())
    except FileNotFoundError:  # one that was closed meanwhile
        return has_open(process, path)


@pytest.mark.slow
def test_a_camera_that_is_off_is_closed_and_stays_so_after_a_restart(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music" / "tone.wav", 440, 30.0)
    (tmp_path / "mien.toml").write_text('[music]\nhear = false\n[web]\nport = 0\n[audio]\noutput = "silent"\n')
    options = ("--source", clip, "--library", tmp_path / "music", "--config", tmp_path / "mien.toml")
    with running(tmp_path, "run", *options) as player:
        page = player.wait_for(r"The page is at (http://\S+?)\.\n")[1]
        with httpx.Client(base_url=page, trust_env=False) as api:
            wait_until(lambda: api.get("/api/state").json()["probabilities"] is not None, START_SECONDS)
            (eye,) = eyes_of(player)
            assert has_open(eye, clip)
            for _ in range(2):
                assert api.post("/api/camera", json={"watching": False}).status_code == 204
                wait_until(lambda: not has_open(eye, clip), A_MOMENT_SECONDS)
                wait_until(lambda: api.get("/api/state").json()["probabilities"] is None)
                assert api.post("/api/camera", json={"watching": True}).status_code == 204
                wait_until(lambda: has_open(eye, clip), A_MOMENT_SECONDS)
                wait_until(lambda: api.get("/api/state").json()["probabilities"] is not None)
            assert api.post("/api/camera", json={"watching": False}).status_code == 204
            state = api.get("/api/state").json()
            assert (state["watching"], state["troubles"]) == (False, [])
            assert eyes_of(player) == [eye]
        assert player.end(signal.SIGTERM) == 0

    kept = json.loads((tmp_path / ".local/state/mien/steering.json").read_bytes())
    assert kept["watching"] is False
    with running(tmp_path, "run", *options) as player:
        page = player.wait_for(r"The page is at (http://\S+?)\.\n")[1]
        with httpx.Client(base_url=page, trust_env=False) as api:
            assert not api.get("/api/state").json()["watching"]
            opened = False

            def rests() -> bool:
                nonlocal opened
                state = api.get("/api/state").json()
                opened |= any(has_open(one, clip) for one in eyes_of(player))
                return bool(state["eye_connected"])

            wait_until(rests, START_SECONDS)
            assert not opened
            assert api.post("/api/camera", json={"watching": True}).status_code == 204
            wait_until(lambda: api.get("/api/state").json()["probabilities"] is not None, START_SECONDS)
        assert player.end(signal.SIGTERM) == 0
