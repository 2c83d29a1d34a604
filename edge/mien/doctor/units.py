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
    find: Callable[[str], Unit | None] = installed_unit,
    expose: Callable[[str], float | None] = exposure,
    shipped: Path | None = None,
) -> Iterator[Finding]:
    """Judge both services.

    Args:
        find: asks systemd for a unit.
        expose: asks systemd how much a unit could harm.
        shipped: the folder of the units that this version ships; None looks for it.
    """
    units = [(name, find(name)) for name in (PLAYER, EYE)]
    if not any(unit for _, unit in units):
        yield note("services", "mien is no service here: `sudo ./requirements.sh --service` makes it start at boot.")
        return
    for name, unit in units:
        if unit is None:
            yield bad("services", f"{name} is not installed, but the other one is: `sudo ./requirements.sh --service`.")
        else:
            yield _state(unit)
            yield from _sandbox(unit, expose(name), shipped or shipped_units())


def shipped_units() -> Path | None:
    """Return the folder of the units that this version ships: in the package, or beside it in a checkout."""
    package = Path(str(resources.files("mien")))
    return next((folder for folder in (package / "systemd", package.parents[1] / "systemd") if folder.is_dir()), None)


def _state(unit: Unit) -> Finding:
    journal = f"`journalctl -b -u {unit.name}` says why"
    if unit.active != "active":
        return bad(
            "services", f"{unit.name} does not run ({unit.active}): {journal}; `sudo systemctl start {unit.name}`."
        )
    if not unit.enabled:
        return bad("services", f"{unit.name} runs, but not after the next boot: `sudo systemctl enable {unit.name}`.")
    if unit.restarts:
        return note("services", f"{unit.name} runs, and was started again {unit.restarts} times: {journal}.")
    return good("services", f"{unit.name} runs and starts at boot.")


def _sandbox(unit: Unit, exposed: float | None, shipped: Path | None) -> Iterator[Finding]:
    cure = "`sudo ./requirements.sh --service` installs it again"
    if shipped is not None and _differ(unit.file, shipped / unit.name):
        yield bad("services", f"{unit.file} is not the one of this version of mien: {cure}.")
    if unit.changed_by:
        yield note("services", f"{unit.name} is changed by {', '.join(map(str, unit.changed_by))}.")
    most = MOST_EXPOSED[unit.name]
    if exposed is None:
        yield note("services", f"systemd does not say how tight the sandbox of {unit.name} is.")
    elif exposed > most:
        yield bad(
            "services", f"The sandbox of {unit.name} is looser ({exposed:g}) than shipped ({most:g} at most): {cure}."
        )
    else:
        yield good("services", f"The sandbox of {unit.name} is tight ({exposed:g} of 10, where 0 is the tightest).")


def _differ(installed: Path, shipped: Path) -> bool:
    try:
        return installed.read_bytes() != shipped.read_bytes()
    except OSError:
        return True
