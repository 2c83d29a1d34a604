"""The commands for the face at rest that expressions are told from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import typer

from mien.cli.confinement import confine_eye
from mien.cli.options import ConfigOption, JsonOption, ProfileOption, SourceOption, read_settings, set_up_log
from mien.config import Settings
from mien.errors import BaselineError, SettingsError
from mien.report import baseline_json
from mien.types import BaselineStage, BaselineState
from mien.web.client import PlayerPage

_ASK_AGAIN_SECONDS = 1.0
_SILENT_SECONDS = 150.0  # a lesson ends before this, where anything at all is seen

baseline_app = typer.Typer(help="Learn how your face looks at rest, so that expressions are told from there.")


@baseline_app.callback(invoke_without_command=True)
def _without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show()


@baseline_app.command()
def show(config_file: ConfigOption = None, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Say what is known of a face at rest: by the player that runs, or from what was kept."""
    from mien.app.baseline import kept_neutral

    settings = read_settings(config_file, None, profile=profile)
    set_up_log("warning")
    _print(PlayerPage(settings.web.port).baseline() or kept_neutral(settings).state, as_json=as_json)


@baseline_app.command()
def learn(
    config_file: ConfigOption = None,
    profile: ProfileOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at the camera at rest for a minute. A player that runs learns it; else the camera is opened here."""
    settings = read_settings(config_file, source, profile=profile)
    set_up_log("warning")
    page = PlayerPage(settings.web.port)
    begun = page.ask("learn")
    states = _by_player(page, begun) if begun is not None else _alone(settings)
    known = _shown(states, as_json=as_json)
    if known.stage is not BaselineStage.KNOWN:
        raise BaselineError(known.message)
    if not as_json:
        print(known.message)


@baseline_app.command()
def forget(config_file: ConfigOption = None, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Forget the face at rest: in the player that runs, and in the file."""
    from mien.app.baseline import kept_neutral

    settings = read_settings(config_file, None, profile=profile)
    set_up_log("warning")
    here = kept_neutral(settings).forget()
    _print(PlayerPage(settings.web.port).ask("forget") or here, as_json=as_json)


def _by_player(page: PlayerPage, state: BaselineState) -> Iterator[BaselineState]:
    """Yield how far the player is, until it knows or refuses."""
    deadline = time.monotonic() + _SILENT_SECONDS
    while state.stage is BaselineStage.LEARNING:
        yield state
        if time.monotonic() >= deadline:
            raise BaselineError("The player learned nothing, since no eye tells it anything: `mien doctor` says why.")
        time.sleep(_ASK_AGAIN_SECONDS)
        state = page.baseline() or BaselineState(message="The player ended before it had learned enough.")
    yield state


def _alone(settings: Settings) -> Iterator[BaselineState]:
    """Yield how far it is learned here, where no player runs."""
    from mien.app.baseline import learn_alone

    if not settings.mood.keep_baseline:
        raise SettingsError(
            "No player runs, and with mood.keep_baseline = false nothing is left of what is learned without one: "
            "start mien, or set it to true."
        )
    confine_eye(settings, writes=True)
    state = BaselineState()
    for state in learn_alone(settings):
        yield state
    if state.stage is BaselineStage.LEARNING:
        raise BaselineError(f"The source ended too early. {state.message}")


def _shown(states: Iterator[BaselineState], *, as_json: bool) -> BaselineState:
    """Show how far it is, and return the last word."""
    from rich.console import Console

    last = BaselineState()
    with Console(quiet=as_json).status("") as progress:
        for last in states:
            if as_json:
                _print(last, as_json=True)
            progress.update(last.message)
    return last


def _print(state: BaselineState, *, as_json: bool) -> None:
    print(json.dumps({"type": "baseline"} | baseline_json(state)) if as_json else state.message, flush=True)
