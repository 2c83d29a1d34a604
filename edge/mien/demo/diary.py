"""What happened during the demo: a line for each new mood and track, and a table at the end."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mien.terminal_picture import State


@dataclass(frozen=True, slots=True)
class Happening:
    """A new mood or a new track, and why."""

    at_seconds: float
    kind: str
    name: str
    why: str


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
