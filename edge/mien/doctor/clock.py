"""Is the clock right? The hour of the day has a say in the music, and what was played carries its time."""

from __future__ import annotations

import ctypes
import datetime

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note

RELEASED = datetime.date(2026, 11, 23)
"""When this version was made: no right clock shows an earlier day."""
_TIME_ERROR = 5  # adjtimex(2): nothing has set the clock since the machine started
_TIMEX_BYTES = 256  # struct timex takes 208


def check(_settings: Settings) -> Finding:
    """Look at the clock, and ask the kernel whether something keeps it right."""
    return judge(datetime.datetime.now().astimezone(), kept_right=_is_kept_right())


def judge(now: datetime.datetime, *, kept_right: bool | None) -> Finding:
    """Say what a clock is worth; `kept_right` is None where that is not known."""
    shown = now.strftime("%Y-%m-%d %H:%M %Z").strip()
    if now.date() < RELEASED:
        return bad(
            "clock",
            f"The clock says {shown}, which is before this mien was made: connect the network once, set it with `sudo "
            "date -s`, or add a battery-backed clock.",
        )
    if kept_right is False:
        return note(
            "clock",
            f"The clock says {shown}, and nothing keeps it right: turn on time synchronisation with `sudo timedatectl "
            "set-ntp true`.",
        )
    return good("clock", f"The clock says {shown}{' and is kept right' if kept_right else ''}.")


def _is_kept_right() -> bool | None:
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else state != _TIME_ERROR
