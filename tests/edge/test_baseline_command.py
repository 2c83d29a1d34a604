"""`mien baseline`, as a process: with a player that runs, and with a source of its own."""

import json
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from development_data import development_data
from edge.command_line import COMMAND, mien, surroundings
from edge.mood.streams import expression, observation
from edge.music.waiting import wait_until
from edge.running_player import RunningPlayer, running_player, write_library
from typer.testing import CliRunner

from mien.baseline_file import BaselineFile
from mien.cli.main import app
from mien.config import load
from mien.errors import SettingsError
from mien.mood.baseline import Baseline, log_ratios_of
from mien.mood.own_neutral import ENOUGH_SECONDS, PATIENCE_SECONDS
from mien.types import BaselineStage, Emotion, Expression
from mien.web.server import WebServer, listen

STARTING_SECONDS = 30.0  # of a process, on a busy machine
STERN_AT_REST = Expression((0.45, 0.0, 0.03, 0.02, 0.05, 0.01, 0.44))


FORGOTTEN_HERE = (
    "Nothing is known of a face at rest. A player without a page keeps what it knows until it is started again."
)


def write_settings(folder: Path, port: int, *, keeps: bool = True, page: bool = True) -> Path:
    file = folder / "mien.toml"
    file.write_text(
        f"[web]\nport = {port}\nenabled = {str(page).lower()}\n"
        f'[mood]\nkeep_baseline = {str(keeps).lower()}\n[paths]\nstate = "{folder}/state"\n'
    )
    return file


@contextmanager
def served_player(folder: Path) -> Iterator[tuple[RunningPlayer, Path]]:
    """Run a player with its page, and give it with settings that lead there."""
    listener = listen(0)
    port = listener.getsockname()[1]
    with (
        running_player(write_library(folder / "music")) as running,
        closing(WebServer(running.player, listener)) as server,
    ):
        server.start()
        yield running, write_settings(folder, port)


def run(command: str, settings: Path) -> str:
    """Run a command that confines nothing, and return what it prints."""
    return CliRunner().invoke(app, ["baseline", command, "--config", str(settings)], catch_exceptions=False).stdout


@pytest.fixture
def dead_port() -> Iterator[int]:
    """Hold a port on which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def learn_from(
    running: RunningPlayer, settings: Path, home: Path, seen: Expression
) -> subprocess.CompletedProcess[str]:
    """Run `mien baseline learn`, and show the player a face for a minute of the eye's time once it is asked."""
    eye = running.connect_eye()
    words = [*COMMAND, "baseline", "learn", "--config", str(settings), "--json"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings(home)
    ) as asking:
        wait_until(lambda: running.player.snapshot().baseline.stage is BaselineStage.LEARNING, STARTING_SECONDS)
        for quarter in range(4 * (ENOUGH_SECONDS + 2)):
            eye.link.send(observation(quarter / 4, seen))
        output, errors = asking.communicate(timeout=STARTING_SECONDS)
    return subprocess.CompletedProcess(words, asking.returncode, output, errors)


def test_a_player_that_runs_learns_shows_and_forgets(tmp_path: Path) -> None:
    with served_player(tmp_path) as (running, settings):
        learned = learn_from(running, settings, tmp_path, STERN_AT_REST)
        assert (learned.returncode, learned.stderr) == (0, "")
        lines = [json.loads(line) for line in learned.stdout.splitlines()]
        assert [lines[0]["stage"], lines[-1]["stage"]] == ["learning", "known"]
        assert {line["type"] for line in lines} == {"baseline"}
        expression_seen = running.player.snapshot().expression
        assert expression_seen is not None
        assert expression_seen.top is Emotion.NEUTRAL

        assert run("show", settings).startswith("The face at rest is known, from 45 seconds of it.")
        assert run("forget", settings) == "Nothing is known of a face at rest.\n"
        assert running.player.snapshot().baseline.stage is BaselineStage.UNKNOWN


def test_a_lesson_without_an_eye_ends(tmp_path: Path) -> None:
    with running_player(write_library(tmp_path / "music")) as running:
        running.player.learn_baseline()
        running.skipped_seconds += PATIENCE_SECONDS
        ended = running.settle().baseline
        assert ended.stage is BaselineStage.REFUSED
        assert "no eye tells what it sees" in ended.message


@pytest.mark.slow
def test_a_minute_of_smiles_ends_with_a_sentence(tmp_path: Path) -> None:
    with served_player(tmp_path) as (running, settings):
        refused = learn_from(running, settings, tmp_path, expression(Emotion.HAPPY))
        assert refused.returncode == 1
        assert refused.stderr.startswith("mien: The face looked happy most of the time: ")
        assert refused.stderr.count("\n") == 1
        assert running.player.snapshot().baseline.stage is BaselineStage.REFUSED


