"""The commands that look after mien and the people around it: doctor and privacy."""

from __future__ import annotations

from typing import Annotated

import typer

from mien import config
from mien.cli.options import ConfigOption, JsonOption
from mien.printing import print_finding

care_app = typer.Typer()


@care_app.command()
def doctor(
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
    silent: Annotated[
        bool, typer.Option("--silent", help="Try the sound output with silence, not with a tone.")
    ] = False,
) -> None:
    """Check every part of mien on this machine, and say what to do about what is wrong.

    With sudo, where mien is a service, it looks at the parts as the users of the services, with their settings.
    """
    from mien.doctor import examine, service_settings_file
    from mien.doctor.finding import State

    settings = config.load(config_file or service_settings_file())
    problems = 0
    for finding in examine(settings, silent=silent):
        problems += finding.state is State.BAD
        print_finding(finding, as_json=as_json)
    raise typer.Exit(1 if problems else 0)
