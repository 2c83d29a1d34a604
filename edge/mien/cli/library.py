"""The commands below `mien library`."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.library_text import checked, described, explained, remembered
from mien.cli.options import (
    ConfigOption,
    JsonOption,
    LibraryOption,
    LogOption,
    ProfileOption,
    read_service_settings,
    read_settings,
    set_up_log,
)
from mien.config import Settings
from mien.errors import LibraryError
from mien.printing import print_track
from mien.types import EMOTIONS, Emotion, Mood, Track

if TYPE_CHECKING:
    from mien.music.index.library import Library

library_app = typer.Typer(
    help="Your music: what is there, how it sounds, and what is chosen of it.", no_args_is_help=True
)

TrackArgument = Annotated[Path, typer.Argument(metavar="TRACK", help="A file of the library.")]
CountOption = Annotated[int, typer.Option("--count", min=1, max=10_000, help="How many tracks a mood.")]


@library_app.command("scan")
def scan(
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    hear: Annotated[bool, typer.Option(help="Listen to what is new, to place it by its sound.")] = True,
) -> None:
    """Look for new, changed and removed music, and listen to it; Ctrl-C ends it, and it goes on the next time."""
    settings = read_settings(config_file, None, library)
    set_up_log("warning")
    with _open(settings) as index:
        with _progress("scanning") as progress:
            report = index.scan(progress)
        print(
            f"{len(index.tracks())} tracks: {report.added} added, {report.updated} updated, {report.removed} removed, "
            f"{report.unchanged} unchanged, {len(report.broken)} left out."
        )
        for broken in report.broken:
            print(f"left out: {broken.path}: {broken.reason}")
        if hear:
            _listen(index)


def _listen(index: Library) -> None:
    from mien.app.parts import build_ear
    from mien.music.index.listening import listen

    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stop.set())
    try:
        with _progress("listening") as progress:
            report = listen(index, build_ear(), progress, stop.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
    waiting = f", {report.waiting} still to hear: scan again to go on" if report.waiting else ""
    print(f"{report.heard} heard, {len(report.failed)} that could not be{waiting}.")
    for broken in report.failed:
        print(f"left out: {broken.path}: {broken.reason}")


@library_app.command("list")
def list_tracks(config_file: ConfigOption = None, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the tracks and where they lie on the valence-arousal plane."""
    with _scanned(read_settings(config_file, None, library)) as index:
        for track in index.tracks():
            print_track(track, index.folder, as_json=as_json)


