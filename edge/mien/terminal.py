"""What `mien demo` shows in a terminal: the expression, the mood, the track and why, live."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mien.ports import Control
from mien.types import Mood, Snapshot

_BAR_CELLS = 30
_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Happening:
    """A new mood or a new track, and why."""

    at_seconds: float
    kind: str
    name: str
    why: str


class PlayerView:
    """Shows a player's snapshots until `close`: live on a terminal, a line for each change elsewhere."""

    def __init__(self, control: Control, console: Console) -> None:
        self._control, self._console = control, console
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._show, name="terminal-view", daemon=True)
        self._happenings: list[Happening] = []

    def start(self) -> None:
        """Begin to show."""
        self._thread.start()

    def close(self) -> None:
        """Stop showing; a second call does nothing."""
        self._closing.set()
        self._thread.join(timeout=5)

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """Every new mood and track since the start."""
        return tuple(self._happenings)

    def _show(self) -> None:
        started = time.monotonic()
        snapshot = self._control.snapshot()
        mood = track = ""
        live = Live(_picture(snapshot), console=self._console, transient=True, auto_refresh=False)
        with live:
            while not self._closing.is_set():
                at = time.monotonic() - started
                if snapshot.mood.name != mood:
                    mood = snapshot.mood.name
                    self._note(Happening(at, "mood", mood, _certainty(snapshot.mood)))
                choice = snapshot.choice
                if choice is not None and choice.track.title != track:
                    track = choice.track.title
                    self._note(Happening(at, "track", track, "; ".join(choice.reasons)))
                live.update(_picture(snapshot), refresh=self._console.is_terminal)
                snapshot = self._control.wait(snapshot.version, _WAIT_SECONDS)

    def _note(self, happening: Happening) -> None:
        self._happenings.append(happening)
        line = Text(f"{happening.at_seconds:5.1f} s  {happening.kind:5}  ")
        self._console.print(line.append(happening.name, "bold").append(f"  {happening.why}", "dim"))


def _certainty(mood: Mood) -> str:
    return "" if mood.emotion is None else f"confidence {mood.confidence:.0%}"


def summary(happenings: tuple[Happening, ...]) -> Table:
    """Return what happened as a table."""
    table = Table(title="What happened", title_justify="left")
    for heading in ("second", "", "what", "why"):
        table.add_column(heading, justify="right" if heading == "second" else "left")
    for happening in happenings:
        # As Text, since a title may hold what the console takes for markup.
        table.add_row(f"{happening.at_seconds:.1f}", happening.kind, Text(happening.name), Text(happening.why))
    return table


def _picture(snapshot: Snapshot) -> RenderableType:
    bars = Table.grid(padding=(0, 1))
    if snapshot.expression is None:
        bars.add_row(Text("no face" if snapshot.eye_connected else "the eye opens ...", style="dim"))
    else:
        for name, probability in snapshot.expression.as_dict().items():
            bars.add_row(name, Text("━" * round(_BAR_CELLS * probability), style="cyan"), f"{probability:.0%}")
    playback = snapshot.playback
    playing = "silence" if playback.track is None else playback.track.title
    return Group(
        Text(f"mood {snapshot.mood.name}", style="bold"),
        bars,
        Text(f"{playback.state.value}: {playing}  {playback.position_seconds:.0f} s"),
    )
