"""The command of the first run."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mien.cli.options import ConfigOption, LibraryOption, ProfileOption
from mien.printing import complain

setup_app = typer.Typer()


@setup_app.command()
def setup(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    camera: Annotated[
        str | None, typer.Option("--camera", help="What camera.source shall be, or none: music without a camera.")
    ] = None,
    library: LibraryOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is set, found, or named here.")] = False,
) -> None:
    """Ask for place, camera, sound and music, and write the settings file; it can be run again at any time."""
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter("without a terminal nobody can be asked; --yes asks nothing.", param_hint="--yes")
    from rich.console import Console

    from mien.setup.first_run import FirstRun, Options
    from mien.setup.questions import Questions

    questions = Questions(Console(highlight=False))
    first_run = FirstRun(questions, Options(config_file, profile, camera, library))
    try:
        if not yes and not first_run.ask():
            questions.say("Nothing was written.")
            return
    except (KeyboardInterrupt, EOFError) as error:
        print()
        complain("The setup was ended: nothing was written.")
        raise typer.Exit(1) from error
    first_run.finish()
    if not yes:
        first_run.offer_service()
    questions.say("`mien run` plays, `mien doctor` looks at every part, and `mien setup` asks again.")
