"""What the setup writes: read back, it gives the same settings, and it explains each of them."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mien.config import load
from mien.errors import SettingsError
from mien.setting_layers import default_values
from mien.setup.settings_file import as_shown, as_text, comments, is_private, write

CHANGES: dict[str, Any] = {
    "profile": "drive",
    "camera": {"source": "rtsp://ann:secret@camera/live"},
    "people": {"seat": [0.1, 0.0, 0.5, 1.0], "follow": "central"},
    "mood": {"enter_probability": 0.8, "baseline": "off"},
    "music": {"library": '/srv/"quoted" # music'},
    "lift": {"happy": [[0.1, 0.2]]},
    "mqtt": {"host": "broker", "password": "also secret"},
    "hooks": {"on_mood": ["/usr/bin/logger", "-t", "mien"]},
}


def test_what_is_written_gives_the_same_settings(tmp_path: Path) -> None:
    settings = load(None, CHANGES)
    file = tmp_path / "new/mien.toml"
    assert write(file, settings) is None
    assert load(file) == settings


def test_each_value_has_the_comment_of_the_defaults_above_it_and_fits_a_terminal() -> None:
    lines = as_text(load(None, CHANGES)).splitlines()
    above = {line.partition(" = ")[0]: before for before, line in pairwise(lines)}
    assert above["profile"].startswith('# the place: "home", "kiosk" or "drive"')
    assert above["enter_probability"] == "# a new mood must be believed so firmly ..."
    assert above["seat"] == "# where the seat is: left, top, right, bottom as shares of the picture"
    assert above["library"] == "# the folder with your music"
    assert above["baseline"].startswith("# ")
    assert above["happy"] == "[lift]"  # it has none
    assert max(len(line) for line in lines if line.startswith("#")) <= 80


def test_every_default_can_be_found_with_its_comment() -> None:
    keys = {(section, key) for section, keys in default_values().items() if isinstance(keys, dict) for key in keys}
    assert set(comments()) == keys | {("", "profile")}
    assert comments()["camera", "source"].endswith("or an http:// or rtsp:// address")
    assert comments()["camera", "height"] == ""


def test_the_screen_shows_no_password() -> None:
    shown = as_shown(load(None, CHANGES))
    assert "secret" not in shown
    assert 'source = "rtsp://***@camera/***"' in shown
    assert "nothing differs" in as_shown(load())


@pytest.mark.parametrize(
    ("changes", "private"),
    [
        ({"camera": {"source": "http://ann:secret@camera/"}}, True),
        ({"web": {"token": "x" * 16}}, True),
        ({"camera": {"source": "/dev/video0"}}, False),
    ],
)
def test_a_file_with_a_password_is_nobody_else_s(tmp_path: Path, changes: dict[str, Any], private: bool) -> None:
    settings = load(None, changes)
    file = tmp_path / "mien.toml"
    file.touch(0o644)
    file.chmod(0o644)
    backup = write(file, settings)
    assert is_private(settings) is private
    assert file.stat().st_mode & 0o777 == (0o600 if private else 0o644)
    assert backup is not None
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_service_s_password_is_for_its_group_and_a_mode_of_the_owner_s_is_kept(tmp_path: Path) -> None:
    settings = load(None, CHANGES)
    file = tmp_path / "mien.toml"
    group = tmp_path.stat().st_gid
    write(file, settings, group)
    assert (file.stat().st_mode & 0o777, file.stat().st_gid) == (0o640, group)
    write(file, settings)
    assert file.stat().st_mode & 0o777 == 0o640


def test_the_file_before_is_kept_and_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "mien.toml"
    real.write_text("# before\n")
    link.symlink_to(real)
    backup = write(link, load(None, {"profile": "kiosk"}))
    assert link.is_symlink()
    assert load(link).profile == "kiosk"
    assert backup == tmp_path / "real.toml.before"
    assert backup.read_text() == "# before\n"


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"cannot be written: .* Name another one with --config"):
        write(tmp_path / "file/mien.toml", load())
