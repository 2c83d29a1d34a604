"""The commands below `mien library`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.options import ConfigOption, JsonOption, LibraryOption, read_settings, set_up_log
from mien.errors import LibraryError
from mien.printing import print_track

library_app = typer.Typer(help="The music index.", no_args_is_help=True)


@library_app.command("scan")
def library_scan(config_file: ConfigOption = None, library: LibraryOption = None) -> None:
    """Look for new, changed and removed music."""
    from rich.console import Console
    from rich.progress import Progress

    from mien.app import open_library

    settings = read_settings(config_file, None, library)
    set_up_log("warning")
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with open_library(settings) as index, bar as progress:
        task = progress.add_task("scanning")
        report = index.scan(lambda done, total: progress.update(task, completed=done, total=total))
        count = len(index.tracks())
    print(
        f"{count} tracks: {report.added} added, {report.updated} updated, {report.removed} removed, "
        f"{report.unchanged} unchanged, {len(report.broken)} left out."
    )
    for broken in report.broken:
        print(f"left out: {broken.path}: {broken.reason}")


@library_app.command("list")
def library_list(config_file: ConfigOption = None, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the tracks and where they lie on the valence-arousal plane."""
    from mien.app import open_library

    settings = read_settings(config_file, None, library)
    with open_library(settings) as index:
        index.scan()
        for track in index.tracks():
            print_track(track, index.folder, as_json=as_json)


@library_app.command("show")
def library_show(
    track_path: Annotated[Path, typer.Argument(metavar="TRACK", help="A file of the library.")],
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of a track."""
    from mien.app import open_library
    from mien.report import library_track_json

    settings = read_settings(config_file, None, library)
    with open_library(settings) as index:
        index.scan()
        is_here = os.path.exists(track_path)  # noqa: PTH110  (pathlib raises where one may not look)
        track = index.find(Path(os.path.abspath(track_path)) if is_here else track_path)  # noqa: PTH100  (without ..)
    if track is None:
        raise LibraryError(f"The library {settings.music.library_folder} has no playable track {track_path}.")
    fields = library_track_json(track)
    print(json.dumps(fields) if as_json else "\n".join(f"{name:12} {value}" for name, value in fields.items()))
