"""What `./requirements.sh` takes on a new Debian: megabytes to download and on disk, and seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.new_machine import NewMachine, debian

SHOWN_PARTS = 10
ALL_ON_DISK, TIME = "all of it, on disk", "time to install"
"""What is told of the peers, too."""

_INSTALLER = "requirements.sh"
_OURS = Path(__file__).parents[2]
_SITE_PACKAGES = "lib/python3*/site-packages"


def measure(bench: Bench) -> Iterator[Measurement]:
    """Install each mien once on a machine of its own: it takes minutes, and sizes do not change from turn to turn.

    Raises:
        BenchmarkError: there is no machine to be had, or mien did not install.
    """
    base = debian(bench.work / "install", bench.told)
    found = {}
    for subject, checkout in checkouts(bench).items():
        bench.told(f"installing {subject} on a new machine")
        with NewMachine(base, checkout) as machine:
            found[subject] = _installed(machine)
    shown = largest_parts([rows for rows, _ in found.values()])
    for subject, (parts, rows) in found.items():
        for what, value in rows.items():
            yield Measurement("install", subject, what, "s" if what == TIME else "MB", (value,))
        for name in shown:
            yield Measurement("install", subject, f"on disk: {name}", "MB", (parts.get(name, 0.0),))


def checkouts(bench: Bench) -> dict[str, Path]:
    """Return the checkouts by subject: this one, and the one that `before`'s virtual environment lies in.

    Raises:
        BenchmarkError: no installer lies beside the virtual environment.
    """
    found = {"mien": _OURS}
    if bench.before is not None:
        found = {"mien before": bench.before.absolute().parents[2], **found}
    for checkout in found.values():
        if not (checkout / _INSTALLER).is_file():
            raise BenchmarkError(
                f"{checkout} has no {_INSTALLER}: name the Python in the .venv of a checkout for --before."
            )
    return found


def largest_parts(installed: list[Mapping[str, float]]) -> list[str]:
    """Return the names of the parts that are the largest on any machine, the largest first."""
    most: dict[str, float] = {}
    for parts in installed:
        for name, size in parts.items():
            most[name] = max(size, most.get(name, 0.0))
    return sorted(most, key=lambda name: (-most[name], name))[:SHOWN_PARTS]


def disk_megabytes(site_packages: Path) -> dict[str, float]:
    """Return what each distribution takes on disk, by what its own list of files (RECORD) names."""
    found = {}
    for record in sorted(site_packages.glob("*.dist-info/RECORD")):
        listed = (line.rsplit(",", 2)[0].strip('"') for line in record.read_text(encoding="utf-8").splitlines())
        files = (site_packages / name for name in listed)
        found[record.parent.name.split("-")[0]] = sum(_on_disk(file) for file in files if file.is_file()) / 1e6
    return found


def _installed(machine: NewMachine) -> tuple[dict[str, float], dict[str, float]]:
    """Install mien; return the megabytes on disk of each part, and the table's rows."""
    packages_before = machine.packages()
    begin = time.monotonic()
    machine.run(f"./{_INSTALLER}")
    seconds = time.monotonic() - begin
    added = {name: size for name, size in machine.packages().items() if name not in packages_before}
    apt_disk = {f"{name} (apt)": size / 1e6 for name, size in added.items()}
    apt_download = sum(machine.package_downloads(added)) / 1e6
    wheels_download = sum(machine.wheel_downloads()) / 1e6
    environment = machine.checkout / ".venv"
    wheels_disk = sum(_on_disk(path) for path in environment.rglob("*")) / 1e6
    mien_disk = sum(_on_disk(path) for path in machine.checkout.rglob("*")) / 1e6 - wheels_disk
    (site_packages,) = environment.glob(_SITE_PACKAGES)
    return disk_megabytes(site_packages) | apt_disk, {
        "wheels, to download": wheels_download,
        "apt packages, to download": apt_download,
        "both, to download": wheels_download + apt_download,
        "mien itself, on disk": mien_disk,
        "wheels, on disk": wheels_disk,
        "apt packages, on disk": sum(apt_disk.values()),
        ALL_ON_DISK: mien_disk + wheels_disk + sum(apt_disk.values()),
        "apt's packed packages, kept on disk": machine.kept_packages() / 1e6,
        TIME: seconds,
    }


def _on_disk(path: Path) -> int:
    """Return a file's bytes on disk, in whole blocks."""
    return path.lstat().st_blocks * 512
