"""What is started around the player, as `mien demo` has it."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from edge.music.sound_files import write_tone

from mien.app.music import Children, children, running_player
from mien.config import Settings, load
from mien.errors import LibraryError, LinkError, SettingsError
from mien.types import Fault

ALONE = Children(attendant=["true"], eye=None)


def settings(folder: Path, port: int) -> Settings:
    (folder / "music").mkdir()
    write_tone(folder / "music/one.wav", 440, 0.1)
    empty = folder / "mien.toml"
    empty.touch()
    own: dict[str, dict[str, Any]] = {
        "music": {"library": str(folder / "music")},
        "audio": {"output": "silent"},
        "web": {"port": port},
        "paths": {"state": str(folder / "state"), "run": str(folder / "run")},
    }
    return load(empty, own)


def test_an_eye_sees_by_the_players_profile_and_none_is_started_that_is_turned_off(tmp_path: Path) -> None:
    file = tmp_path / "mien.toml"
    file.touch()
    kiosk = children(load(file, {"profile": "kiosk"}), file, "error", with_eye=True)
    assert kiosk.eye is not None
    assert "--profile kiosk" in " ".join(kiosk.eye)
    assert "--repeat" not in kiosk.eye
    assert "--repeat" in (children(load(file), file, "error", with_eye=True, repeats=True).eye or [])
    assert children(load(file, {"eye": {"enabled": False}}), file, "error", with_eye=True).eye is None


def test_the_page_takes_a_free_port_where_that_is_welcome(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = settings(tmp_path, port)
        with pytest.raises(SettingsError, match=str(port)), running_player(asked, None, ALONE):
            pass
        with running_player(asked, None, ALONE, any_port=True) as running:
            assert not running.address.endswith(f":{port}")
            assert httpx.get(f"{running.address}/api/state", trust_env=False).status_code == 200


def test_a_second_player_is_refused_before_it_touches_the_audio_file(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    heard.write_bytes(b"an hour of music")
    asked = settings(tmp_path, 0)
    with (
        running_player(asked, None, ALONE),
        pytest.raises(LinkError, match="Another mien already runs"),
        running_player(asked, heard, ALONE),
    ):
        pass
    assert heard.read_bytes() == b"an hour of music"


def test_a_service_plays_without_its_page_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        asked = settings(tmp_path, taken.getsockname()[1])
        with running_player(asked, None, ALONE, is_service=True) as running:
            assert running.address == ""
            threading.Timer(0.0, running.player.stop).start()
            running.player.run()
            assert [trouble.fault for trouble in running.control.snapshot().troubles] == [Fault.PAGE_UNSERVED]


def test_a_service_waits_for_music_that_a_person_is_told_to_add(tmp_path: Path) -> None:
    asked = settings(tmp_path, 0)
    (tmp_path / "music/one.wav").unlink()
    with pytest.raises(LibraryError, match="holds no music"), running_player(asked, None, ALONE):
        pass
    with running_player(asked, None, ALONE, is_service=True, complaint="The settings are torn.") as running:
        threading.Timer(0.0, running.player.stop).start()
        running.player.run()
        faults = [trouble.fault for trouble in running.control.snapshot().troubles]
    assert faults == [Fault.LIBRARY_UNPLAYABLE, Fault.SETTINGS_UNUSABLE]
