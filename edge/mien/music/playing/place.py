"""The place in the music, kept so that a power cut or a killed process goes on where it was."""

from __future__ import annotations

import json
import logging
import math
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien.types import Playback, PlayState

log = logging.getLogger(__name__)

_OFTEN_SECONDS = 0.9  # between two writings to memory; callers look about each second
_RARELY_SECONDS = 15.0  # between two writings to the disk, which a memory card does not mind
_FORGOTTEN_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the music was: a track, how far into it, how it was played, and when (the world's time in seconds)."""

    path: Path
    position_seconds: float
    paused: bool
    volume_percent: int
    kept_at: float


class PlaceKeeper:
    """Keeps the place in two files.

    About each second in the run folder, which lies in memory and outlives the process; each 15 seconds and with each
    change of track in the state folder, which outlives a power cut. To be used from one thread.
    """

    def __init__(self, run_folder: Path, state_folder: Path) -> None:
        """Begin; the folders are made with the first writing."""
        self._often = run_folder / "place.now.json"
        self._rarely = state_folder / "place.json"
        self._often_at = self._rarely_at = -math.inf
        self._last: tuple[Path, bool] | None = None
        self._complained = False

    def keep(self, playback: Playback, volume_percent: int, now: float, *, at_once: bool = False) -> None:
        """Write down what plays, when it is time to; nothing plays: the last place stays.

        Args:
            playback: what sounds.
            volume_percent: the volume.
            now: the world's time in seconds, which may jump.
            at_once: write into both files whether it is time or not, as at the end.
        """
        if playback.track is None:
            return
        place = Place(
            playback.track.path, playback.position_seconds, playback.state is PlayState.PAUSED, volume_percent, now
        )
        changed = at_once or self._last != (place.path, place.paused)
        self._last = (place.path, place.paused)
        if changed or not 0 <= now - self._often_at < _OFTEN_SECONDS:
            self._often_at = now
            self._write(self._often, place, lasting=False)
        if changed or not 0 <= now - self._rarely_at < _RARELY_SECONDS:
            self._rarely_at = now
            self._write(self._rarely, place, lasting=True)

    def kept(self, now: float) -> Place | None:
        """Return the newest place that was kept, unless there is none or it is older than a day.

        A place from the future counts: a board without a clock of its own wakes up in the past.
        """
        places = [place for place in (_read(self._often), _read(self._rarely)) if place is not None]
        newest = max(places, key=lambda place: place.kept_at, default=None)
        return None if newest is None or now - newest.kept_at > _FORGOTTEN_SECONDS else newest

    def _write(self, file: Path, place: Place, *, lasting: bool) -> None:
        try:
            _replace(file, _to_json(place), lasting=lasting)
        except OSError as error:
            if not self._complained:
                log.warning("The place in the music cannot be kept in %s: %s.", file.parent, error.strerror)
            self._complained = True


def _replace(file: Path, content: bytes, *, lasting: bool) -> None:
    """Put a file in the place of another in one go; `lasting` waits until the disk has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("wb") as writing:
        writing.write(content)
        writing.flush()
        if lasting:
            os.fsync(writing.fileno())
    new.replace(file)


def _to_json(place: Place) -> bytes:
    """Return a place as JSON; a path that is not UTF-8 comes back as it was."""
    values = {
        "path": str(place.path),
        "position_seconds": round(place.position_seconds, 3),
        "paused": place.paused,
        "volume_percent": place.volume_percent,
        "kept_at": place.kept_at,
    }
    return json.dumps(values).encode()  # all ASCII: what is no UTF-8 is written as an escaped half of a surrogate pair


def _read(file: Path) -> Place | None:
    """Return what a file holds; None for one that is missing, torn, or says what cannot be."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        values = json.loads(file.read_bytes())
        place = Place(
            Path(values["path"]),
            float(values["position_seconds"]),
            bool(values["paused"]),
            int(values["volume_percent"]),
            float(values["kept_at"]),
        )
        possible = math.isfinite(place.position_seconds + place.kept_at) and place.position_seconds >= 0
        if possible and place.path.is_absolute() and 0 <= place.volume_percent <= 100:
            return place
    return None
