"""What a music file must be before anything reads it."""

from __future__ import annotations

from pathlib import Path

from mien.errors import UnreadableError


def check_file(path: Path) -> None:
    """Look whether there is a file with something in it.

    Raises:
        UnreadableError: it is missing, empty or no file; the message is the reason, to stand after the file's name.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = "the link leads nowhere" if path.is_symlink() else f"it cannot be read: {error.strerror}"
        raise UnreadableError(reason) from error
    if not path.is_file():
        raise UnreadableError("it is a folder" if path.is_dir() else "it is not a file")
    if size == 0:
        raise UnreadableError("it is empty")
