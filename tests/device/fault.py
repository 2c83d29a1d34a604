"""What a fault of the matrix is, what came of it, and how the outcomes are drawn as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Generic, TypeVar

from device.machine import Machine

AnyMachine = TypeVar("AnyMachine", bound=Machine)


def nothing(_machine: Machine) -> None:
    """Do nothing."""


def shell(command: str) -> Callable[[Machine], None]:
    """Return what runs a command line inside a machine."""

    def run(machine: Machine) -> None:
        machine.run(command)

    return run


@dataclass(frozen=True, slots=True)
class Fault(Generic[AnyMachine]):
    """A fault, and what is promised for it.

    `inject` makes the fault. Where it lasts, `repair` is what somebody does against it after `lasts_seconds`, or once a
    slower machine shows it; without one, the machine must come back by itself. `shown` is what the status must name
    meanwhile. `logged` is a pattern of the log line that tells of it; None where nothing is to be told. The limits hold
    at a board's own speed; a slower machine gets more time.
    """

    name: str
    how: str
    inject: Callable[[AnyMachine], None]
    logged: str | None
    repair: Callable[[AnyMachine], None] | None = None
    after: Callable[[AnyMachine], None] = nothing  # tidies up, once all is measured
    lasts_seconds: float = 15.0
    felt_seconds: float = 8.0  # a fault that passes and was not felt by then is not felt at all
    shown: str | None = None
    silence_limit_seconds: float = 0.5
    recovery_limit_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the music was, at a moment of the monotonic clock."""

    at: float
    path: str
    position_seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault. Seconds of recovery count from the repair, or from the fault where nobody repairs.

    `recovered_seconds` is None where it did not come back in time, `shown_seconds` where the status never named it.
    """

    name: str
    how: str
    machine: str
    silence_seconds: float
    recovered_seconds: float | None
    shown_seconds: float | None
    shown: tuple[str, ...]
    lost: str
    log: str
    warnings: tuple[str, ...]  # all lines of the journal that warn, the one of `log` too
    problems: tuple[str, ...]


def lost(before: Place, after: Place, silence_seconds: float) -> str:
    """Say what of the music was lost between two moments, apart from the silence."""
    if before.path != after.path:
        return f"the track: {PurePath(after.path).stem} plays instead"
    ahead = after.position_seconds - before.position_seconds - (after.at - before.at) + silence_seconds
    if ahead >= 1.0:
        return f"{ahead:.0f} s of the track not heard"
    return f"{-ahead:.0f} s heard twice" if ahead <= -1.0 else "nothing"


def to_text(one: Outcome) -> str:
    """Say in some lines what came of a fault; of one that broke a promise, what the journal warned of."""
    shown = ", ".join(one.shown) or "-"
    back = "never" if one.recovered_seconds is None else f"after {one.recovered_seconds:.1f} s"
    lines = [
        f"{one.name}: silent {one.silence_seconds:.1f} s, back {back}, lost: {one.lost}, shown: {shown}",
        f"    {one.log or 'no log line'}",
        *(f"    PROBLEM: {problem}" for problem in one.problems),
        *(f"        {warning}" for warning in one.warnings if one.problems),
    ]
    return "".join(f"{line}\n" for line in lines)


def to_markdown(outcomes: Sequence[Outcome]) -> str:
    """Draw the matrix."""
    head = ("fault", "injected", "on", "silence s", "back after s", "lost", "shown after s", "log line")
    rows = [head, ("---",) * len(head), *map(_row, outcomes)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(one: Outcome) -> tuple[str, ...]:
    shown = "-" if one.shown_seconds is None else f"{', '.join(one.shown)}: {one.shown_seconds:.1f}"
    log = one.log.replace("|", "\\|") or "none"
    return (
        one.name if not one.problems else f"**{one.name}: {'; '.join(one.problems)}**",
        one.how.replace("|", "\\|"),
        one.machine,
        f"{one.silence_seconds:.1f}",
        "never" if one.recovered_seconds is None else f"{one.recovered_seconds:.1f}",
        one.lost,
        shown,
        f"{log} ({len(one.warnings)} warnings in all)" if len(one.warnings) > 1 else log,
    )
