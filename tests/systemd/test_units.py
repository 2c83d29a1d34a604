"""systemd takes the units without a word, their commands exist, and each sandbox keeps its half of the promise."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from command_lines import ROOT, complaint

from mien.config import changed, load

FOLDER = ROOT / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
OF_A_SESSION = "user/mien.service"
EVERY_UNIT = [*(unit.name for unit in UNITS), OF_A_SESSION]
# What systemd-analyze may find exposed, of 100: it counts what a unit could do and has not given up.
MOST_EXPOSED = {"mien-eye.service": 15, "mien.service": 25}


def values(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", (FOLDER / unit).read_text(encoding="utf-8"), re.M)


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units with a program that exists on every machine."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    for unit in UNITS:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.M)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    return sorted(tmp_path.iterdir())


def test_systemd_accepts_the_units_without_a_word(installed: list[Path]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *installed], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_accepts_the_unit_of_a_session_without_a_word(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    unit = tmp_path / "mien.service"
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", (FOLDER / OF_A_SESSION).read_text("utf-8"), flags=re.M)
    unit.write_text(text, encoding="utf-8")
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    command = ["systemd-analyze", "--user", "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_sandboxes_are_tight(installed: list[Path]) -> None:
    assert [unit.name for unit in installed] == list(MOST_EXPOSED)
    for unit in installed:
        threshold = f"--threshold={MOST_EXPOSED[unit.name]}"
        command = ["systemd-analyze", "security", "--offline=yes", threshold, str(unit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", EVERY_UNIT)
def test_a_unit_is_ready_when_it_says_so_and_comes_back_however_often_it_fails(unit: str) -> None:
    assert values(unit, "Type") == ["notify"]
    assert values(unit, "NotifyAccess") == ["main"]
    assert values(unit, "WatchdogSec") == (["30"] if unit == "mien-eye.service" else ["60"])
    assert values(unit, "Restart") == ["always"]
    assert values(unit, "StartLimitIntervalSec") == ["0"]
    assert int(values(unit, "TimeoutStopSec")[0]) <= 12


@pytest.mark.parametrize("unit", EVERY_UNIT)
def test_no_unit_waits_for_a_camera_the_network_or_another_unit(unit: str) -> None:
    assert values(unit, "Requires") == values(unit, "BindsTo") == values(unit, "Requisite") == []
    waited_for = {name for line in values(unit, "After") for name in line.split()}
    assert not {name for name in waited_for if "network" in name or name.endswith(".device")}


@pytest.mark.parametrize("unit", ["mien-eye.service", OF_A_SESSION])
def test_no_picture_comes_to_disk_by_swap_or_core_dump(unit: str) -> None:
    assert values(unit, "MemorySwapMax") == ["0"]
    assert values(unit, "LimitCORE") == ["0"]


@pytest.mark.parametrize("unit", EVERY_UNIT)
def test_the_command_of_a_unit_exists(unit: str) -> None:
    (line,) = values(unit, "ExecStart")
    assert complaint(line) is None


def test_the_eye_connects_where_the_player_listens() -> None:
    (folder,) = values("mien.service", "RuntimeDirectory")
    assert f"--socket /run/{folder}/eye.sock" in values("mien-eye.service", "ExecStart")[0]
    assert values("mien.service", "Group") == values("mien-eye.service", "Group")


def test_the_eye_has_no_network_and_the_player_no_camera() -> None:
    assert values("mien-eye.service", "PrivateNetwork") == ["yes"]
    assert values("mien-eye.service", "RestrictAddressFamilies") == ["AF_UNIX"]
    assert values("mien.service", "DevicePolicy") == ["closed"]
    assert values("mien.service", "DeviceAllow") == ["char-alsa rw"]


def test_the_eye_has_no_place_to_write() -> None:
    assert values("mien-eye.service", "ProtectSystem") == ["strict"]
    (places,) = values("mien-eye.service", "TemporaryFileSystem")
    assert places.split() == ["/tmp:ro", "/var/tmp:ro", "/dev/shm:ro"]
    for giving in ("ReadWritePaths", "StateDirectory", "RuntimeDirectory", "CacheDirectory", "PrivateTmp", "BindPaths"):
        assert values("mien-eye.service", giving) == []


def test_the_settings_of_the_service_can_be_used() -> None:
    settings = load(FOLDER / "mien.toml")
    assert changed(settings)["paths"] == {"state": f"/var/lib/{values('mien.service', 'StateDirectory')[0]}"}
    assert set(changed(settings)) == {"music", "paths"}


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS])
def test_the_units_name_the_settings_that_the_installer_puts_there(unit: str) -> None:
    (environment,) = values(unit, "Environment")
    assert "MIEN_CONFIG=/etc/mien/mien.toml" in environment.split()
    assert "install -D -m 644 mien.toml /etc/mien/mien.toml" in (ROOT / "requirements.sh").read_text(encoding="utf-8")


def test_the_settings_that_wait_in_comments_can_be_used(tmp_path: Path) -> None:
    text = (FOLDER / "mien.toml").read_text(encoding="utf-8")
    every = tmp_path / "mien.toml"
    every.write_text(re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.M), encoding="utf-8")
    assert set(changed(load(every))) == {"music", "paths", "camera", "audio"}
