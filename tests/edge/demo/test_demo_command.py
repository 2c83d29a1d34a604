"""`mien demo` as a person has it: in a terminal it goes on, elsewhere it ends with its clip."""

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.command_line import COMMAND, mien
from edge.live_terminal import Terminal
from edge.music.waiting import wait_until

pytestmark = pytest.mark.slow  # it composes the music each time


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two seconds of pictures without a face."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a", "b"):
        cv2.imwrite(str(folder / f"{name}.png"), np.zeros((48, 64, 3), np.uint8))
    return folder


def test_elsewhere_it_ends_with_its_clip_and_says_so(tmp_path: Path, pictures: Path) -> None:
    sound = tmp_path / "heard.wav"
    done = mien(tmp_path, "demo", "--no-web", "--source", pictures, "--audio-file", sound)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert f"It watches {pictures} and ends with it; Ctrl-C ends it before." in said
    assert "What happened" in said
    assert sound.exists()


def test_in_a_terminal_it_goes_on_until_it_is_ended(tmp_path: Path, pictures: Path) -> None:
    with closing(Terminal(*COMMAND, "demo", "--no-web", "--source", str(pictures), home=tmp_path)) as terminal:
        wait_until(lambda: "again and again; Ctrl-C ends it." in " ".join(terminal.said.split()), 60.0)
        wait_until(lambda: "0:05 /" in terminal.said, 30.0)  # the pictures have ended twice
        assert "What happened" not in terminal.said
        terminal.press("\x03")
        wait_until(lambda: "What happened" in terminal.said, 15.0)
        assert terminal.process.wait(10) == 0
