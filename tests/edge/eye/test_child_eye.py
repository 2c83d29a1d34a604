"""The eye as a process: what others can read of it, and how it ends."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from edge.command_line import COMMAND, sentence, surroundings
from edge.link.ends import PlayerEnd
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.link.lines import EyeState
from mien.types import Fault

SOURCE = "http://me:secret@127.0.0.1:9/stream"


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""  # it ended just now


def child_of(player: subprocess.Popen[bytes], word: bytes) -> Path | None:
    """Return the place in /proc of the child of a player that has a word in its command line."""
    threads = Path(f"/proc/{player.pid}/task").glob("*/children")
    children = [Path("/proc") / child for thread in threads for child in thread.read_text().split()]
    return next((child for child in children if b"\0" + word + b"\0" in command_line(child)), None)


@pytest.fixture
def player(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music/tone.wav", 440.0, 30.0)
    options = ["--library", tmp_path / "music", "--audio-file", tmp_path / "out.wav", "--no-web"]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "run", *map(str, options)],
            stdout=said,
            stderr=subprocess.STDOUT,
            env=surroundings(tmp_path, MIEN_SOURCE=SOURCE),
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_an_eye_shows_no_password_and_all_children_go_with_a_player_that_is_killed_before_they_met(
    player: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    wait_until(lambda: child_of(player, b"eye") is not None or player.poll() is not None, 20.0)
    eye, attendant = child_of(player, b"eye"), child_of(player, b"attend")
    assert eye is not None, (tmp_path / "said").read_text()
    assert attendant is not None
    assert b"secret" not in command_line(eye)
    assert f"MIEN_SOURCE={SOURCE}".encode() in (eye / "environ").read_bytes()
    assert (eye / "environ").stat().st_mode & 0o077 == 0
    player.send_signal(signal.SIGKILL)
    player.wait()
    wait_until(lambda: command_line(eye) == command_line(attendant) == b"", 30.0)
    assert "secret" not in (tmp_path / "said").read_text()


def test_an_eye_whose_camera_hangs_in_native_code_says_so_to_its_player_and_ends(tmp_path: Path) -> None:
    settings = tmp_path / "mien.toml"
    settings.write_text('[camera]\nsource = "picamera"\nstall_seconds = 0.5\n')
    socket = tmp_path / "eye.sock"
    fake = str(Path(__file__).with_name("fake_picamera2"))
    environment = surroundings(tmp_path, FAKE_PICAMERA2="hangs", PYTHONPATH=fake)
    command = [*COMMAND, "eye", "--socket", str(socket), "--config", str(settings), "--log-level", "error"]
    player = PlayerEnd(socket)
    with closing(player.server):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)
        said = [player.said.get(timeout=5) for _ in range(player.said.qsize())]
    states = [message for message in said if isinstance(message, EyeState)]
    assert "hangs, so the eye ends" in sentence(done)
    assert states[-1].fault is Fault.CAMERA_STALLED
    assert states[-1].message == sentence(done)
