"""What docs/home-assistant.md and docs/hooks.md show is so: every command is run, every example is taken."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from edge.bridges.broker import onlooker, running_broker
from edge.music.waiting import wait_until
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl

from mien.bridges.hooks import fault_event, mood_event, track_event
from mien.bridges.mqtt import MqttBridge
from mien.bridges.mqtt_commands import CommandError, Commands
from mien.bridges.mqtt_state import state_json
from mien.config import load
from mien.types import Fault, Playback, PlayState, Snapshot, Trouble

ROOT = Path(__file__).parents[3]
HOME, HOOKS = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("home-assistant.md", "hooks.md"))


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def test_the_settings_shown_can_be_used(tmp_path: Path) -> None:
    for number, text in enumerate((HOME, HOOKS)):
        (block,) = fenced(text, "toml")
        file = tmp_path / f"{number}.toml"
        file.write_text(block, encoding="utf-8")
        settings = load(file)
        assert settings.mqtt.host or settings.hooks.are_wanted


def test_the_commands_shown_do_what_they_say(tmp_path: Path) -> None:
    control = FakeControl()
    with running_broker(tmp_path) as broker:
        section = load(None, {"mqtt": {"host": "127.0.0.1", "port": broker.port}}).mqtt
        with closing(MqttBridge(section, control, tmp_path)) as bridge, onlooker(broker.port) as looks:
            bridge.start()
            looks.state()
            install, commands = fenced(HOME, "sh")
            assert install == "./requirements.sh --mqtt\n"
            watch, skip = commands.splitlines()
            here = f"127.0.0.1 -p {broker.port}"
            seen = run(
                watch.replace("homeassistant.local", here).replace("-W 5", "-W 1"), status=27
            )  # its time is over
            assert "mien/status online" in seen
            assert '"mood": "nobody"' in seen
            run(skip.replace("homeassistant.local", here), status=0)
            wait_until(lambda: looks.state()["track"] == "Morning Sun")


def run(line: str, status: int) -> str:
    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.replace("Timed out\n", "")) == (status, "")
    return done.stdout


def test_every_topic_shown_is_a_command_and_every_command_is_shown() -> None:
    shown = re.findall(r"`mien/(\w+)/set`", HOME)
    for name in shown:
        with pytest.raises(CommandError) as caught:
            Commands(FakeControl()).do(name, b"?")
        assert "the commands are" not in str(caught.value)
    assert len(shown) == len(set(shown)) == 10


def test_the_examples_of_the_table_are_taken() -> None:
    control = FakeControl()
    (row,) = (row for row in HOME.splitlines() if "`mien/override/set`" in row)
    for words in re.findall(r"`([^`]+)`", row)[1:]:
        Commands(control).do("override", words.encode())
    assert control.calls.qsize() == 3


def test_every_part_of_the_state_is_named() -> None:
    (sentence,) = re.findall(r"The state has (.*?), a list of", HOME, re.S)
    assert re.findall(r"`(\w+)`", sentence) == list(state_json(FakeControl().snapshot()))


def test_the_events_shown_have_the_shape_of_real_ones() -> None:
    control = FakeControl()
    before = control.show(mood=NOBODY)
    now = control.show(
        mood=HAPPY,
        choice=CHOICES[0],
        playback=Playback(PlayState.PLAYING, CHOICES[0].track, 0.0),
        troubles=(Trouble(Fault.HOT, "It is hot."),),
    )
    (block,) = fenced(HOOKS, "json")
    shown = [json.loads(line) for line in block.splitlines()]
    assert [shape(event) for event in shown] == [shape(event) for event in real_events(before, now)]


def real_events(before: Snapshot, now: Snapshot) -> list[Any]:
    return [tell(before, now) for tell in (mood_event, track_event, fault_event)]


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items() if key != "reasons"}
    return [shape(each) for each in value[:1]] if isinstance(value, list) else type(value)


def test_the_program_shown_runs() -> None:
    (program,) = fenced(HOOKS, "python")
    event = fenced(HOOKS, "json")[0].splitlines()[0]
    done = subprocess.run([sys.executable, "-c", program], input=event, capture_output=True, text=True, check=True)
    assert done.stdout == "yellow\n"
