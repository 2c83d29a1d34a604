"""systemd's units, as `systemctl show` of Debian 12 prints them, and as whom the parts are looked at."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mien.config import load
from mien.doctor import position, service, units
from mien.doctor.finding import State
from mien.doctor.position import Position
from mien.doctor.service import EYE, PLAYER, Unit, parse_unit

SHOWN = """\
Restart=always
NRestarts=0
ExecStart={ path=/opt/mien/.venv/bin/mien ; argv[]=/opt/mien/.venv/bin/mien run --no-eye ; ignore_errors=no ; pid=7 }
Environment=HOME=/var/lib/mien MIEN_CONFIG=/etc/mien/mien.toml "WORDS=a b"
User=mien
Group=mien
SupplementaryGroups=audio
RuntimeDirectory=mien
StateDirectory=mien
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/etc/systemd/system/mien.service
DropInPaths=
UnitFileState=enabled
"""


def unit(name: str = PLAYER, **changes: Any) -> Unit:
    parsed = parse_unit(name, SHOWN)
    assert parsed is not None
    return replace(parsed, **changes)


def test_what_systemd_shows_is_read() -> None:
    assert unit() == Unit(
        name=PLAYER,
        of_session=False,
        active="active",
        enabled=True,
        restarts=0,
        file=Path("/etc/systemd/system/mien.service"),
        changed_by=(),
        user="mien",
        group="mien",
        groups=("audio",),
        environment={"HOME": "/var/lib/mien", "MIEN_CONFIG": "/etc/mien/mien.toml", "WORDS": "a b"},
        run=Path("/run/mien"),
        state=Path("/var/lib/mien"),
        program=Path("/opt/mien/.venv/bin/mien"),
    )


def test_a_unit_that_is_not_installed_is_none(tmp_path: Path) -> None:
    assert parse_unit(PLAYER, "LoadState=not-found\nActiveState=inactive\n") is None
    assert parse_unit(PLAYER, "") is None
    assert service.installed_unit(PLAYER, False, tmp_path) is None  # nothing there says that systemd runs


def test_no_service_is_worth_a_note() -> None:
    (finding,) = units.check(lambda _name, _session: None, lambda _name: None)
    assert (finding.state, "--service" in finding.message) == (State.NOTE, True)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    for name in (PLAYER, EYE):
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def said(shipped: Path, player: Unit | None, exposed: float | None = 1.0) -> list[tuple[State, str]]:
    """Return what is said of the player beside an eye that is well."""
    there = {(PLAYER, False): player, (EYE, False): unit(EYE, file=shipped / EYE)}
    found = units.check(lambda *asked: there.get(asked), lambda _name: exposed, shipped)
    return [
        (one.state, one.message) for one in found if not one.message.startswith(EYE) and f"of {EYE}" not in one.message
    ]


def test_services_as_shipped_are_good(shipped: Path) -> None:
    found = said(shipped, unit(file=shipped / PLAYER))
    assert found == [
        (State.GOOD, "mien.service runs and starts at boot."),
        (State.GOOD, "The sandbox of mien.service is tight (1 of 10, where 0 is the tightest)."),
    ]


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({"active": "failed"}, State.BAD, "does not run (failed): `journalctl -b -u mien.service` says why"),
        ({"enabled": False}, State.BAD, "but will not at the next start: `sudo systemctl enable mien.service`"),
        ({"restarts": 3}, State.NOTE, "was started again 3 times"),
        ({"changed_by": (Path("/etc/x.conf"),)}, State.NOTE, "mien.service is changed by /etc/x.conf."),
        ({"file": Path("/nowhere")}, State.BAD, "/nowhere is not the one of this version of mien"),
    ],
)
def test_what_is_wrong_with_a_service_is_said(shipped: Path, changes: dict[str, Any], state: State, words: str) -> None:
    found = said(shipped, unit(**{"file": shipped / PLAYER, **changes}))
    assert [words in message for found_state, message in found if found_state is state] == [True]


@pytest.mark.parametrize(
    ("exposed", "state", "words"),
    [(2.6, State.BAD, "is looser (2.6) than shipped (2.5 at most)"), (None, State.NOTE, "does not say how tight")],
)
def test_a_loose_sandbox_is_said(shipped: Path, exposed: float | None, state: State, words: str) -> None:
    *_, (found, message) = said(shipped, unit(file=shipped / PLAYER), exposed)
    assert (found, words in message) == (state, True)


def test_a_sandbox_that_the_owner_loosened_is_not_installed_again(shipped: Path) -> None:
    *_, (_, message) = said(shipped, unit(file=shipped / PLAYER, changed_by=(Path("/etc/x.conf"),)), 9.0)
    assert message.endswith("than shipped (2.5 at most): remove /etc/x.conf.")


def test_half_an_installation_is_bad(shipped: Path) -> None:
    ((state, message),) = said(shipped, None)
    assert (state, "only mien-eye.service is installed" in message) == (State.BAD, True)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ("active", (State.GOOD, "mien.service runs and starts with this session.")),
        ("failed", (State.BAD, "mien.service does not run (failed): `journalctl --user -b -u mien.service` says why; "
                    "`systemctl --user start mien.service`.")),
    ],
)  # fmt: skip
def test_a_service_of_the_session_is_judged_by_its_own_words(
    shipped: Path, active: str, expected: tuple[State, str]
) -> None:
    (shipped / "user").mkdir()
    (shipped / "user" / PLAYER).write_text("# of a session\n")
    mine = unit(of_session=True, active=active, file=shipped / "user" / PLAYER)
    there = {(PLAYER, True): mine}
    (finding,) = units.check(lambda *asked: there.get(asked), lambda _name: None, shipped)
    assert (finding.state, finding.message) == expected


def test_the_units_that_this_version_ships_are_found() -> None:
    folder = units.shipped_units()
    assert folder is not None
    assert {PLAYER, EYE} <= {path.name for path in folder.iterdir()}


def test_the_service_s_folders_are_taken_where_the_settings_name_none() -> None:
    found = position.as_service(load(None, {"paths": {"state": "/srv/state"}}), unit()).paths
    assert (found.state, found.run) == ("/srv/state", "/run/mien")


def test_another_installation_s_services_are_left_alone() -> None:
    assert position.position_of(unit()) is position.OWN
    assert not position.is_asked_about(unit())
    assert position.position_of(None) is position.OWN


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may take another user's place")
def test_root_takes_the_place_of_the_service() -> None:
    here = unit(program=Path(sys.executable), user="nobody", group="nogroup", groups=("audio", "no-such-group"))
    assert position.is_asked_about(here)
    place = position.position_of(here)
    assert (place.user, place.group, place.groups) == ("nobody", "nogroup", ("audio",))
    done = subprocess.run(
        ["sh", "-c", 'id -un; id -Gn; pwd; echo "$HOME $WORDS"'],
        capture_output=True,
        text=True,
        check=True,
        **place.process_options(),
    )
    assert done.stdout.splitlines() == ["nobody", "nogroup audio", "/", "/var/lib/mien a b"]


def test_a_service_whose_user_is_gone_is_looked_at_as_oneself() -> None:
    assert position.position_of(unit(program=Path(sys.executable), user="no-such-user")) is position.OWN


def test_one_s_own_place_changes_nothing() -> None:
    assert Position().process_options() == {}
