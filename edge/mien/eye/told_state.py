"""Tells how the eye does, once for each change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mien.link.lines import EyeCondition, EyeState
from mien.types import Fault, Trouble

_LOG = logging.getLogger(__name__)
_BLINDING = {Fault.PICTURE_BLACK, Fault.PICTURE_FROZEN}


class ToldState:
    """How the eye does: what is wrong with its source, or else what else was found. Safe to use from any thread.

    Args:
        tell: takes each change.
    """

    def __init__(self, tell: Callable[[EyeState], object]) -> None:
        self._tell = tell
        self._source = self._told = EyeState(EyeCondition.TROUBLE, "The camera is being opened.")
        self._found: Trouble | None = None
        self._changing = threading.Lock()

    @property
    def watching(self) -> bool:
        """True while the source gives pictures, whatever they show."""
        return self._source.condition is EyeCondition.WATCHING

    def set_source(self, state: EyeState, *, again: bool = False) -> None:
        """Say how the source does; `again` although that was told last."""
        with self._changing:
            self._source = state
            self._tell_change(again=again)

    def set_found(self, trouble: Trouble | None) -> None:
        """Say what is wrong although the source gives pictures."""
        with self._changing:
            self._found = trouble
            self._tell_change()

    def _tell_change(self, *, again: bool = False) -> None:
        state = self._present()
        if state == self._told and not again:
            return
        self._told = state
        self._tell(state)
        if state.message and state.condition not in (EyeCondition.ENDED, EyeCondition.RESTING):
            _LOG.warning("%s", state.message)

    def _present(self) -> EyeState:
        found = self._found
        if found is None or not self.watching:
            return self._source
        condition = EyeCondition.TROUBLE if found.fault in _BLINDING else EyeCondition.WATCHING
        return EyeState(condition, found.message, found.fault)
