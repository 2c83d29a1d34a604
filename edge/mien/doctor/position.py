"""As whom the parts are looked at: what root or the service's user asks about is the service, not itself."""

from __future__ import annotations

import grp
import os
import pwd
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.config import Settings
from mien.doctor.service import Unit, is_root

_KEPT = ("PATH", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Position:
    """A user with its groups, and what the service manager sets for it; `OWN` is whoever runs the doctor."""

    user: str = ""
    group: str = ""
    groups: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None

    def process_options(self) -> dict[str, Any]:
        """Return what `subprocess.run` needs to start a program here."""
        if not self.user:
            return {}
        return {
            "user": self.user,
            "group": self.group,
            "extra_groups": list(self.groups),
            "env": dict(self.environment or {}),
            "cwd": "/",
        }


OWN = Position()


def position_of(unit: Unit | None) -> Position:
    """Return where a service stands, for root; anyone else can only look from where they are."""
    if unit is None or not is_root() or not _exists(unit) or not runs_this_program(unit):
        return OWN
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return Position(unit.user, unit.group, tuple(filter(_is_group, unit.groups)), {**kept, **unit.environment})


def is_asked_about(unit: Unit | None) -> bool:
    """Say whether this process asks about the service: it is root or the service's own user."""
    return unit is not None and runs_this_program(unit) and (is_root() or _own_name() == unit.user)


def runs_this_program(unit: Unit) -> bool:
    """Say whether a unit starts this very installation, and not another one that may be older."""
    return unit.program is not None and unit.program.parent == Path(sys.executable).parent


def as_service(settings: Settings, unit: Unit) -> Settings:
    """Return the settings with the folders that systemd makes for the service, where they name none."""
    paths = settings.paths
    state = paths.state or str(unit.state or "")
    run = paths.run or str(unit.run or "")
    return settings.model_copy(update={"paths": paths.model_copy(update={"state": state, "run": run})})


def own_groups() -> frozenset[str]:
    """Return the names of this process's groups."""
    return frozenset(group.gr_name for group in grp.getgrall() if group.gr_gid in {*os.getgroups(), os.getegid()})


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _exists(unit: Unit) -> bool:
    try:
        pwd.getpwnam(unit.user)
        grp.getgrnam(unit.group)
    except KeyError:
        return False
    return True


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True
