"""What is started around the player, as `mien demo` has it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from edge.music.sound_files import write_tone

from mien.app.music import Children, running_player
from mien.config import Settings, load
from mien.errors import LinkError, SettingsError

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


def test_the_page_takes_a_free_port_where_that_is_welcome(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = settings(tmp_path, port)
        with pytest.raises(SettingsError, match=str(port)), running_player(asked, None, ALONE):
            pass
        with running_player(asked, None, ALONE, any_port=True) as (_, address):
            assert not address.endswith(f":{port}")
            assert httpx.get(f"{address}/api/state", trust_env=False).status_code == 200


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
