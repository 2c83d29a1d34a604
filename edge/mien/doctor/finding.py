"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A part, whether it works, and one sentence: what was found, or what is wrong and what to do."""

    name: str
    good: bool
    message: str
