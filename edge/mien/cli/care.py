"""The commands that look after mien and the people around it: doctor and privacy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien import privacy
from mien.cli.options import ConfigOption, JsonOption, ProfileOption, check_traceable, read_settings
from mien.errors import OutputError
from mien.printing import print_finding

care_app = typer.Typer()


@care_app.command()
def doctor(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
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

    settings = read_settings(config_file or service_settings_file(), None, profile=profile)
    problems = 0
    for finding in examine(settings, silent=silent):
        problems += finding.state is State.BAD
        print_finding(finding, as_json=as_json)
    raise typer.Exit(1 if problems else 0)


@care_app.command("privacy")
def privacy_notice(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write it as a page to print, one sheet of A4.", show_default=False)
    ] = None,
    contact: Annotated[str, typer.Option("--contact", help="Whom to ask: a name, and where to find them.")] = "",
    trace: Annotated[bool, typer.Option("--trace", help="Say that what is seen is recorded, as numbers.")] = False,
) -> None:
    """Print the notice for the wall: what is seen, what is kept (no picture), whom to ask."""
    settings = read_settings(config_file, None, profile=profile)
    if trace:
        check_traceable(settings)
    notice = privacy.Notice(
        contact,
        sees=settings.eye.enabled,
        network_camera=settings.camera.needs_network,
        keeps_baseline=settings.mood.keep_baseline,
        keeps_trace=trace,
        tells_others=(
            bool(settings.mqtt.host) or settings.hooks.are_wanted or settings.metrics.enabled or settings.mpris.enabled
        ),
    )
    if page is None:
        print(notice.as_text(), end="")
        return
    try:
        page.write_text(notice.as_page(), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The page {page} cannot be written: {error.strerror}.") from error
