"""What the player knows of its eye: whether one is there, whether it sees, and what is wrong with it.

Pure of clocks and sockets: it is told what happens and when.
"""

from __future__ import annotations

from collections import deque

from mien.link.lines import EyeCondition, EyeState
from mien.types import Fault, Observation, Trouble

_BLIND_SECONDS = 3.0  # an eye that tells nothing for so long sees nobody
_GONE_SECONDS = 10.0  # one that crashed is commonly back before this
_SILENT_SECONDS = 10.0
_FIRST_WORD_SECONDS = 40.0  # a network camera may take half a minute to its first picture

_GONE = Trouble(
    Fault.EYE_GONE, "The eye does not run, so no new mood is seen; it is started again by itself, and its log says why."
)
_RESTLESS = Trouble(Fault.EYE_GONE, "The eye ends again and again, and is started again; its log says why.")
_RESTLESS_LOSSES, _RESTLESS_SECONDS = 3, 120.0  # so many losses within so long are no accident ...
_STEADY_SECONDS = 20.0  # ... until one of them stays
_SILENT = Trouble(Fault.EYE_SILENT, "The eye runs but tells nothing: it hangs, or this machine is too busy for it.")


class EyeWatch:
    """The eye as its words and its connection show it. All times are the player's monotonic seconds."""

    def __init__(self, now: float, *, expected: bool = True) -> None:
        """Begin without an eye; one that is not `expected`, since its owner turned it off, is not missed."""
        self._expected = expected
        self._connected = False
        self._connection_changed_at = now
        self._state: EyeState | None = None
        self._last_seen: tuple[float, float] | None = None  # the last observation's time, and when it was told
        self._has_told = False  # an observation, on this connection
        self._last_word_at: float | None = None  # of this connection
        self._ended = False
        self._lost_at: deque[float] = deque(maxlen=_RESTLESS_LOSSES)

    @property
    def connected(self) -> bool:
        """True while an eye is connected."""
        return self._connected

    def on_connection(self, connected: bool, now: float) -> None:
        """An eye came or went; what is wrong with its camera stays so until its successor speaks, or is missed."""
        self._connected, self._connection_changed_at = connected, now
        self._last_word_at, self._has_told = None, False
        if self._state is not None and self._state.fault is None:
            self._state = None
        self._ended = self._ended and not connected
        if not connected and not self._ended:
            self._lost_at.append(now)

    def on_state(self, state: EyeState, now: float) -> None:
        """Its source changed."""
        self._state, self._last_word_at = state, now
        self._ended = state.condition is EyeCondition.ENDED

    def on_observation(self, observation: Observation, now: float) -> None:
        """It told what it sees."""
        self._last_seen, self._has_told = (observation.seen_at, now), True
        self._last_word_at = now

    def works(self, now: float) -> bool:
        """True while an eye tells what it sees: nobody is then nobody, and no broken camera."""
        return self._connected and not self._is_blind and self._last_seen is not None and not self._is_quiet(now)

    def is_fresh(self, now: float) -> bool:
        """True while what it saw last is still news."""
        return self._has_told and not self._is_blind and not self._is_quiet(now)

    def absence(self, now: float) -> Observation | None:
        """Return what an eye that went quiet would say of now: nobody is seen. None while it speaks."""
        if self._last_seen is None or not self._is_quiet(now):
            return None
        seen_at, told_at = self._last_seen
        return Observation(seen_at + now - told_at)

    def trouble(self, now: float) -> Trouble | None:
        """Return what is wrong with the eye or its source."""
        if not self._expected and not self._connected:
            return None
        late = now >= self._missed_at and not self._ended and not self._is_resting
        speaks = self._connected and self._last_word_at is not None
        if self._state is not None and self._state.fault is not None and (speaks or not late):
            return Trouble(self._state.fault, self._state.message)
        if self._is_restless(now):
            return _RESTLESS
        if not late:
            return None
        return _SILENT if self._connected else _GONE

    def _is_restless(self, now: float) -> bool:
        often = len(self._lost_at) == _RESTLESS_LOSSES and now - self._lost_at[0] < _RESTLESS_SECONDS
        return often and now - self._connection_changed_at < _STEADY_SECONDS

    @property
    def _missed_at(self) -> float:
        """From when on its silence, or its absence, is no accident."""
        if not self._connected:
            return self._connection_changed_at + _GONE_SECONDS
        if self._last_word_at is None:
            return self._connection_changed_at + _FIRST_WORD_SECONDS
        return self._last_word_at + _SILENT_SECONDS

    @property
    def _is_blind(self) -> bool:
        return self._state is not None and self._state.condition in (EyeCondition.TROUBLE, EyeCondition.RESTING)

    @property
    def _is_resting(self) -> bool:
        return self._connected and self._state is not None and self._state.condition is EyeCondition.RESTING

    def _is_quiet(self, now: float) -> bool:
        return self._last_seen is None or now - self._last_seen[1] >= _BLIND_SECONDS
