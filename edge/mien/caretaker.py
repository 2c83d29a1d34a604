"""Tells the log, the status file and the service manager how the player does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from mien.fault_log import FaultLog
from mien.music.choosing.circumstances import Moment
from mien.status import LastingTrouble, StatusFile
from mien.types import Fault, PlayState, Snapshot

if TYPE_CHECKING:
    from mien.service_manager import ServiceManager

_LOG = logging.getLogger(__name__)
_READY_SECONDS = 20.0  # after so long without a sound, waiting longer helps nobody
# Music cannot play before these are over, and whatever waits for the service shall not wait for a memory stick.
_SILENCING = {
    Fault.SOUND_MISSING,
    Fault.SOUND_BUSY,
    Fault.SOUND_LOST,
    Fault.LIBRARY_MISSING,
    Fault.LIBRARY_UNPLAYABLE,
}


class Caretaker:
    """Looks at each turn of the player. To be used from its thread.

    Args:
        manager: systemd, where it started the player.
        status: the file that others read; None writes none.
    """

    def __init__(self, manager: ServiceManager, status: StatusFile | None) -> None:
        self._manager, self._status = manager, status
        self._faults = FaultLog()
        self._began_at: float | None = None

    def look(self, snapshot: Snapshot, moment: Moment, *, responds: bool) -> None:
        """Take in how the player does.

        Args:
            snapshot: what it shows.
            moment: what time it is.
            responds: False while the sound output hangs: then the watchdog is not kicked, and systemd starts it anew.
        """
        for line in self._faults.update(snapshot.troubles, moment.monotonic):
            _LOG.log(line.level, "%s", line.text)
        if self._status is not None:
            self._status.write(LastingTrouble(one, self._faults.since(one.fault)) for one in snapshot.troubles)
        self._tell_manager(snapshot, moment, responds=responds)

    def end(self) -> None:
        """The player ends well."""
        self._manager.stopping()
        if self._status is not None:
            self._status.remove()

    def _tell_manager(self, snapshot: Snapshot, moment: Moment, *, responds: bool) -> None:
        if self._began_at is None:
            self._began_at = moment.monotonic
        sounds = snapshot.playback.state is not PlayState.STOPPED and snapshot.playback.position_seconds > 0
        silenced = any(trouble.fault in _SILENCING for trouble in snapshot.troubles)
        if sounds or silenced or moment.monotonic - self._began_at >= _READY_SECONDS:
            self._manager.ready()
        if responds:
            self._manager.alive()
        # Every user of this machine may read it: no mood, and no title.
        self._manager.status(snapshot.trouble or snapshot.playback.state.value)
