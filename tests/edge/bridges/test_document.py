"""What docs/bridges.md says of media keys, metrics and buttons is so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from edge.bridges.session_bus import running_bus
from edge.music.waiting import wait_until
from edge.web.fake_control import CHOICES, FakeControl
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import BaseRoute, Route

from mien.app.bridges import open_bridges
from mien.bridges.extra import require
from mien.bridges.metrics import Metrics
from mien.bridges.mpris import MprisBridge
from mien.config import changed, load
from mien.errors import SettingsError

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/bridges.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.S | re.M)


def test_its_settings_can_be_used(tmp_path: Path) -> None:
    shown = tmp_path / "mien.toml"
    shown.write_text("\n".join(blocks("toml")), encoding="utf-8")
    assert set(changed(load(shown))) == {"mpris", "metrics", "gpio"}


def test_its_settings_start_all_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, routes, control = tmp_path / "mien.toml", list[BaseRoute](), FakeControl()
    shown.write_text("\n".join(blocks("toml")) + f'\n[paths]\nrun = "{tmp_path}"\n', encoding="utf-8")
    monkeypatch.setattr(Device, "pin_factory", MockFactory())
    with running_bus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        with ExitStack() as stack:
            assert open_bridges(stack, load(shown), control, routes) == []
            wait_until(lambda: bus.players() == ["mien"])
            pin = Device.pin_factory.pin(5)
            pin.drive_low()
            assert control.calls.get(timeout=5)[0] == "resume"
            assert [route.path for route in routes if isinstance(route, Route)] == ["/metrics"]


@pytest.mark.parametrize("section", ["mpris", "metrics", "gpio"])
def test_a_library_that_is_missing_is_named_with_what_installs_it(section: str) -> None:
    with pytest.raises(SettingsError, match=rf"\[{section}\] needs no-such, .*/requirements.sh --{section} or pip"):
        require("no_such", section)


def test_its_commands_of_playerctl_work(tmp_path: Path) -> None:
    control = FakeControl()
    control.play(CHOICES[1].track.path)
    commands = [shlex.split(line)[2:] for line in blocks("text")[0].splitlines()]
    with running_bus(tmp_path) as bus, closing(MprisBridge(control, bus.address)) as bridge:
        bridge.start()
        wait_until(lambda: "mien" in bus.players())
        assert [bus.playerctl(*words) for words in commands][-1] == "The Bright Ones - Morning Sun"
    assert [control.calls.get_nowait()[0] for _ in range(4)] == ["play", "pause", "skip", "set_volume"]


def test_its_table_names_every_figure() -> None:
    metrics = Metrics(FakeControl())
    families = text_string_to_metric_families(metrics.text().decode())
    scraped = {sample.name for family in families for sample in family.samples if not sample.name.endswith("_created")}
    told = set(re.findall(r"^\| `(\w+)", TEXT, re.M))
    assert told - {"status_led", "camera_led", "process_"} == {name for name in scraped if name.startswith("mien_")}


def test_systemd_takes_its_drop_in_without_a_word(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    unit = tmp_path / "mien.service"
    text = (ROOT / "systemd/mien.service").read_text(encoding="utf-8")
    text = re.sub(
        r"^(ExecStart=)\S+|^Wants=.*$", lambda found: "ExecStart=/bin/true" if found[1] else "", text, flags=re.M
    )
    (tmp_path / "mien.service.d").mkdir()
    (tmp_path / "mien.service.d/pins.conf").write_text(blocks("ini")[0], encoding="utf-8")
    unit.write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
