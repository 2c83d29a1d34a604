"""Settings for a service: a file that was torn, or edited wrongly, shall not stop the music."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mien.config import Settings, load, user_file
from mien.errors import SettingsError
from mien.whole_file import write_whole

_NOTHING = Path("/dev/null")  # a settings file that changes nothing


def load_for_service(
    path: Path | None, changes: Mapping[str, Mapping[str, Any]] | None, copy: Path
) -> tuple[Settings, str | None]:
    """Read the settings; where the file cannot be used, take its last good copy, or the defaults.

    A file that can be used is copied, when it is another one than the copy. Without a file there is nothing to copy. An
    empty file is what a power cut leaves of an edit, and counts as torn once there was another one.

    Args:
        path: the settings file; None looks where `config.user_file` says.
        changes: {section: {key: value}} from the command line.
        copy: where the last good settings file is kept.

    Returns:
        The settings, and what is wrong with the file, to be logged and shown; None when it was used.

    Raises:
        SettingsError: the changes cannot be used, or nothing says where the home is.
    """
    path = path or user_file()
    try:
        _refuse_emptied(path, copy)
        settings = load(path, changes)
    except SettingsError as error:
        settings, taken = _without(copy, changes)
        return settings, f"{error} Until then {taken}."
    if path is not None:
        _keep(path, copy)
    return settings, None


def _refuse_emptied(path: Path | None, copy: Path) -> None:
    with suppress(OSError):
        if path is not None and path.stat().st_size == 0 < copy.stat().st_size:
            raise SettingsError(f"The settings file {path} is empty: write it anew, or delete it for the defaults.")


def _without(copy: Path, changes: Mapping[str, Mapping[str, Any]] | None) -> tuple[Settings, str]:
    """Return the settings of the copy, or the defaults, and what people call them."""
    if copy.exists():
        with suppress(SettingsError):
            return load(copy, changes), f"the last good ones are used ({copy})"
    return load(_NOTHING, changes), "the defaults are used"


def _keep(path: Path, copy: Path) -> None:
    """Copy a good file, unless its copy is the same; a disk that cannot be written is told of elsewhere."""
    with suppress(OSError):
        content = path.read_bytes()
        if not copy.exists() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_whole(copy, content)