@pytest.mark.parametrize("page", [True, False])
def test_where_no_player_can_be_asked_nothing_is_learned_that_nobody_would_keep(
    tmp_path: Path, dead_port: int, page: bool
) -> None:
    settings = write_settings(tmp_path, dead_port, keeps=False, page=page)
    with pytest.raises(SettingsError, match=r"mood\.keep_baseline = false"):
        run("learn", settings)


def test_a_player_without_a_page_is_not_spoken_for(tmp_path: Path) -> None:
    with closing(listen(0)) as stranger:  # who is not asked
        settings = write_settings(tmp_path, stranger.getsockname()[1], page=False)
        BaselineFile(load(settings)).keep(Baseline(log_ratios_of(STERN_AT_REST), 45.0))
        known = "The face at rest is known, from 45 seconds of it."
        assert run("show", settings) == f"{known} A player without a page cannot be asked.\n"
        assert run("forget", settings) == f"{FORGOTTEN_HERE}\n"
    assert list((tmp_path / "state").iterdir()) == []


def test_another_program_on_the_page_s_port_is_named(tmp_path: Path) -> None:
    with closing(listen(0)) as silent:
        port = silent.getsockname()[1]
        with subprocess.Popen(
            [*COMMAND, "baseline", "show", "--config", str(write_settings(tmp_path, port))],
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings(tmp_path),
        ) as asking:
            silent.settimeout(STARTING_SECONDS)
            stranger, _ = silent.accept()
            with stranger:
                stranger.recv(1000)
                stranger.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
            _, errors = asking.communicate(timeout=STARTING_SECONDS)
    assert asking.returncode == 1
    assert errors.startswith(f"mien: What answers on port {port} of this machine is no player")


def rest_of(portrait: Path, folder: Path, seconds: int) -> Path:
    """Write a picture a second of one face, which moves a little."""
    image = cv2.imread(str(portrait), cv2.IMREAD_REDUCED_COLOR_2)
    assert image is not None
    folder.mkdir()
    for second in range(seconds):
        shift = np.array([[1.0, 0.0, 30 * np.sin(second / 3)], [0.0, 1.0, 0.0]])
        moved = cv2.warpAffine(image, shift, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        cv2.imwrite(str(folder / f"{second:03}.jpg"), moved)
    return folder


def learn_alone(settings: Path, pictures: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Learn from pictures, in a process that tries to write a file afterwards."""
    code = f"""
from mien.baseline_file import BaselineFile
from mien.cli.main import app
from mien.config import load
from mien.errors import SettingsError
from mien.mood.baseline import Baseline, log_ratios_of
app(["baseline", "learn", "--source", {str(pictures)!r}, "--config", {str(settings)!r}], standalone_mode=False)
try:
    open({str(home / "picture")!r}, "w")
except PermissionError:
    print("It may write nothing else.")
"""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=surroundings(home)
    )


def has_landlock() -> bool:
    code = "from mien.eye.landlock import refuse_writing; raise SystemExit(not refuse_writing())"
    return subprocess.run([sys.executable, "-c", code], timeout=STARTING_SECONDS, check=False).returncode == 0


def test_alone_it_learns_from_a_source_keeps_it_and_forgets_it(tmp_path: Path, dead_port: int) -> None:
    portrait = sorted(development_data("london", "neutral").glob("*.jpg"))[0]
    settings = write_settings(tmp_path, dead_port)
    pictures = rest_of(portrait, tmp_path / "rest", ENOUGH_SECONDS + 3)
    learned = learn_alone(settings, pictures, tmp_path)
    file = tmp_path / "state/baseline.json"
    known = "The face at rest is known, from 45 seconds of it."
    assert learned.stdout.splitlines()[0] == f"{known} It is kept in {file}.", learned.stderr
    if has_landlock():
        assert learned.stdout.splitlines()[1:] == ["It may write nothing else."]
        assert learned.stderr == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size < 400
    assert run("show", settings).startswith(known)
    assert run("forget", settings) == f"{FORGOTTEN_HERE}\n"
    assert list((tmp_path / "state").iterdir()) == []


@pytest.mark.slow
def test_a_source_that_ends_too_early_is_refused(tmp_path: Path, dead_port: int) -> None:
    portrait = sorted(development_data("london", "neutral").glob("*.jpg"))[0]
    pictures = rest_of(portrait, tmp_path / "rest", 5)
    settings = write_settings(tmp_path, dead_port, page=False)
    refused = mien(tmp_path, "baseline", "learn", "--source", pictures, "--config", settings)
    warning, ending = refused.stderr.splitlines()
    assert "stop it first, since it holds the camera" in warning
    assert ending.startswith("mien: The source ended too early.")
    assert (tmp_path / "state/baseline.json").read_bytes() == b""
