"""The end of what stands around a player: all at once, and within one time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_END_SECONDS = 3.5  # a child that does not end is killed after 3 s, and systemd kills all after 10 s


class Ending:
    """Closes parts, each on a thread of its own; one that hangs costs the others nothing.

    Args:
        seconds: which all of them have together.
    """

    def __init__(self, seconds: float = _END_SECONDS) -> None:
        self._seconds = seconds
        self._deadline = float("inf")
        self._threads: list[threading.Thread] = []

    def callback(self, close: Callable[[], None], /) -> None:
        """Have this called at the end."""
        name = close.__qualname__.removesuffix(".close")
        self._threads.append(threading.Thread(target=close, name=name, daemon=True))

    def begin(self) -> None:
        """Have all end; returns at once."""
        self._deadline = time.monotonic() + self._seconds
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all ended, or their time is over: who hangs then is left behind, and told of."""
        for thread in self._threads:
            thread.join(max(0.0, self._deadline - time.monotonic()))
            if thread.is_alive():
                _LOG.warning("%s did not end within %g s and is left behind.", thread.name, self._seconds)
