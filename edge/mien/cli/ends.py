"""How a program that goes on is asked to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def on_end(stop: Callable[[], object]) -> None:
    """Stop cleanly when asked to by Ctrl-C, by the service manager, or by a terminal that is closed."""
    # On a thread: the handler interrupts the main one, which may hold the very lock that `stop` needs.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, lambda _number, _frame: threading.Thread(target=stop, daemon=True).start())
