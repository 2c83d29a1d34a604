"""What the player's thread is told by other threads."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass

from mien.link.lines import EyeState
from mien.types import Observation, TrackEnded


@dataclass(frozen=True, slots=True)
class EyeConnection:
    """The eye came or went."""

    connected: bool


Event = Observation | EyeState | EyeConnection | TrackEnded | Callable[[], object]
Inbox = queue.SimpleQueue[Event]
"""Any thread may put into it; a callable is called on the player's thread."""
