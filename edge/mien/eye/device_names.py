"""Finds V4L2 devices by name, and the same camera again after it was given another number.

udev keeps two lasting names of each device, links below /dev/v4l: `by-id` (its maker, kind and serial number) and
`by-path` (the socket it is plugged into). /dev/videoN is whatever number was free.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

DEVICES = Path("/dev")


def video_devices(root: Path = DEVICES) -> list[str]:
    """Return the paths of the V4L2 devices, each once, those with a lasting name first."""
    lasting = sorted(root.glob("v4l/by-id/*-index0"))
    numbered = sorted(root.glob("video[0-9]*"), key=lambda path: (len(path.name), path.name))
    found: dict[str, str] = {}
    for path in map(str, [*lasting, *numbered]):
        if os.path.exists(path):  # noqa: PTH110 - unlike Path's, it never raises
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def lasting_names(device: str, root: Path = DEVICES) -> tuple[str, ...]:
    """Return the links that lead to a device, those by its id before those by its socket."""
    links = [*sorted(root.glob("v4l/by-id/*")), *sorted(root.glob("v4l/by-path/*"))]
    target = os.path.realpath(device)
    return tuple(str(link) for link in links if os.path.realpath(link) == target)


def present_name(device: str, names: Sequence[str]) -> str:
    """Return the device's path while that is there, else the first of its lasting names that leads somewhere."""
    there = (path for path in (device, *names) if os.path.exists(path))  # noqa: PTH110
    return next(there, device)
