"""What to do when the sound output goes, comes back, or takes nothing. Pure: fed with time and with looks."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from mien.music.playing.outlet import Outlet
from mien.types import Fault, Trouble

RETURN_SECONDS = 10.0
"""How long a track waits at its place for an output that went away; then it goes on in silence."""

_REFUSED_SECONDS = 2.0  # a sound server may take so long to begin
_RETRY_SECONDS = 5.0  # between two tries of an output that takes nothing


class Move(Enum):
    """What the player is to do."""

    STAY = "stay"
    BREAK_OFF = "break off"  # take all decks away; what is wished waits at its place
    BEGIN_AGAIN = "begin again"  # from the place where it is, through `SoundLadder.outlet`


class SoundLadder:
    """Follows what sound can go to.

    An output that goes away is waited for; after `RETURN_SECONDS` another kind of output is taken, or silence. One that
    comes is taken at once, also a sound server that comes to the card that plays. One that takes nothing is tried again
    every 5 seconds, from the same place.
    """

    def __init__(self, outlet: Outlet | None) -> None:
        """Begin with what there is at the start."""
        self.outlet: Outlet | None = None
        self._lost: Outlet | None = None  # what is waited for
        self._lost_at = -math.inf
        self._waits = False
        self._refused_at: float | None = None
        self._tried_at = -math.inf
        self._takes_nothing = False
        self._forbidden = outlet if outlet is not None and not outlet.allowed else None
        if self._forbidden is None:
            self.outlet = outlet

    def look(self, now: float, present: Outlet | None, takes_sound: bool | None) -> Move:
        """Return what to do, about twice a second.

        Args:
            now: seconds.
            present: what sound can go to now.
            takes_sound: whether the output takes what is decoded for it; None while that cannot be told.
        """
        usable = present if present is not None and present.allowed else None
        self._forbidden = present if usable is None else None
        if self.outlet is not None and not self.outlet.is_still(usable):
            self._lost, self._lost_at, self._waits = self.outlet, now, True
            self._forget_refusal()
            self.outlet = None
            return Move.BEGIN_AGAIN if self._take(now, usable) else Move.BREAK_OFF
        if self.outlet is None:
            return Move.BEGIN_AGAIN if self._take(now, usable) else Move.STAY
        return self._look_at_refusal(now, usable, takes_sound)

    def trouble(self, missing: Callable[[], str]) -> Trouble | None:
        """Return what is wrong now; `missing` gives the sentence for an output that never was there."""
        if self._lost is not None:
            return Trouble(
                Fault.SOUND_LOST,
                f"{_capital(self._lost.name)} went away: the music goes on by itself once it is back.",
            )
        if self._forbidden is not None:
            return Trouble(
                Fault.SOUND_BUSY,
                f"This user may not use {self._forbidden.name}: add it to the group audio "
                "(`sudo usermod -aG audio USER`) and start mien again.",
            )
        if self.outlet is None:
            return Trouble(Fault.SOUND_MISSING, missing())
        if self._takes_nothing:
            return Trouble(
                Fault.SOUND_BUSY,
                f"{_capital(self.outlet.name)} takes no sound: close the other program that uses it; "
                "the music goes on by itself once it is free.",
            )
        return None

    def _take(self, now: float, usable: Outlet | None) -> bool:
        """Settle for something to play to, or for silence; return whether that is new."""
        late = now - self._lost_at >= RETURN_SECONDS
        if usable is not None and (self._lost is None or late or _stands_in(usable, self._lost)):
            self.outlet, self._lost, self._waits = usable, None, False
            return True
        gives_up, self._waits = self._waits and late, self._waits and not late
        return gives_up

    def _look_at_refusal(self, now: float, usable: Outlet | None, takes_sound: bool | None) -> Move:
        if takes_sound:
            self._forget_refusal()
        if takes_sound is not False:
            self._refused_at = None
            return Move.STAY
        if self._refused_at is None:
            self._refused_at = now
        if now - self._refused_at < _REFUSED_SECONDS or now - self._tried_at < _RETRY_SECONDS:
            return Move.STAY
        self._takes_nothing, self._tried_at, self._refused_at = True, now, None
        self.outlet = usable  # there may be more cards by now
        return Move.BEGIN_AGAIN

    def _forget_refusal(self) -> None:
        self._takes_nothing, self._refused_at, self._tried_at = False, None, -math.inf


def _stands_in(outlet: Outlet, lost: Outlet) -> bool:
    """Return whether it is of the kind that was lost, or a server that took over a card that is still there."""
    if outlet.server is None:
        return lost.server is None
    return lost.server is not None or lost.nodes <= outlet.nodes


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
