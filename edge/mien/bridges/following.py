"""Following the player from snapshot to snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mien.ports import Control
from mien.types import Snapshot

_JOIN_SECONDS = 3.0


class Follower:
    """Tells of the present snapshot and of each newer one, on a thread of its own.

    Args:
        control: the player.
        tell: takes a snapshot, and raises nothing; what is shown before it returns it is not told, but the newest.
        name: the thread's.
        wait_seconds: it notices within this that it shall end.
    """

    def __init__(
        self, control: Control, tell: Callable[[Snapshot], object], name: str, wait_seconds: float = 0.2
    ) -> None:
        self._control, self._tell, self._wait_seconds = control, tell, wait_seconds
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin with the present snapshot."""
        self._thread.start()

    def close(self) -> None:
        """Tell nothing more; a second call does nothing."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        snapshot = self._control.snapshot()
        self._tell(snapshot)
        while not self._closing.is_set():
            newer = self._control.wait(snapshot.version, self._wait_seconds)
            if newer.version != snapshot.version and not self._closing.is_set():
                snapshot = newer
                self._tell(snapshot)
