"""A player in a terminal, live: what it sees, decides and plays, and keys to steer it."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.live import Live

from mien.errors import MienError
from mien.ports import Control
from mien.report import snapshot_json
from mien.terminal_keys import Keys, is_in_front
from mien.terminal_picture import Picture, Remark, State
from mien.types import Verdict

_BETWEEN_LOOKS_SECONDS = 0.5
_REMARK_SECONDS = 8.0
_VOLUME_STEP = 5
_KEYS = "p pause  s skip  l like  w wrong mood  + - volume  q quit"
_VERDICTS = {
    "l": (Verdict.LIKE, "Liked."),
    "w": (Verdict.WRONG_MOOD, "Will not come for this mood again."),
}


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

    A player that goes away later is asked again until it is back; its last picture stays meanwhile.

    Raises:
        MienError: the player cannot be asked even once.
    """
    state = player.state()
    answers = _Answers()
    with Keys() as keys, _picture(console) as show:
        while not ended.is_set():
            if on_state is not None:
                on_state(state)
            show(Picture(state, _KEYS if keys.there else "", console.height - 1, answers.present))
            key = keys.next(_BETWEEN_LOOKS_SECONDS)
            if key == "q":
                return
            if key:
                answers.keep(press(player, state, key))
            try:
                state = player.state()
                answers.away = None
            except MienError as error:
                answers.away = Remark(str(error), is_wrong=True)


class _Answers:
    """What is said below the picture: that the player is away, or for a while what came of a key."""

    def __init__(self) -> None:
        self.away: Remark | None = None
        self._kept: Remark | None = None
        self._until = 0.0

    @property
    def present(self) -> Remark | None:
        """What is to be said now."""
        return self.away or (self._kept if time.monotonic() < self._until else None)

    def keep(self, remark: Remark | None) -> None:
        """Say what came of a key, in the place of what came of the one before."""
        self._kept, self._until = remark, time.monotonic() + _REMARK_SECONDS


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
    terminal = sys.__stderr__
    if terminal is None or not terminal.isatty():
        yield
        return
    streams = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    handlers = [handler for handler in streams if handler.stream is terminal]
    for handler in handlers:
        handler.setStream(sys.stderr)
    try:
        yield
    finally:
        for handler in handlers:
            handler.setStream(terminal)


def press(player: Player, state: State, key: str) -> Remark | None:
    """Do what a key says; return what came of it where the picture does not show that."""
    try:
        return _do(player, state, key)
    except MienError as error:
        return Remark(str(error), is_wrong=True)


def _do(player: Player, state: State, key: str) -> Remark | None:
    if key in ("p", " "):
        (player.resume if state["playback"]["state"] == "paused" else player.pause)()
    elif key == "s":
        player.skip()
    elif key in _VERDICTS:
        return _rate(player, state["choice"], *_VERDICTS[key])
    elif key in ("+", "=", "-"):
        volume = state["volume_percent"] + (-_VOLUME_STEP if key == "-" else _VOLUME_STEP)
        player.set_volume(max(0, min(volume, state["maximum_volume_percent"])))
    return None


def _rate(player: Player, choice: Any, verdict: Verdict, done: str) -> Remark:  # noqa: ANN401 - JSON
    if choice is None:
        return Remark("Nothing plays of which this could be said.", is_wrong=True)
    player.rate(Path(choice["path"]), verdict)
    return Remark(done)


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
