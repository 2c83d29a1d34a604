"""`mien top`: a player that runs elsewhere on this machine, live in this terminal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.ends import on_end
from mien.cli.options import ConfigOption, JsonOption, read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from mien.app.music import RunningPlayer
    from mien.terminal_picture import State
    from mien.web.remote import RemotePlayer

top_app = typer.Typer()
_BETWEEN_LOOKS_SECONDS = 0.5


@top_app.command()
def top(
    config_file: ConfigOption = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The port of the player's page.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a player that runs on this machine, and steer it by keys; --json prints each new state."""
    from rich.console import Console

    from mien.terminal import show_live
    from mien.terminal_picture import Picture
    from mien.web.remote import RemotePlayer

    settings = read_settings(config_file, None)
    web = settings.web if port is None else settings.web.model_copy(update={"port": port})
    player, console, ended = RemotePlayer(web), Console(), threading.Event()
    on_end(ended.set)
    if as_json:
        _print_states(player, ended)
    elif console.is_terminal:
        show_live(player, console, ended)
    else:
        console.print(Picture(player.state()))


def _print_states(player: RemotePlayer, ended: threading.Event) -> None:
    """Print each state that is news, until the end."""
    version = None
    while not ended.wait(0.0 if version is None else _BETWEEN_LOOKS_SECONDS):
        state = player.state()
        if state["version"] != version:
            version = state["version"]
            print(json.dumps(state), flush=True)


@contextmanager
def shown_live(
    running: RunningPlayer, console: Console | None = None, on_state: Callable[[State], object] | None = None
) -> Iterator[None]:
    """Show a player of this process while it runs, where standard output is a terminal; q ends it.

    Args:
        running: the player.
        console: where it is shown; None for standard output.
        on_state: told of each state that is looked at, on any kind of output.
    """
    from rich.console import Console as RichConsole

    from mien.terminal import PlayerView

    console = console or RichConsole()
    if not console.is_terminal and on_state is None:
        yield
        return
    with closing(PlayerView(running.control, console, running.player.stop, on_state)) as view:
        view.start()
        yield
