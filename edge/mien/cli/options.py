"""The options that several commands share, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mien import config, log
from mien.config import Settings

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The settings file.", show_default=False)]
SourceOption = Annotated[
    str | None,
    typer.Option(
        "--source",
        envvar="MIEN_SOURCE",  # where no other user of the machine reads a stream's password
        help="A camera device, 'picamera', a clip, a folder of pictures or a stream's address.",
    ),
]
LibraryOption = Annotated[Path | None, typer.Option("--library", help="The folder with your music.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
LogOption = Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")]


def read_settings(
    file: Path | None,
    source: str | None,
    library: Path | None = None,
    changes: dict[str, dict[str, Any]] | None = None,
) -> Settings:
    """Read the settings in force, changed by what the command line says.

    Raises:
        SettingsError: they cannot be used.
    """
    layers: dict[str, dict[str, Any]] = dict(changes or {})
    if source is not None:
        layers["camera"] = {"source": source}
    if library is not None:
        layers["music"] = {"library": str(library)}
    return config.load(file, layers)


def set_up_log(level: str) -> None:
    """Log to standard error from a level on."""
    if level not in log.LEVELS:
        raise typer.BadParameter(f"'{level}' is not one of {', '.join(log.LEVELS)}.", param_hint="--log-level")
    log.set_up(level)
