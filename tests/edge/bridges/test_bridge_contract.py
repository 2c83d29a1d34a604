"""What every bridge keeps to, and what starts them."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from edge.bridges.broker import free_port
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from edge.web.fake_control import HAPPY, FakeControl

from mien.app.bridges import Bridge, open_bridges
from mien.app.music import Children, running_player
from mien.bridges.hooks import Hooks
from mien.bridges.mqtt import MqttBridge
from mien.config import Settings, load
from mien.errors import SettingsError
from mien.types import Fault

Changes = dict[str, dict[str, Any]]


def settings(folder: Path, changes: Changes) -> Settings:
    return load(None, {"paths": {"state": str(folder / "state"), "run": str(folder / "run")}, **changes})


def hooks(folder: Path, control: FakeControl) -> Bridge:
    return Hooks(settings(folder, {"hooks": {"on_mood": ["true"]}}).hooks, control)


def mqtt(folder: Path, control: FakeControl) -> Bridge:
    return MqttBridge(settings(folder, {"mqtt": {"host": "127.0.0.1", "port": free_port()}}).mqtt, control, folder)


@pytest.mark.parametrize("make", [hooks, mqtt])
def test_a_bridge_starts_at_once_and_leaves_no_thread_behind(
    make: Callable[[Path, FakeControl], Bridge], tmp_path: Path
) -> None:
    control = FakeControl()
    make(tmp_path, control).close()  # also one that never began
    before = set(threading.enumerate())
    bridge = make(tmp_path, control)
    began = time.monotonic()
    bridge.start()
    assert time.monotonic() - began < 0.5
    assert set(threading.enumerate()) - before
    control.show(mood=HAPPY)
    bridge.close()
    wait_until(lambda: not set(threading.enumerate()) - before)
    bridge.close()


def test_without_settings_nothing_is_started(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with ExitStack() as stack:
        assert open_bridges(stack, settings(tmp_path, {}), FakeControl()) == []
        assert set(threading.enumerate()) == before


def test_a_bridge_that_cannot_be_started_is_named_and_the_others_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "paho", None)  # as where it is not installed
    told = tmp_path / "told"
    wanted = settings(tmp_path, {"mqtt": {"host": "x"}, "hooks": {"on_mood": ["sh", "-c", f"cat > {told}"]}})
    control = FakeControl()
    with ExitStack() as stack:
        (trouble,) = open_bridges(stack, wanted, control)
        control.show(mood=HAPPY)
        wait_until(told.exists)
    assert trouble.fault is Fault.BRIDGE_UNUSABLE
    assert "paho-mqtt" in trouble.message


def test_a_person_is_told_at_once_and_a_service_plays_without_it(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music/one.wav", 440, 0.1)
    changes: Changes = {
        "music": {"library": str(tmp_path / "music")},
        "audio": {"output": "silent"},
        "web": {"enabled": False},
        "mqtt": {"host": "127.0.0.1", "tls": True, "ca_file": str(tmp_path / "none.pem")},
    }
    wanted, alone = settings(tmp_path, changes), Children(attendant=["true"], eye=None)
    with pytest.raises(SettingsError, match=r"none\.pem cannot be used"), running_player(wanted, None, alone):
        pass
    with running_player(wanted, None, alone, is_service=True) as running:
        threading.Timer(0.0, running.player.stop).start()
        running.player.run()
        assert [trouble.fault for trouble in running.control.snapshot().troubles] == [Fault.BRIDGE_UNUSABLE]


def test_figures_without_a_page_to_stand_beside_are_named(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    write_tone(tmp_path / "music/one.wav", 440, 0.1)
    changes: Changes = {
        "music": {"library": str(tmp_path / "music")},
        "audio": {"output": "silent"},
        "metrics": {"enabled": True},
    }
    alone = Children(attendant=["true"], eye=None)
    pageless = settings(tmp_path, {**changes, "web": {"enabled": False}})
    with pytest.raises(SettingsError, match="stand beside the page"), running_player(pageless, None, alone):
        pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        unserved = settings(tmp_path, {**changes, "web": {"port": taken.getsockname()[1]}})
        with running_player(unserved, None, alone, is_service=True) as running:
            threading.Timer(0.0, running.player.stop).start()
            running.player.run()
            faults = [trouble.fault for trouble in running.control.snapshot().troubles]
    assert faults == [Fault.PAGE_UNSERVED, Fault.BRIDGE_UNUSABLE]
