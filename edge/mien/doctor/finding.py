"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether a part works; a note is neither good nor bad, and worth knowing."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """A part, whether it works, and one sentence: what was found, or what is wrong and what to do."""

    name: str
    state: State
    message: str


def good(name: str, message: str) -> Finding:
    """Return what works."""
    return Finding(name, State.GOOD, message)


def note(name: str, message: str) -> Finding:
    """Return what is neither good nor bad."""
    return Finding(name, State.NOTE, message)


def bad(name: str, message: str) -> Finding:
    """Return what does not work."""
    return Finding(name, State.BAD, message)
