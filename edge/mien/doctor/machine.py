"""What this machine is, and whether mien is made for it."""

from __future__ import annotations

import platform
import re
from contextlib import suppress
from pathlib import Path

from mien import __version__
from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note

_LITTLE_MEGABYTES = 500
_MACHINES = ("x86_64", "aarch64")


def check(_settings: Settings, root: Path = Path("/"), processor: str = platform.machine()) -> Finding:
    """Name board, processor, memory and Python."""
    free, total = memory_megabytes(root)
    python = platform.python_version()
    what = f"mien {__version__}, Python {python}, {processor}{_without_atomics(root, processor)}, {_board(root)}"
    what = f"{what}{total} MB of memory, {free} of them free."
    if processor not in _MACHINES:
        return bad(
            "machine", f"{what} Only 64-bit x86-64 and aarch64 are known to work: install a 64-bit operating system."
        )
    if 0 < free < _LITTLE_MEGABYTES:
        return note("machine", f"{what} That is little: eye and player take about {_LITTLE_MEGABYTES} MB together.")
    return good("machine", what)


def memory_megabytes(root: Path = Path("/")) -> tuple[int, int]:
    """Return the memory that could be had now and all there is; 0 for what is not known."""
    text = _read(root / "proc/meminfo")
    found = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.M))
    return int(found.get("MemAvailable", 0)) // 1000, int(found.get("MemTotal", 0)) // 1000


def _without_atomics(root: Path, processor: str) -> str:
    """MediaPipe does not run on Arm cores older than LSE: a Raspberry Pi 4, a Jetson Nano."""
    features = re.findall(r"^Features\s*:(.*)$", _read(root / "proc/cpuinfo"), re.M)
    return " without LSE" if processor == "aarch64" and features and "atomics" not in features[0].split() else ""


def _board(root: Path) -> str:
    board = _read(root / "proc/device-tree/model").strip("\0\n ")
    return f"{board}, " if board else ""


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
