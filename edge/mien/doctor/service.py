"""What systemd knows of mien's services."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PLAYER, EYE = "mien.service", "mien-eye.service"
_PROPERTIES = (
    "LoadState", "ActiveState", "SubState", "UnitFileState", "NRestarts", "FragmentPath", "DropInPaths", "User",
    "Group", "SupplementaryGroups", "Environment", "RuntimeDirectory", "StateDirectory", "ExecStart",
)  # fmt: skip
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Unit:
    """An installed unit, of the system or of a user's session.

    `run` and `state` are the folders that systemd makes for it; None where it makes none.
    """

    name: str
    of_session: bool
    active: str
    enabled: bool
    restarts: int
    file: Path
    changed_by: tuple[Path, ...]
    """Files of the owner that change it."""
    user: str
    group: str
    groups: tuple[str, ...]
    environment: Mapping[str, str]
    run: Path | None
    state: Path | None
    program: Path | None


def installed_unit(name: str, of_session: bool = False, root: Path = Path("/")) -> Unit | None:
    """Ask systemd for a unit; None where systemd does not run or knows no such unit.

    Args:
        name: the unit's name.
        of_session: ask the manager of this user's session.
        root: the root of the file system that is looked at.
    """
    if not (root / "run/systemd/system").is_dir():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["systemctl", *(["--user"] if of_session else []), "show", name, f"--property={','.join(_PROPERTIES)}"],  # noqa: S607 - wherever it lies
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_unit(name, done.stdout, of_session)


def parse_unit(name: str, text: str, of_session: bool = False) -> Unit | None:
    """Read what `systemctl show` prints; None where the unit is not installed."""
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if values.get("LoadState") != "loaded":
        return None
    # { path=/opt/mien/.venv/bin/mien ; argv[]=... }
    program = values.get("ExecStart", "").partition("path=")[2].partition(" ;")[0]
    return Unit(
        name=name,
        of_session=of_session,
        active=values.get("ActiveState", "unknown"),
        enabled=values.get("UnitFileState") == "enabled",
        restarts=int(values.get("NRestarts") or 0),
        file=Path(values.get("FragmentPath", "")),
        changed_by=tuple(map(Path, values.get("DropInPaths", "").split())),
        user=values.get("User") or "root",
        group=values.get("Group") or values.get("User") or "root",
        groups=tuple(values.get("SupplementaryGroups", "").split()),
        environment=dict(word.split("=", 1) for word in shlex.split(values.get("Environment", "")) if "=" in word),
        run=_folder("/run", values.get("RuntimeDirectory", "")),
        state=_folder("/var/lib", values.get("StateDirectory", "")),
        program=Path(program) if program else None,
    )


def _folder(above: str, names: str) -> Path | None:
    return Path(above, names.split(maxsplit=1)[0]) if names else None


def is_root() -> bool:
    """Say whether this process may take another user's place."""
    return os.geteuid() == 0
