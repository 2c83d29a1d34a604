"""A slot for one value: the newest wins, so that a slow reader sees the present and not a queue of the past."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """One writer puts, one reader takes; a value that was not taken in time is dropped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: Value | None = None
        self._closed = False

    def put(self, value: Value) -> None:
        """Store the newest value."""
        with self._changed:
            self._value = value
            self._changed.notify()

    def close(self) -> None:
        """Say that no value will come any more; a value that waits is still given."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, timeout_seconds: float) -> Value | None:
        """Wait for a value and return it, or None after the timeout or the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is not None or self._closed, timeout_seconds)
            value, self._value = self._value, None
            return value

    @property
    def ended(self) -> bool:
        """True once it was closed and the last value taken."""
        with self._changed:
            return self._closed and self._value is None
