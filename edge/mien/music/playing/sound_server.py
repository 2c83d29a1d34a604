"""Whether a sound server (PulseAudio or PipeWire) is there, asked over a connection of our own.

libVLC plays on without a word when its server dies, and a socket's file may outlive the server or belong to systemd.
"""

from __future__ import annotations

import ctypes
import logging
import time

log = logging.getLogger(__name__)

_READY, _FAILED, _TERMINATED = 4, 5, 6  # pa_context_state
_NO_AUTOSPAWN = 1  # pa_context_flags
_ROUNDS = 100  # of the connection's loop in one look; far more than there ever is to do


class SoundServer:
    """A connection that stays open while the server lives. To be used from one thread; nothing here waits long."""

    def __init__(self) -> None:
        self._pulse = _library()
        self._loop: int | None = None
        self._context: int | None = None
        self._number = 0

    def look(self, patience_seconds: float = 0.0) -> int | None:
        """Return a number that is another one after each start of the server; None while none answers.

        Args:
            patience_seconds: how long to wait for a first answer, at most.
        """
        if self._pulse is None or (self._context is None and not self._connect()):
            return None
        deadline = time.monotonic() + patience_seconds
        for _ in range(_ROUNDS):
            left_seconds = max(0.0, deadline - time.monotonic())
            if self._turn(left_seconds if self._state() < _READY else 0.0) <= 0:
                break
        if self._state() in (_FAILED, _TERMINATED):
            self.close()
            return None
        return self._number if self._state() == _READY else None

    def close(self) -> None:
        """End the connection; `look` makes a new one."""
        if self._pulse is None or self._loop is None:
            return
        if self._context is not None:
            self._pulse.pa_context_disconnect(self._context)
            self._pulse.pa_context_unref(self._context)
        self._pulse.pa_mainloop_free(self._loop)
        self._loop = self._context = None

    def _connect(self) -> bool:
        """Begin a connection; return False, with nothing left open, where that fails, as when files run out."""
        assert self._pulse is not None
        self._number += 1
        self._loop = self._pulse.pa_mainloop_new()
        if self._loop is not None:  # libpulse aborts the process over a loop that is none
            self._context = self._pulse.pa_context_new(self._pulse.pa_mainloop_get_api(self._loop), b"mien looks")
        if self._context is None or self._pulse.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None) < 0:
            self.close()
        return self._context is not None

    def _state(self) -> int:
        assert self._pulse is not None
        return int(self._pulse.pa_context_get_state(self._context))

    def _turn(self, patience_seconds: float) -> int:
        """Let the connection do what is due, and return how much that was."""
        assert self._pulse is not None
        if self._pulse.pa_mainloop_prepare(self._loop, round(1e6 * patience_seconds)) < 0:
            return 0
        if self._pulse.pa_mainloop_poll(self._loop) < 0:
            return 0
        return int(self._pulse.pa_mainloop_dispatch(self._loop))


def _library() -> ctypes.CDLL | None:
    """Return libpulse, which libVLC needs for such a server too; None where it is not installed."""
    try:
        pulse = ctypes.CDLL("libpulse.so.0")
    except OSError:
        log.debug("libpulse is not installed, so no sound server counts.")
        return None
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("pa_mainloop_new", pointer, []),
        ("pa_mainloop_free", None, [pointer]),
        ("pa_mainloop_get_api", pointer, [pointer]),
        ("pa_mainloop_prepare", ctypes.c_int, [pointer, ctypes.c_int]),
        ("pa_mainloop_poll", ctypes.c_int, [pointer]),
        ("pa_mainloop_dispatch", ctypes.c_int, [pointer]),
        ("pa_context_new", pointer, [pointer, ctypes.c_char_p]),
        ("pa_context_connect", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.c_int, pointer]),
        ("pa_context_get_state", ctypes.c_int, [pointer]),
        ("pa_context_disconnect", None, [pointer]),
        ("pa_context_unref", None, [pointer]),
    ):
        function = getattr(pulse, name)
        function.restype, function.argtypes = result, arguments
    return pulse
