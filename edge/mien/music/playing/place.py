"""The place in the music, kept so that a power cut or a killed process goes on where it was."""

from __future__ import annotations

import json
import logging
import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien.types import Fault, Playback, PlayState, Trouble
from mien.whole_file import write_whole

log = logging.getLogger(__name__)

_OFTEN_SECONDS = 0.9  # between two writings to memory; callers look about each second
_RARELY_SECONDS = 60.0  # for each writing to the disk, which a memory card does not mind


@dataclass(frozen=True, slots=True)
class Place:
    """Where the music was: a track, how far into it, and how it was played."""

    path: Path
    position_seconds: float
    paused: bool
    volume_percent: int


class PlaceKeeper:
    """Keeps the place in files. To be used from one thread.

    About each second in the run folder, which lies in memory and outlives the process. In the state folder, which
    outlives a power cut, with each change of track and so often between that it comes to one writing a minute. The
    writing before stays as `place.json.1`, for the case that a disk tears the last one.
    """

    def __init__(self, run_folder: Path, state_folder: Path) -> None:
        """Begin; the folders are made with the first writing."""
        self._often = None if run_folder == state_folder else run_folder / "place.now.json"
        self._rarely = state_folder / "place.json"
        self._before = state_folder / "place.json.1"
        self._often_at = self._due_at = -math.inf
        self._last: tuple[Path, bool] | None = None
        self._number = 0
        self._troubles: dict[Path, Trouble] = {}
        self.kept()

    @property
    def trouble(self) -> Trouble | None:
        """Why the place is not kept; None when it is."""
        return next(iter(self._troubles.values()), None)

    def keep(self, playback: Playback, volume_percent: int, now: float, *, at_once: bool = False) -> None:
        """Write down what plays, when it is time to; nothing plays: the last place stays.

        Args:
            playback: what sounds.
            volume_percent: the volume.
            now: seconds of a clock that only grows.
            at_once: write into all files whether it is time or not, as at the end.
        """
        if playback.track is None:
            return
        place = Place(
            playback.track.path, playback.position_seconds, playback.state is PlayState.PAUSED, volume_percent
        )
        changed = at_once or self._last != (place.path, place.paused)
        self._last = (place.path, place.paused)
        if self._often is not None and (changed or now - self._often_at >= _OFTEN_SECONDS):
            self._often_at = now
            self._write(self._often, place)
        if changed or now >= self._due_at:
            # A writing out of turn takes the place of the next one.
            self._due_at = min(max(self._due_at, now) + _RARELY_SECONDS, now + 2 * _RARELY_SECONDS)
            self._keep_before()
            self._write(self._rarely, place)

    def kept(self) -> Place | None:
        """Return the newest place that was kept, by the count of writings: a board's clock may be years off.

        A torn file is renamed to `<name>.broken`.
        """
        files = [file for file in (self._often, self._rarely, self._before) if file is not None]
        found = [numbered for file in files if (numbered := _read(file)) is not None]
        self._number, place = max(found, key=lambda numbered: numbered[0], default=(0, None))
        return place

    def _keep_before(self) -> None:
        with suppress(OSError):  # it is the first one; what else is wrong, the writing tells
            self._rarely.replace(self._before)

    def _write(self, file: Path, place: Place) -> None:
        self._number += 1
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, _to_json(place, self._number), lasting=file == self._rarely)
        except OSError as error:
            if file not in self._troubles:
                message = f"The place in the music cannot be kept in {file.parent}: {error.strerror}."
                self._troubles[file] = Trouble(Fault.STATE_UNWRITABLE, message)
        else:
            self._troubles.pop(file, None)


def _to_json(place: Place, number: int) -> bytes:
    """Return a place as JSON; a path that is not UTF-8 comes back as it was."""
    values = {
        "number": number,
        "path": str(place.path),
        "position_seconds": round(place.position_seconds, 3),
        "paused": place.paused,
        "volume_percent": place.volume_percent,
    }
    return json.dumps(values).encode()  # all ASCII: what is no UTF-8 is written as an escaped half of a surrogate pair


def _read(file: Path) -> tuple[int, Place] | None:
    """Return what a file holds and its number; one that is torn, or says what cannot be, is set aside."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        values = json.loads(content)
        place = Place(
            Path(values["path"]),
            float(values["position_seconds"]),
            bool(values["paused"]),
            int(values["volume_percent"]),
        )
        possible = math.isfinite(place.position_seconds) and place.position_seconds >= 0 and "\0" not in values["path"]
        if possible and place.path.is_absolute() and 0 <= place.volume_percent <= 100:
            return int(values.get("number", 0)), place
    aside = file.with_name(f"{file.name}.broken")
    log.warning("The place in the music in %s is torn: it is kept as %s.", file, aside.name)
    with suppress(OSError):  # on a disk that cannot be written it stays, and is torn the next time too
        file.replace(aside)
    return None
