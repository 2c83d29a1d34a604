"""Hooks: real programs, told by a control that stands in for the player."""

from __future__ import annotations

import json
import logging
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from edge.music.waiting import wait_until
from edge.running_player import running_player, write_library
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl

from mien.bridges.hooks import Hooks
from mien.mood.affect import mood_of_emotion
from mien.ports import Control
from mien.sections.outside import HookSettings
from mien.types import Emotion, Fault, Playback, PlayState, Track, Trouble

HOT = Trouble(Fault.HOT, "The board is hot.")
BLACK = Trouble(Fault.PICTURE_BLACK, "The picture is black.")
SAD = mood_of_emotion(Emotion.SAD)
Open = Callable[..., Hooks]


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def open_hooks(control: FakeControl) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_some(timeout_seconds: float = 10.0, **commands: list[str]) -> Hooks:
            none: dict[str, list[str]] = {"on_mood": [], "on_track": [], "on_fault": []}
            hooks = Hooks(HookSettings(**{**none, **commands}, timeout_seconds=timeout_seconds), control, 0.02)
            stack.callback(hooks.close)
            hooks.start()
            return hooks

        yield open_some


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def notes(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def noting(file: Path) -> list[str]:
    return shell(f"cat >> {shlex.quote(str(file))}")


def has_lines(file: Path, number: int) -> bool:
    return file.exists() and len(file.read_text().splitlines()) == number


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # whoever adopted it has not waited for it yet


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_program_is_told_of_another_mood_on_its_standard_input(
    open_hooks: Open, control: FakeControl, tmp_path: Path
) -> None:
    file = tmp_path / "moods"
    open_hooks(on_mood=noting(file))
    control.show(mood=HAPPY)
    wait_until(lambda: len(notes(file)) == 1)
    assert notes(file) == [
        {
            "event": "mood",
            "mood": {"emotion": "happy", "confidence": 0.82, "valence": 0.8, "arousal": 0.5},
            "previous": {"emotion": "nobody", "confidence": 0.0, "valence": 0.0, "arousal": 0.0},
        }
    ]
    control.show(volume_percent=3)
    control.show(mood=NOBODY)
    wait_until(lambda: len(notes(file)) == 2)
    assert notes(file)[1]["mood"]["emotion"] == "nobody"


def test_a_program_is_told_of_another_track_and_of_silence(
    open_hooks: Open, control: FakeControl, tmp_path: Path
) -> None:
    file = tmp_path / "tracks"
    open_hooks(on_track=noting(file))
    control.play(CHOICES[0].track.path)
    wait_until(lambda: len(notes(file)) == 1)
    control.play(CHOICES[1].track.path)  # in a folder whose name is not UTF-8
    wait_until(lambda: len(notes(file)) == 2)
    control.pause()
    control.show(playback=Playback(PlayState.STOPPED, None, 0.0), choice=None)
    wait_until(lambda: len(notes(file)) == 3)
    told = [note["track"] for note in notes(file)]
    assert [track and track["title"] for track in told] == ["Morning Sun", "Rück <b>Wärts</b>", None]
    assert told[0]["reasons"] == ["tagged happy", "close to the mood: 0.12 away"]
    assert told[1]["path"] == str(CHOICES[1].track.path)


def test_a_program_is_told_what_is_wrong_already_what_begins_and_what_ends(
    open_hooks: Open, control: FakeControl, tmp_path: Path
) -> None:
    file = tmp_path / "faults"
    control.show(troubles=(HOT,))
    open_hooks(on_fault=noting(file))
    wait_until(lambda: len(notes(file)) == 1)
    control.show(troubles=(HOT, BLACK))
    wait_until(lambda: len(notes(file)) == 2)
    control.show(troubles=())
    wait_until(lambda: len(notes(file)) == 3)
    assert [(note["began"], note["ended"]) for note in notes(file)] == [
        (["hot"], []),
        (["picture_black"], []),
        ([], ["hot", "picture_black"]),
    ]
    assert notes(file)[1]["faults"][0] == {"fault": "hot", "message": "The board is hot."}


def test_one_runs_at_a_time_and_is_then_told_of_the_newest_alone(
    open_hooks: Open, control: FakeControl, tmp_path: Path
) -> None:
    file, gate = tmp_path / "moods", tmp_path / "gate"
    os.mkfifo(gate)
    began = tmp_path / "began"
    open_hooks(on_mood=shell(f"cat >> {file}; echo >> {began}; read line < {gate}"))
    control.show(mood=HAPPY)
    wait_until(began.exists)
    for emotion in (Emotion.SAD, Emotion.ANGRY, Emotion.FEAR):
        control.show(mood=mood_of_emotion(emotion))
    assert len(notes(file)) == 1
    gate.write_text("go on\n")
    wait_until(lambda: len(notes(file)) == 2)
    assert [note["mood"]["emotion"] for note in notes(file)] == ["happy", "fear"]
    assert notes(file)[1]["previous"]["emotion"] == "happy"
    gate.write_text("go on\n")


def test_a_program_that_hangs_is_killed_with_its_children_and_told_of_once(
    open_hooks: Open, control: FakeControl, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "processes"
    open_hooks(timeout_seconds=0.2, on_mood=shell(f"sleep 60 & echo $! $$ >> {file}; wait"))
    for number, mood in enumerate((HAPPY, SAD), 1):
        control.show(mood=mood)
        wait_until(partial(has_lines, file, number))
    processes = [int(word) for word in file.read_text().split()]
    assert len(processes) == 4
    wait_until(lambda: not any(map(is_alive, processes)))
    assert warnings(caplog) == [
        "The hook on_mood did not end within 0.2 s and was killed; this is told once, until it works again: sh"
    ]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/no/such/program"], "cannot be run (No such file or directory)"),
        (["/etc"], "cannot be run (Permission denied)"),
        (shell("exit 3"), "ended with status 3"),
        (shell("kill -9 $$"), "ended with status -9"),
    ],
)
def test_a_program_that_fails_is_told_of_once(
    open_hooks: Open, control: FakeControl, command: list[str], reason: str, caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:  # fmt: skip
    done = tmp_path / "done"
    open_hooks(on_mood=command, on_track=noting(done))
    control.show(mood=HAPPY)
    wait_until(lambda: len(warnings(caplog)) == 1)
    control.show(mood=NOBODY)
    control.skip()
    wait_until(lambda: len(notes(done)) == 1)  # and nothing else suffers
    assert warnings(caplog) == [f"The hook on_mood {reason}; this is told once, until it works again: {command[0]}"]


def test_a_program_that_works_again_and_fails_again_is_told_of_again(
    open_hooks: Open, control: FakeControl, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken, runs = tmp_path / "broken", tmp_path / "runs"
    broken.touch()
    open_hooks(on_mood=shell(f"cat > /dev/null; echo >> {runs}; test ! -e {broken}"))
    control.show(mood=HAPPY)
    wait_until(lambda: len(warnings(caplog)) == 1)
    broken.unlink()
    control.show(mood=SAD)
    wait_until(lambda: len(runs.read_text()) == 2)
    broken.touch()
    control.show(mood=HAPPY)
    control.show(mood=NOBODY)
    wait_until(lambda: len(warnings(caplog)) == 2)


def test_what_it_says_is_in_the_log_for_who_debugs_and_bounded(
    open_hooks: Open, control: FakeControl, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    open_hooks(timeout_seconds=0.3, on_mood=shell("echo seen; echo odd >&2"), on_track=["yes"])
    control.show(mood=HAPPY)
    control.skip()
    wait_until(lambda: any("yes" in line for line in warnings(caplog)))
    said = [record.getMessage() for record in caplog.records if " says: " in record.getMessage()]
    assert "The hook on_mood says: seen\nodd" in said
    assert all(len(line) < 4200 for line in said)


def test_a_program_that_does_not_read_what_it_is_told_is_none_the_worse(
    open_hooks: Open, control: FakeControl, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done = tmp_path / "done"
    messages = tuple(Trouble(fault, "x" * 100_000) for fault in Fault)  # more than a pipe holds
    open_hooks(on_fault=shell(f"touch {done}"))
    control.show(troubles=messages)
    wait_until(done.exists)
    assert warnings(caplog) == []


def test_it_sees_neither_secrets_nor_the_player_s_own_variables(
    open_hooks: Open, control: FakeControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MQTT_PASSWORD", "AWS_SECRET_ACCESS_KEY", "NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY", "MIEN_CONFIG"):
        monkeypatch.setenv(name, "hush")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    file = tmp_path / "environment"
    open_hooks(on_mood=[sys.executable, "-c", f"import os; open({str(file)!r}, 'w').write(repr(dict(os.environ)))"])
    control.show(mood=HAPPY)
    wait_until(lambda: file.exists() and file.read_text().endswith("}"))
    assert "hush" not in file.read_text()
    assert "PATH" in file.read_text()
    assert "'LC_ALL': 'C.UTF-8'" in file.read_text()


@pytest.mark.parametrize("script", ["sleep 60", "exec >&- 2>&-; sleep 60"])  # also one that has no more to say
def test_what_runs_ends_with_the_player(
    open_hooks: Open, control: FakeControl, tmp_path: Path, script: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "process"
    hooks = open_hooks(on_mood=shell(f"echo $$ > {file}; {script}"))
    control.show(mood=HAPPY)
    wait_until(lambda: file.exists() and file.read_text().endswith("\n"))
    began = time.monotonic()
    hooks.close()
    assert time.monotonic() - began < 2.0
    assert not is_alive(int(file.read_text()))
    hooks.close()
    control.show(mood=SAD)
    assert warnings(caplog) == []


def test_a_real_player_plays_on_whatever_its_hooks_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    commands = {"on_mood": ["/no/such/program"], "on_track": ["sleep", "60"], "on_fault": ["yes"]}
    settings = HookSettings.model_validate({**commands, "timeout_seconds": 60.0})
    with running_player(write_library(tmp_path / "music")) as running:
        with closing(Hooks(settings, running.player, 0.02)) as hooks:
            hooks.start()
            for _ in range(5):
                before = running.player.snapshot().playback.track
                running.player.skip()
                wait_until(partial(plays_another, running.player, before))
        assert running.failure is None
    assert warnings(caplog) == []


def plays_another(control: Control, before: Track | None) -> bool:
    playback = control.snapshot().playback
    return playback.track != before and playback.state is PlayState.PLAYING


@pytest.mark.parametrize("command", ["logger", [""], ["logger", 3], ["log\0ger"]])
def test_what_is_no_command_is_refused(command: object) -> None:
    with pytest.raises(ValueError, match="on_mood"):
        HookSettings.model_validate({"on_mood": command, "on_track": [], "on_fault": [], "timeout_seconds": 1.0})
