"""Is there room where mien keeps its own files, and can they be written?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good

_LEAST_MEGABYTES = 100


def check(settings: Settings) -> Iterator[Finding]:
    """Look at the disk of the state folder; the folder itself may be still to be made."""
    folder = settings.paths.state_folder
    there = next((above for above in (folder, *folder.parents) if os.path.isdir(above)), Path("/"))  # noqa: PTH112
    disk = os.statvfs(there)
    if disk.f_flag & os.ST_RDONLY:
        yield bad("space", read_only(folder))
    elif not os.access(there, os.W_OK | os.X_OK):
        yield bad("space", f"The folder {folder} cannot be written by this user: make it yours, or set paths.state.")
    else:
        yield judge(folder, disk.f_bavail * disk.f_frsize // 1_000_000)


def read_only(folder: Path) -> str:
    """Return what to say of a disk that cannot be written."""
    return (
        f"The disk of {folder} is read-only: the music plays, but what it learns is lost with the power; set "
        "paths.state to a folder on a disk that can be written, or look for disk errors with `dmesg`."
    )


def judge(folder: Path, free_megabytes: int) -> Finding:
    """Say whether so much free space is enough."""
    if free_megabytes < _LEAST_MEGABYTES:
        return bad("space", f"The disk of {folder} has only {free_megabytes} MB free: make room, 100 MB at least.")
    return good("space", f"The disk of {folder} has {free_megabytes} MB free.")
