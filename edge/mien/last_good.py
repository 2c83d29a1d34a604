"""Settings for a service: a file that was torn, or edited wrongly, shall not stop the music."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.config import Settings, load, user_file
from mien.errors import SettingsError
from mien.whole_file import write_whole

_NOTHING = Path("/dev/null")  # a settings file that changes nothing


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings, the file that they were read from (None: there is none), and what is wrong with the owner's, if any."""

    settings: Settings
    file: Path | None
    complaint: str | None = None


def load_for_service(path: Path | None, changes: Mapping[str, Any] | None, copies: Sequence[Path]) -> ServiceSettings:
    """Read the settings; where the file cannot be used, take the first copy of it that can, or the defaults.

    A file that can be used is copied, where it is another one than the copy. Without a file there is nothing to copy.
    An empty file is what a power cut leaves of an edit, and counts as torn once there was another one.

    Args:
        path: the settings file; None looks where `config.user_file` says.
        changes: of the command line, in the form that `config.load` takes.
        copies: where the last good settings file is kept, and may be read by others.

    Raises:
        SettingsError: the changes cannot be used, or nothing says where the home is.
    """
    path = path or user_file()
    if path is not None and not path.exists():
        path = _NOTHING  # deleting it is the way back to the defaults
    try:
        _refuse_emptied(path, copies)
        settings = load(path, changes)
    except SettingsError as error:
        return _without(copies, changes, str(error))
    if path not in (None, _NOTHING):
        for copy in copies:
            _keep(path, copy)
    return ServiceSettings(settings, path)


def _refuse_emptied(path: Path | None, copies: Sequence[Path]) -> None:
    for copy in copies if path != _NOTHING else ():
        with suppress(OSError):
            if path is not None and path.stat().st_size == 0 < copy.stat().st_size:
                raise SettingsError(f"The settings file {path} is empty: write it anew, or delete it for the defaults.")


def _without(copies: Sequence[Path], changes: Mapping[str, Any] | None, complaint: str) -> ServiceSettings:
    """Return the settings of the first copy that can be used, or the defaults."""
    for copy in copies:
        if copy.exists():
            with suppress(SettingsError):
                settings = load(copy, changes)
                for other in copies:
                    _keep(copy, other)  # such as that in memory, which the power took
                return ServiceSettings(settings, copy, f"{complaint} Until then the last good ones are used ({copy}).")
    return ServiceSettings(load(_NOTHING, changes), _NOTHING, f"{complaint} Until then the defaults are used.")


def _keep(path: Path, copy: Path) -> None:
    """Copy a good file, unless its copy is the same; a disk that cannot be written is told of elsewhere."""
    with suppress(OSError):
        content = path.read_bytes()
        # The eye's user reads it by its group, where it may read the owner's file: a token may stand there.
        mode = 0o600 | (path.stat().st_mode & 0o040)
        if not copy.exists() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_whole(copy, content, mode=mode)
        elif copy.stat().st_mode & 0o777 != mode:
            copy.chmod(mode)
