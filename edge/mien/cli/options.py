"""The options that several commands share, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mien import config, log
from mien.config import Settings
from mien.errors import SettingsError
from mien.last_good import ServiceSettings, load_for_service
from mien.sections.paths import user_folder

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The settings file.", show_default=False)]
SourceOption = Annotated[
    str | None,
    typer.Option(
        "--source",
        envvar="MIEN_SOURCE",  # where no other user of the machine reads a stream's password
        help="A camera device, 'picamera', a clip, a folder of pictures or a stream's address.",
    ),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="Settings for a place: home, kiosk or drive.", show_default=False)
]
LibraryOption = Annotated[Path | None, typer.Option("--library", help="The folder with your music.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
GOOD_NAME = "mien.toml.good"
LogOption = Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")]


def is_service() -> bool:
    """Say whether a service manager waits for this program, or for the one that started it."""
    return "NOTIFY_SOCKET" in os.environ


def read_settings(
    file: Path | None,
    source: str | None,
    library: Path | None = None,
    changes: dict[str, Any] | None = None,
    profile: str | None = None,
) -> Settings:
    """Read the settings in force, changed by what the command line says.

    Raises:
        SettingsError: they cannot be used.
    """
    return config.load(file, _layers(source, library, changes, profile))


def read_service_settings(
    file: Path | None,
    source: str | None,
    library: Path | None = None,
    changes: dict[str, Any] | None = None,
    copies: Sequence[Path] | None = None,
    profile: str | None = None,
) -> ServiceSettings:
    """Read the settings as `read_settings` does; a service goes on with the last good ones where they cannot be used.

    Args:
        file: the settings file.
        source: of the command line, as the three that follow.
        library: the music folder.
        changes: {section: {key: value}}.
        copies: where a service keeps its last good settings; None: in its state folder and its run folder.
        profile: of the command line.

    Raises:
        SettingsError: they cannot be used, and this is no service.
    """
    layers = _layers(source, library, changes, profile)
    if not is_service():
        return ServiceSettings(config.load(file, layers), file)
    if copies is None:
        # A session's service has no folders of systemd's making.
        state = os.environ.get("STATE_DIRECTORY") or user_folder("XDG_STATE_HOME", ".local/state") / "mien"
        folders = [state, *filter(None, [os.environ.get("RUNTIME_DIRECTORY")])]
        copies = [Path(folder) / GOOD_NAME for folder in folders]
    return load_for_service(file, layers, copies)


def _layers(
    source: str | None, library: Path | None, changes: dict[str, Any] | None, profile: str | None
) -> dict[str, Any]:
    layers: dict[str, Any] = dict(changes or {})
    if source is not None:
        layers["camera"] = {"source": source}
    if library is not None:
        layers["music"] = {"library": str(library)}
    if profile is not None:
        layers["profile"] = profile
    return layers


def check_traceable(settings: Settings) -> None:
    """Refuse a trace where nothing is seen.

    Raises:
        SettingsError: the eye is turned off.
    """
    if not settings.eye.enabled:
        raise SettingsError("A trace would be empty, since the eye is turned off: leave it, or set eye.enabled = true.")


def set_up_log(level: str) -> None:
    """Log to standard error from a level on."""
    if level not in log.LEVELS:
        raise typer.BadParameter(f"'{level}' is not one of {', '.join(log.LEVELS)}.", param_hint="--log-level")
    log.set_up(level)
