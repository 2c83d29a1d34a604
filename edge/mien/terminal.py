"""A player in a terminal, live: what it sees, decides and plays, and keys to steer it."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mien.errors import MienError
from mien.ports import Control
from mien.report import snapshot_json
from mien.terminal_keys import Keys, is_in_front
from mien.terminal_picture import Picture, State
from mien.types import Verdict

_WAIT_SECONDS = 0.5
_VOLUME_STEP = 5
_KEYS = "p pause  s skip  l like  w wrong mood  + - volume  q quit"
_VERDICTS = {"l": Verdict.LIKE, "w": Verdict.WRONG_MOOD}


class Player(Protocol):
    """A player to look at and to steer, in this process or another; asking may raise a MienError."""

    def state(self) -> State:
        """Return what it shows of itself."""
        ...

    def pause(self) -> None:
        """Pause the music."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def skip(self) -> None:
        """Go to the next track."""
        ...

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Say something of the track that plays."""
        ...

    def set_volume(self, percent: int) -> None:
        """Set the volume."""
        ...


class OwnPlayer:
    """The player of this process."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self.pause, self.resume, self.skip = control.pause, control.resume, control.skip
        self.rate, self.set_volume = control.rate, control.set_volume

    def state(self) -> State:
        """Return what it shows of itself."""
        return snapshot_json(self._control.snapshot())


def show_live(
    player: Player,
    console: Console,
    ended: threading.Event,
    on_state: Callable[[State], object] | None = None,
) -> None:
    """Show a player until `ended`, or until somebody presses q; on what is no terminal, only `on_state` is called.

    Raises:
        MienError: the player cannot be asked any more.
    """
    said = ""
    with Keys() as keys, _picture(console) as show:
        while not ended.is_set():
            state = player.state()
            if on_state is not None:
                on_state(state)
            show(Picture(state, said or (_KEYS if keys.there else ""), console.height - 1))
            key = keys.next(_WAIT_SECONDS)
            if key == "q":
                return
            if key:
                said = press(player, state, key)


@contextmanager
def _picture(console: Console) -> Iterator[Callable[[Picture], None]]:
    """Give the way to show a picture, below which nothing else is printed meanwhile."""
    live = Live(console=console, transient=True, auto_refresh=False, vertical_overflow="crop")

    def show(picture: Picture) -> None:
        if console.is_terminal and is_in_front(console.file.fileno()):
            live.update(picture, refresh=True)

    with live, _log_above():
        yield show


@contextmanager
def _log_above() -> Iterator[None]:
    """Let the log go where a live picture makes room for it, where that is the same terminal."""
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    before = [(handler, handler.stream) for handler in handlers if handler.stream is sys.__stderr__]
    if not (sys.__stderr__ is not None and sys.__stderr__.isatty()):
        before = []
    for handler, _ in before:
        handler.setStream(sys.stderr)
    try:
        yield
    finally:
        for handler, stream in before:
            handler.setStream(stream)


def press(player: Player, state: State, key: str) -> str:
    """Do what a key says, and return why that was not possible, or ""."""
    try:
        _do(player, state, key)
    except MienError as error:
        return str(error)
    return ""


def _do(player: Player, state: State, key: str) -> None:
    choice: Any = state["choice"]
    if key in ("p", " "):
        (player.resume if state["playback"]["state"] == "paused" else player.pause)()
    elif key == "s":
        player.skip()
    elif key in _VERDICTS and choice is not None:
        player.rate(Path(choice["path"]), _VERDICTS[key])
    elif key in ("+", "=", "-"):
        volume = state["volume_percent"] + (-_VOLUME_STEP if key == "-" else _VOLUME_STEP)
        player.set_volume(max(0, min(volume, state["maximum_volume_percent"])))


@dataclass(frozen=True, slots=True)
class Happening:
    """A new mood or a new track, and why."""

    at_seconds: float
    kind: str
    name: str
    why: str


class PlayerView:
    """Shows the player of this process on a thread of its own until `close`.

    Args:
        control: the way into the player.
        console: where it is shown: live on a terminal.
        on_quit: called when somebody presses q.
        on_state: told of each state that is looked at, also where there is no terminal.
    """

    def __init__(
        self,
        control: Control,
        console: Console,
        on_quit: Callable[[], object],
        on_state: Callable[[State], object] | None = None,
    ) -> None:
        self._player, self._console = OwnPlayer(control), console
        self._on_quit, self._on_state = on_quit, on_state
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._show, name="terminal-view", daemon=True)

    def start(self) -> None:
        """Begin to show."""
        self._thread.start()

    def close(self) -> None:
        """Stop showing, and give the terminal back as it was; a second call does nothing."""
        self._ended.set()
        self._thread.join(timeout=5)

    def _show(self) -> None:
        show_live(self._player, self._console, self._ended, self._on_state)
        if not self._ended.is_set():
            self._on_quit()


class Diary:
    """Prints a line for each new mood and track, and keeps them."""

    def __init__(self, console: Console) -> None:
        self._console, self._began = console, time.monotonic()
        self._mood = self._track = ""
        self._happenings: list[Happening] = []

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """Every new mood and track since the start."""
        return tuple(self._happenings)

    def take(self, state: State) -> None:
        """Note what is new in a player's state."""
        mood, choice = state["mood"], state["choice"]
        if mood["emotion"] != self._mood:
            self._mood = mood["emotion"]
            certainty = f"confidence {mood['confidence']:.0%}" if mood["confidence"] else ""
            self._note(Happening(time.monotonic() - self._began, "mood", self._mood, certainty))
        if choice is not None and choice["title"] != self._track:
            self._track = choice["title"]
            self._note(Happening(time.monotonic() - self._began, "track", self._track, "; ".join(choice["reasons"])))

    def _note(self, happening: Happening) -> None:
        self._happenings.append(happening)
        line = Text(f"{happening.at_seconds:5.1f} s  {happening.kind:5}  ")
        self._console.print(line.append(happening.name, "bold").append(f"  {happening.why}", "dim"))


def summary(happenings: tuple[Happening, ...]) -> Table:
    """Return what happened as a table."""
    table = Table(title="What happened", title_justify="left")
    for heading in ("second", "", "what", "why"):
        table.add_column(heading, justify="right" if heading == "second" else "left")
    for happening in happenings:
        # As Text, since a title may hold what the console takes for markup.
        table.add_row(f"{happening.at_seconds:.1f}", happening.kind, Text(happening.name), Text(happening.why))
    return table
