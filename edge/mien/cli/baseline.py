"""The commands for the face at rest that expressions are told from."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from mien.cli.confinement import confine_eye
from mien.cli.options import ConfigOption, JsonOption, ProfileOption, SourceOption, read_settings, set_up_log
from mien.config import Settings
from mien.errors import BaselineError, SettingsError
from mien.printing import complain
from mien.report import baseline_json
from mien.types import BaselineStage, BaselineState

if TYPE_CHECKING:
    from mien.web.client import PlayerPage

_ASK_AGAIN_SECONDS = 0.5

baseline_app = typer.Typer(help="Learn how your face looks at rest, so that expressions are told from there.")


@baseline_app.callback(invoke_without_command=True)
def _without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show()


@baseline_app.command()
def show(config_file: ConfigOption = None, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Say what is known of a face at rest: by the player that runs, or from what was kept."""
    from mien.app.baseline import kept_state

    settings = read_settings(config_file, None, profile=profile)
    set_up_log("warning")
    page = _page(settings)
    state = page and page.baseline()
    _print(state or _with(kept_state(settings), "A player without a page cannot be asked."), as_json=as_json)


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
    page = _page(settings)
    begun = page and page.ask("learn")
    if page and begun:
        known = _shown(_by_player(page, begun), as_json=as_json)
    else:
        known = _learned_alone(settings, as_json=as_json)
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
    page = _page(settings)
    state = page and page.ask("forget")
    still = "A player without a page keeps what it knows until it is started again."
    _print(state or _with(here, still), as_json=as_json)


def _page(settings: Settings) -> PlayerPage | None:
    """Return where a player that runs can be asked."""
    from mien.web.client import PlayerPage

    web = settings.web
    return PlayerPage(web.port, web.listen, web.token) if web.enabled else None


def _with(state: BaselineState, sentence: str) -> BaselineState:
    return dataclasses.replace(state, message=f"{state.message} {sentence}")


def _by_player(page: PlayerPage, state: BaselineState) -> Iterator[BaselineState]:
    """Yield how far the player is, until it knows or refuses."""
    yield state
    while state.stage is BaselineStage.LEARNING:
        time.sleep(_ASK_AGAIN_SECONDS)
        state = page.baseline() or BaselineState(message="The player ended before it had learned enough.")
        yield state


def _learned_alone(settings: Settings, *, as_json: bool) -> BaselineState:
    """Learn it here, where no player can be asked, and return the last word."""
    from mien.app.baseline import held_neutral, learn_alone

    if not settings.mood.keep_baseline:
        raise SettingsError(
            "No player answers, and with mood.keep_baseline = false nothing is left of what is learned without one: "
            "start mien with its page, or set it to true."
        )
    if not settings.web.enabled:
        complain(
            "A player without a page cannot be asked (web.enabled = false): stop it first, since it holds the camera. "
            "It uses what is learned when it starts again."
        )
    with held_neutral(settings) as own_neutral:  # opened before all writing is given up ...
        confine_eye(settings)  # ... which is before a thread shows how far it is
        last = _shown(learn_alone(settings, own_neutral), as_json=as_json)
    if last.stage is BaselineStage.LEARNING:
        raise BaselineError(f"The source ended too early. {last.message}")
    return last


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
