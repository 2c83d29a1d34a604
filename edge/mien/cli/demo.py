"""`mien demo`: music composed here, and a clip as the camera."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli.ends import on_end
from mien.cli.options import SourceOption, read_settings, set_up_log
from mien.cli.top import shown_live
from mien.sections.paths import user_folder

demo_app = typer.Typer()


@demo_app.command()
def demo(
    source: SourceOption = None,
    audio_file: Annotated[
        Path | None, typer.Option("--audio-file", help="Write the sound into this WAV instead of playing it.")
    ] = None,
    no_web: Annotated[bool, typer.Option("--no-web", help="Serve no page.")] = False,
) -> None:
    """Try it: music composed here, and a clip of a woman who is sad, then happy (or your own camera).

    In a terminal the clip begins anew until you end it; elsewhere, and with --audio-file, the demo ends with it.
    """
    from rich.console import Console
    from rich.markup import escape

    from mien.app.music import children, running_player
    from mien.demo.clip import fetch_clip
    from mien.demo.composer import compose_library
    from mien.demo.diary import Diary, summary
    from mien.eye.camera import is_file

    console = Console()
    set_up_log("warning")
    home = user_folder("XDG_CACHE_HOME", ".cache") / "mien" / "demo"
    console.print("mien looks at a face and plays what fits it. The music is being composed ...")
    compose_library(home / "music")
    clip = source or str(fetch_clip(home))
    own: dict[str, dict[str, Any]] = {
        "paths": {"state": str(home / "state"), "run": str(home / "run")},
        "web": {"enabled": not no_web},
    }
    settings = read_settings(None, clip, home / "music", own)
    repeats = console.is_terminal and audio_file is None
    shown = f"[bold]{escape(settings.camera.shown_source)}[/]"
    console.print(f"It watches {shown}{_end_words(has_end=is_file(settings.camera.source), repeats=repeats)}")
    with ExitStack() as stack:
        beside = children(settings, None, "error", with_eye=True, repeats=repeats)
        running = stack.enter_context(running_player(settings, audio_file, beside, any_port=True, resumes=False))
        if running.address:
            console.print(f"The same in a browser: {running.address}")
        diary = Diary(console)
        stack.enter_context(shown_live(running, console, diary.take))
        on_end(running.player.stop)
        running.player.run()
    console.print(summary(diary.happenings))


def _end_words(*, has_end: bool, repeats: bool) -> str:
    if not has_end:
        return "; Ctrl-C ends it."
    return ", again and again; Ctrl-C ends it." if repeats else " and ends with it; Ctrl-C ends it before."
