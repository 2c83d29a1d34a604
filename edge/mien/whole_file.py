"""Files that are there whole or not at all, whenever the power goes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

UNFINISHED_SUFFIX = ".unfinished"
"""Of the second name: such a file is left where the power went before the first one was whole."""


def write_whole(path: Path, content: bytes, *, lasting: bool = True, mode: int | None = None) -> None:
    """Write a file through a second name beside it.

    Args:
        path: the file.
        content: what it shall hold.
        lasting: wait until the disk has it; a file in memory needs no waiting.
        mode: who may read it, before anything stands in it; None leaves that to the process's umask.

    Raises:
        OSError: it cannot be written; what was there before stays.
    """
    unfinished = path.with_name(f"{path.name}{UNFINISHED_SUFFIX}")
    try:
        with unfinished.open("wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
