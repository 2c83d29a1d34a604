"""The commands: the only place that prints, and that turns a MienError into a sentence and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from mien import __version__, config
from mien.cli.baseline import baseline_app
from mien.cli.care import care_app
from mien.cli.confinement import confine_eye
from mien.cli.demo import demo_app
from mien.cli.ends import on_end
from mien.cli.library import library_app
from mien.cli.options import (
    GOOD_NAME,
    ConfigOption,
    JsonOption,
    LibraryOption,
    LogOption,
    ProfileOption,
    SourceOption,
    check_traceable,
    is_service,
    read_service_settings,
    read_settings,
    set_up_log,
)
from mien.cli.recording import TRACE_MEGABYTES, TraceLimitOption, TraceOption, recording
from mien.cli.replay import replay_app
from mien.cli.setup import setup_app
from mien.cli.top import shown_live, top_app
from mien.config import Settings
from mien.errors import LibraryError, LinkError, MienError, PictureError, SettingsError
from mien.printing import (
    complain,
    print_change,
    print_observation,
    print_recommendation,
    track_lines,
    whole_output,
)
from mien.types import MoodChange, Observation

_END_SECONDS = 10.0  # a read that hangs in a driver may hold up the end of the eye

app = typer.Typer(
    help="mien plays the music that fits the look on a face. Everything stays on this device.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(library_app, name="library")
app.add_typer(baseline_app, name="baseline")
app.add_typer(care_app)
app.add_typer(setup_app)
app.add_typer(top_app)
app.add_typer(replay_app)
app.add_typer(demo_app)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(f"mien {__version__}")
        raise typer.Exit


@app.command()
def run(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    source: SourceOption = None,
    library: LibraryOption = None,
    audio_file: Annotated[
        Path | None, typer.Option("--audio-file", help="Write the sound into this WAV instead of playing it.")
    ] = None,
    no_web: Annotated[bool, typer.Option("--no-web", help="Serve no page.")] = False,
    no_eye: Annotated[bool, typer.Option("--no-eye", help="Start no eye: it is a service of its own.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no live view, only the log.")] = False,
    trace: TraceOption = None,
    trace_megabytes: TraceLimitOption = TRACE_MEGABYTES,
    log_level: LogOption = "info",
) -> None:
    """Watch, decide and play: the appliance. A clip as source ends it when it ends."""
    from mien.app.music import children, running_player

    changes = {"web": {"enabled": False}} if no_web else {}
    read = read_service_settings(config_file, source, library, changes, profile=profile)
    trace = _possible(trace, read.settings)
    set_up_log(log_level)
    # The player logs what the eye tells it; unless someone debugs, the eye says nothing a second time.
    eye_level = log_level if log_level == "debug" else "error"
    beside = children(read.settings, read.file, eye_level, with_eye=not no_eye)
    with (
        recording(trace, read.settings, trace_megabytes) as recorder,
        running_player(
            read.settings, audio_file, beside, is_service=is_service(), complaint=read.complaint, recorder=recorder
        ) as running,
        nullcontext() if quiet or is_service() else shown_live(running),
    ):
        on_end(running.player.stop)
        running.player.run()


@app.command()
def eye(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
    socket: Annotated[Path | None, typer.Option("--socket", help="The player's socket.")] = None,
    child: Annotated[
        int | None, typer.Option("--child", metavar="PROCESS", help="End when the player with this id goes away.")
    ] = None,
    repeats: Annotated[bool, typer.Option("--repeat", help="Begin a clip or a folder anew whenever it ends.")] = False,
    log_level: LogOption = "info",
) -> None:
    """Watch and tell what is seen: the eye alone."""
    from mien.app.eye import running_eye
    from mien.child_process import end_with_parent, end_within
    from mien.service_manager import ServiceManager

    if child is not None:
        end_with_parent(child)
    copies = None if socket is None else [socket.with_name(GOOD_NAME)]
    read = read_service_settings(config_file, source, copies=copies, profile=profile)
    settings = read.settings
    set_up_log(log_level)
    if read.complaint is not None:
        complain(read.complaint)
    if not settings.eye.enabled:
        _rest()
        return
    confine_eye(settings)
    lost = threading.Event()

    def tell(message: object) -> None:
        if (socket is None or as_json) and isinstance(message, Observation):
            print_observation(message, as_json=as_json)

    def on_lost() -> None:
        if child is not None:
            lost.set()
            os.kill(os.getpid(), signal.SIGTERM)

    manager = ServiceManager(os.environ if child is None else {})  # a child is not the service's own process
    with running_eye(settings, tell, socket, on_lost, manager, repeats=repeats) as watching:
        on_end(watching.stop)
        try:
            watching.run()
        finally:
            end_within(_END_SECONDS)
    if lost.is_set():  # not a good end: a player that is still there starts its eye again
        raise LinkError("The player went away, so its eye ends.")


@app.command()
def watch(
    source: Annotated[str, typer.Argument(metavar="SRC", help="A clip, a folder of pictures, a camera or a stream.")],
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
    frames_per_second: Annotated[float | None, typer.Option("--fps", min=0.1, help="Judge at most so many.")] = None,
    trace: TraceOption = None,
    trace_megabytes: TraceLimitOption = TRACE_MEGABYTES,
) -> None:
    """Show what is seen and decided, without music; a clip goes as fast as it can be judged."""
    from mien.app.eye import watch as watching

    settings = read_settings(config_file, source, profile=profile)
    set_up_log("warning")
    ended = threading.Event()
    on_end(ended.set)
    with recording(trace, settings, trace_megabytes) as recorder:  # opened before all writing is given up
        confine_eye(settings)
        for event in watching(settings, frames_per_second, recorder):
            if ended.is_set():
                break
            if isinstance(event, MoodChange):
                print_change(event, as_json=as_json)
            else:
                print_observation(event, as_json=as_json)


@app.command()
def recommend(
    photo: Annotated[Path, typer.Argument(help="A picture file.")],
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    annotated: Annotated[Path | None, typer.Option("--annotate", help="Draw the answer into this picture.")] = None,
    count: Annotated[int, typer.Option("--count", min=0, max=100, help="How many tracks.")] = 5,
) -> None:
    """Show the expressions in a photo, and tracks that fit with the reasons."""
    from mien.app.eye import judge_photo
    from mien.app.music import rank_tracks
    from mien.eye.annotate import annotate
    from mien.eye.photo import decode_photo

    settings = read_settings(config_file, None, library, profile=profile)
    set_up_log("warning")
    confine_eye(settings, writes=True)  # the index is brought up to date
    try:
        frame = decode_photo(photo.read_bytes(), str(photo))
    except OSError as error:
        raise PictureError(f"The photo {photo} cannot be read: {error.strerror}.") from error
    judgement, mood = judge_photo(settings, frame)
    try:
        choices = rank_tracks(settings, mood, count)
    except LibraryError as error:
        if library is not None:
            raise
        choices = ()
        complain(f"{error} No tracks are recommended.")
    print_recommendation(judgement, mood, choices, as_json=as_json)
    if annotated is not None:
        annotate(frame, judgement, track_lines(choices), annotated)
        if not as_json:
            print(f"All this is drawn into {annotated}.")


@app.command("config")
def show_config(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what differs from the profile's values.")] = False,
) -> None:
    """Print the settings in force, as TOML."""
    settings = read_settings(config_file, None, profile=profile)
    shown = config.changed(settings) if changed else settings.model_dump()
    print(config.to_toml(config.without_secrets(shown)), end="")


def main() -> None:
    """Run the command line."""
    # OpenCV and its FFmpeg print into standard error by themselves; what matters comes as a MienError.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    try:
        with whole_output():
            app()
    except MienError as error:
        complain(str(error))
        sys.exit(1)


def _possible(trace: Path | None, settings: Settings) -> Path | None:
    """Refuse to record where nothing is seen; a service plays on without."""
    try:
        if trace is not None:
            check_traceable(settings)
    except SettingsError as error:
        if not is_service():
            raise
        complain(str(error))
        return None
    return trace


def _rest() -> None:
    """Be an eye that is turned off: for a person an error, for a service manager no reason to start it again."""
    from mien.service_manager import ServiceManager

    if not is_service():
        raise SettingsError("The eye is turned off: it sees again with eye.enabled = true in your settings.")
    ended = threading.Event()
    on_end(ended.set)
    ServiceManager(os.environ).rest(ended)