@library_app.command("show")
def show(
    track_path: Annotated[Path | None, typer.Argument(metavar="[TRACK]", help="A file of the library.")] = None,
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw the plane into this .png or .svg.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the tracks on the valence-arousal plane, or all that is known of one track."""
    from mien.music.index.plane import terminal_plane, write_plane
    from mien.report import library_track_json

    with _scanned(read_settings(config_file, None, library)) as index:
        if track_path is not None:
            fields = library_track_json(_find(index, track_path))
            print(json.dumps(fields) if as_json else "\n".join(f"{name:12} {value}" for name, value in fields.items()))
        elif picture is not None:
            write_plane(index.tracks(), picture)
        else:
            print("\n".join(terminal_plane(index.tracks())))


@library_app.command("explain")
def explain(
    track_path: TrackArgument,
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    library: LibraryOption = None,
    emotion: Annotated[Emotion | None, typer.Option("--mood", help="Only for this mood.")] = None,
) -> None:
    """Say for each mood why a track would be chosen, or not."""
    from mien.app.parts import build_chooser, open_memory

    settings = read_settings(config_file, None, library, profile=profile)
    with _scanned(settings) as index, open_memory(settings) as memory:
        track, chooser = _find(index, track_path), build_chooser(settings)
        for line in described(track):
            print(line)
        for mood in _moods((emotion,) if emotion else EMOTIONS):
            circumstances = memory.taste.circumstances(mood)
            found = chooser.explain(mood, track, index.tracks(), (), circumstances)
            for line in explained(mood.name, found):
                print(line)


@library_app.command("tag")
def tag(
    track_paths: Annotated[list[Path] | None, typer.Argument(metavar="[TRACK]...", help="Only these files.")] = None,
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    write: Annotated[bool, typer.Option("--write", help="Write them into the files.")] = False,
) -> None:
    """Show the mood tags that the tracks heard would get; --write puts them into the files."""
    from mien.app.parts import open_memory
    from mien.music.index import tag_writing

    settings = read_settings(config_file, None, library)
    with _scanned(settings) as index, open_memory(settings) as memory:
        chosen = [_find(index, path) for path in track_paths] if track_paths else index.tracks()
        for track in chosen:
            if track.affect_source in ("audio", "title"):
                fields = " ".join(f"{name}={value}" for name, value in tag_writing.fields_of(track).items())
                print(f"{'written' if write else 'would write'}: {track.path.relative_to(index.folder)}: {fields}")
                if write:
                    tag_writing.tag(track, index, memory)
        index.scan()


@library_app.command("export")
def export(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    library: LibraryOption = None,
    playlists: Annotated[Path | None, typer.Option(help="Write a .m3u8 for each mood into this folder.")] = None,
    heard: Annotated[
        Path | None, typer.Option(help="Write what was heard into this file, for another machine.")
    ] = None,
    count: CountOption = 25,
) -> None:
    """Write playlists for other players, or what was heard for another machine with the same music."""
    from mien.app.parts import build_chooser, open_memory
    from mien.music.index.carry import export_index
    from mien.music.index.playlists import write_playlists

    if playlists is None and heard is None:
        raise typer.BadParameter("say what to write: --playlists FOLDER or --heard FILE", param_hint="export")
    settings = read_settings(config_file, None, library, profile=profile)
    with _scanned(settings) as index, open_memory(settings) as memory:
        if playlists is not None:
            chooser = build_chooser(settings)
            choices = {
                mood.name: chooser.rank(mood, index.tracks(), (), count, memory.taste.circumstances(mood))
                for mood in _moods(EMOTIONS)
            }
            for path in write_playlists(playlists, choices):
                print(path)
        if heard is not None:
            print(f"{export_index(index, heard)} heard tracks were written to {heard}.")


@library_app.command("import")
def import_heard(
    file: Annotated[Path, typer.Argument(help="A file that `mien library export --heard` wrote.")],
    config_file: ConfigOption = None,
    library: LibraryOption = None,
) -> None:
    """Take over what another machine heard in the same music."""
    from mien.music.index.carry import import_index

    with _scanned(read_settings(config_file, None, library)) as index:
        report = import_index(index, file)
    print(
        f"{report.taken} tracks taken over, {report.known} were heard here already, {report.kept} are kept for files "
        "that are not here yet."
    )


@library_app.command("feedback")
def feedback(
    track_path: Annotated[Path | None, typer.Argument(metavar="[TRACK]", help="Erase only this one's.")] = None,
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    erase: Annotated[bool, typer.Option("--erase", help="Forget what was played and said.")] = False,
) -> None:
    """Show what hands said of the tracks: skips, likes, bans, wrong moods; or forget it."""
    from mien.app.parts import open_memory
    from mien.music.choosing.feedback import event_json

    settings = read_settings(config_file, None, library)
    with open_memory(settings) as memory:
        if erase:
            track = None
            if track_path is not None:
                with _scanned(settings) as index:
                    track = _find(index, track_path)
            print(f"{memory.erase(track)} events were forgotten.")
            return
        for event in memory.events(by_hand=True):
            print(json.dumps(event_json(event)) if as_json else remembered(event))


@library_app.command("check")
def check(config_file: ConfigOption = None, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say what is broken, missing, doubled, or no music."""
    from mien.music.index.check import check_library
    from mien.report import library_check_json

    with _scanned(read_settings(config_file, None, library)) as index:
        report = check_library(index)
        folder = index.folder
    print(json.dumps(library_check_json(report)) if as_json else "\n".join(checked(report, folder)))
    raise typer.Exit(0 if report.is_clean else 1)


@library_app.command("attend", hidden=True)
def attend(
    config_file: ConfigOption = None,
    library: LibraryOption = None,
    state: Annotated[Path | None, typer.Option("--state", help="The folder of the index.")] = None,
    hear: bool = True,
    child: Annotated[int | None, typer.Option("--child", help="End when the player with this id goes away.")] = None,
    log_level: LogOption = "warning",
) -> None:
    """Keep the index up to date while the player that started this runs."""
    from mien.app.music import attend_library
    from mien.child_process import end_with_parent

    if child is not None:  # one that goes before this line would never be missed
        end_with_parent(child)
    changes: dict[str, dict[str, Any]] = {"music": {"hear": hear}, "paths": {"state": str(state)} if state else {}}
    read = read_service_settings(config_file, None, library, changes)
    set_up_log(log_level)
    attend_library(read.settings)


@contextmanager
def _open(settings: Settings) -> Iterator[Library]:
    from mien.app.parts import open_library

    with open_library(settings) as index:
        yield index


@contextmanager
def _scanned(settings: Settings) -> Iterator[Library]:
    with _open(settings) as index:
        index.scan()
        yield index


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is and how long it will take, where there is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _find(index: Library, path: Path) -> Track:
    is_here = os.path.exists(path)  # noqa: PTH110  (pathlib raises where one may not look)
    track = index.find(Path(os.path.abspath(path)) if is_here else path)  # noqa: PTH100  (without ..)
    if track is None:
        raise LibraryError(f"The library {index.folder} has no playable track {path}.")
    return track


def _moods(emotions: tuple[Emotion, ...]) -> Iterator[Mood]:
    """Yield the moods as a sure face would decide them."""
    from mien.mood.affect import mood_of_emotion

    yield from map(mood_of_emotion, emotions)
