"""Do the services run, as this version ships them, and how tight are their sandboxes?"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import resources
from pathlib import Path

from mien.doctor.finding import Finding, bad, good, note
from mien.doctor.service import EYE, PLAYER, Unit, installed_unit

MOST_EXPOSED = {PLAYER: 2.5, EYE: 1.5}
"""On the scale of `systemd-analyze security`, from 0 to 10."""
_ANSWER_SECONDS = 20.0
_INSTALL = "sudo ./requirements.sh --service"


def exposure(name: str) -> float | None:
    """Ask systemd how much a service could harm, from 0 (nothing) to 10; None where it cannot say."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - our own words
            ["systemd-analyze", "security", "--no-pager", name],  # noqa: S607 - wherever it lies
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
        if found := re.search(r"Overall exposure level for \S+: (\d+\.\d+)", done.stdout):
            return float(found[1])
    return None


def check(
    find: Callable[[str, bool], Unit | None] = installed_unit,
    expose: Callable[[str], float | None] = exposure,
    shipped: Path | None = None,
) -> Iterator[Finding]:
    """Judge the two services of the system, and the one of this user's session.

    Args:
        find: asks systemd for a unit by its name, of the system or of the session.
        expose: asks systemd how much a unit could harm.
        shipped: the folder of the units that this version ships; None looks for it.
    """
    folder = shipped or shipped_units()
    of_system = {name: unit for name in (PLAYER, EYE) if (unit := find(name, False)) is not None}
    of_session = find(PLAYER, True)
    if of_session is not None:
        yield _state(of_session)
        yield from _changes(of_session, folder and folder / "user" / PLAYER, "./requirements.sh --user-service")
    elif not of_system:
        yield note("services", f"mien is no service here: `{_INSTALL}` makes it start at boot.")
    for name, unit in of_system.items():
        yield _state(unit)
        yield from _changes(unit, folder and folder / name, _INSTALL)
        yield _sandbox(unit, expose(name))
    if len(of_system) == 1:
        yield bad("services", f"Of mien's two services only {next(iter(of_system))} is installed: `{_INSTALL}`.")


def shipped_units() -> Path | None:
    """Return the folder of the units that this version ships: in the package, or beside it in a checkout."""
    package = Path(str(resources.files("mien")))
    return next((folder for folder in (package / "systemd", package.parents[1] / "systemd") if folder.is_dir()), None)


def _state(unit: Unit) -> Finding:
    of_session = " --user" if unit.of_session else ""
    control = "systemctl --user" if unit.of_session else "sudo systemctl"
    journal = f"`journalctl{of_session} -b -u {unit.name}` says why"
    if unit.active != "active":
        return bad("services", f"{unit.name} does not run ({unit.active}): {journal}; `{control} start {unit.name}`.")
    if not unit.enabled:
        return bad("services", f"{unit.name} runs, but will not at the next start: `{control} enable {unit.name}`.")
    if unit.restarts:
        return note("services", f"{unit.name} runs, and was started again {unit.restarts} times: {journal}.")
    return good("services", f"{unit.name} runs and starts {'with this session' if unit.of_session else 'at boot'}.")


def _changes(unit: Unit, shipped: Path | None, cure: str) -> Iterator[Finding]:
    if shipped is not None and _differ(unit.file, shipped):
        yield bad("services", f"{unit.file} is not the one of this version of mien: `{cure}` installs it again.")
    if unit.changed_by:
        yield note("services", f"{unit.name} is changed by {', '.join(map(str, unit.changed_by))}.")


def _sandbox(unit: Unit, exposed: float | None) -> Finding:
    name, most = unit.name, MOST_EXPOSED[unit.name]
    cure = f"remove {' and '.join(map(str, unit.changed_by))}" if unit.changed_by else f"`{_INSTALL}`"
    if exposed is None:
        return note("services", f"systemd does not say how tight the sandbox of {name} is.")
    if exposed > most:
        return bad(
            "services", f"The sandbox of {name} is looser ({exposed:g}) than shipped ({most:g} at most): {cure}."
        )
    return good("services", f"The sandbox of {name} is tight ({exposed:g} of 10, where 0 is the tightest).")


def _differ(installed: Path, shipped: Path) -> bool:
    try:
        return installed.read_bytes() != shipped.read_bytes()
    except OSError:
        return True
