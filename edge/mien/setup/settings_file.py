"""Writes a settings file that explains itself: only what differs from the profile, each with its comment."""

from __future__ import annotations

import os
import re
import stat
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

from mien import config
from mien.config import Settings
from mien.errors import SettingsError
from mien.whole_file import write_whole

_HEAD = """\
# mien's settings: only what differs from its profile stands here. `mien setup`
# asks again; `mien config` prints all that are in force, and default.toml,
# which comes with mien, tells what they mean.

"""
_BACKUP_SUFFIX = ".before"
_COLUMNS = 78
# default.toml's own speaks of its folder.
_PROFILE_COMMENT = 'the place: "home", "kiosk" or "drive"; this line stands above all sections'
_OWN_MODE, _GROUPS_MODE, _OTHERS = 0o600, 0o640, 0o007
# `key = value  # comment`, and lines of comment below that are indented.
_SETTING = re.compile(r"^(\w+) = [^#\n]*?(?: +# (.*))?\n((?: +# .*\n)*)", re.M)


def as_text(settings: Settings) -> str:
    """Return the settings file that gives these settings, with the comments of default.toml."""
    return _HEAD + _commented(config.changed(settings))


def as_shown(settings: Settings) -> str:
    """Return the same for a screen, which shows no password, token or stream's address."""
    values = config.without_secrets(config.changed(settings))
    if "source" in values.get("camera", {}):
        values["camera"]["source"] = settings.camera.shown_source
    return _commented(values) or "# nothing differs from the defaults\n"


def is_private(settings: Settings) -> bool:
    """Say whether something stands in it that is nobody else's business."""
    values = config.changed(settings)
    return values != config.without_secrets(values) or settings.camera.source != settings.camera.shown_source


def write(path: Path, settings: Settings, group: int | None = None) -> Path | None:
    """Write the file whole or not at all, and keep the one before.

    Args:
        path: the file; its folder is made.
        settings: what it shall say.
        group: who else reads a file that holds a password, as a service's processes do; None: nobody.

    Returns:
        where the file before is kept; None where there was none.

    Raises:
        SettingsError: it cannot be written; what was there stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path = Path(os.path.realpath(path))  # a link stays one
        before = path.stat() if path.exists() else None
        backup = None if before is None else _keep(path)
        usual_mode = None if before is None else stat.S_IMODE(before.st_mode)
        write_whole(path, as_text(settings).encode(), mode=_mode(settings, usual_mode, group))
        _give_to(path, before, group)
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be written: {error.strerror}. Name another one with --config."
        ) from error
    return backup


def _give_to(path: Path, before: os.stat_result | None, group: int | None) -> None:
    """Give the file to whom the one before belonged to, and to the group."""
    with suppress(PermissionError):  # who may not give it away has written a file of their own
        if before is not None:
            os.chown(path, before.st_uid, before.st_gid)
        if group is not None:
            os.chown(path, -1, group)


def _mode(settings: Settings, usual: int | None, group: int | None) -> int | None:
    if not is_private(settings) or (usual is not None and not usual & _OTHERS):
        return usual
    return _OWN_MODE if group is None else _GROUPS_MODE


def _keep(path: Path) -> Path:
    backup = path.with_name(f"{path.name}{_BACKUP_SUFFIX}")
    write_whole(backup, path.read_bytes(), mode=_OWN_MODE)
    return backup


def _commented(values: Mapping[str, Any]) -> str:
    known = comments()
    lines: list[str] = []
    section = ""
    for line in config.to_toml(values).splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        lines += textwrap.wrap(
            known.get((section, line.partition(" = ")[0]), ""),
            _COLUMNS,
            initial_indent="# ",
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def comments() -> dict[tuple[str, str], str]:
    """Return {(section, key): comment} of default.toml; above all sections the section is ""."""
    text = resources.files("mien").joinpath("default.toml").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^(?=\[)", text, flags=re.M):
        section = part[1 : part.index("]")] if part.startswith("[") else ""
        for key, first, more in _SETTING.findall(part):
            lines = [line.strip().removeprefix("# ") for line in more.splitlines()]
            found[section, key] = " ".join([first, *lines]) if first else ""
    return {**found, ("", "profile"): _PROFILE_COMMENT}
