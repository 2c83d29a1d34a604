"""Tells when something changes in a music folder, through unplugged disks and on network shares."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from mien.music.index.scan import MUSIC_SUFFIXES, PLAYLIST_SUFFIXES

log = logging.getLogger(__name__)

_QUIET_SECONDS = 1.0
_DELETED = 3  # watchfiles.Change.deleted
_LOOK_SECONDS = 2.0  # how often the folder is looked for, in case its disk came or went
_POLL_SECONDS = 60.0  # between two walks through a share, whose changes nobody tells
_SILENT_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse.", "afs", "ceph", "vboxsf", "davfs")


class FolderWatch:
    """Watches a folder on a thread of its own until `close`.

    Args:
        folder: what to watch; it may be missing, and come and go.
        on_change: called on the watching thread when music or playlists changed, when the folder came or went, and
            when watching begins, since nothing was seen before.
        quiet_seconds: changes are told of once nothing changed for so long, or after ten times that.
        look_seconds: how often the folder itself is looked for.
        poll_seconds: how often a share is walked through.
    """

    def __init__(
        self,
        folder: Path,
        on_change: Callable[[], None],
        *,
        quiet_seconds: float = _QUIET_SECONDS,
        look_seconds: float = _LOOK_SECONDS,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:
        self._folder, self._on_change = folder, on_change
        self._quiet_seconds, self._look_seconds, self._poll_seconds = quiet_seconds, look_seconds, poll_seconds
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """End watching; a second call does nothing."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it counts every change aloud
        polling = is_silent(self._folder)
        identity = _identity(self._folder)
        while not self._closing.is_set():
            if identity is None:
                self._closing.wait(self._look_seconds)
            else:
                polling = self._watch(identity, polling=polling)
            before, identity = identity, _identity(self._folder)
            if identity != before and not self._closing.is_set():
                self._on_change()

    def _watch(self, identity: tuple[int, int], *, polling: bool) -> bool:
        """Tell of changes until the folder is another one, as when its disk was unplugged; return whether to poll."""
        begun = False
        try:
            for changes in self._changes(polling=polling):
                if _identity(self._folder) != identity:
                    return polling
                if changes or not begun:
                    self._on_change()
                begun = True
        except OSError as error:  # it went away just now, or too many folders are watched already
            log.warning("Changes in %s are looked for every %g s (%s).", self._folder, self._poll_seconds, error)
            self._closing.wait(self._look_seconds)
            return polling or _identity(self._folder) == identity
        return polling

    def _changes(self, *, polling: bool) -> Iterator[object]:
        from watchfiles import watch

        return watch(
            self._folder,
            watch_filter=_matters,
            debounce=round(10_000 * self._quiet_seconds),
            step=round(1000 * self._quiet_seconds),
            stop_event=self._closing,
            rust_timeout=round(1000 * self._look_seconds),
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=polling,
            poll_delay_ms=round(1000 * self._poll_seconds),
            ignore_permission_denied=True,
        )


def is_silent(folder: Path, mounts: str | None = None) -> bool:
    """Say whether a folder lies on a share, whose changes by others the kernel does not tell.

    Args:
        folder: the folder; it may be missing.
        mounts: the text of /proc/mounts; None reads it.
    """
    if mounts is None:
        table = Path("/proc/mounts")
        mounts = table.read_text(errors="surrogateescape") if table.exists() else ""
    places = [line.split(" ")[1:3] for line in mounts.splitlines()]
    holding = [(point, kind) for point, kind in places if folder.is_relative_to(_unescaped(point))]
    return bool(holding) and max(holding, key=lambda place: len(place[0]))[1].startswith(_SILENT_FILE_SYSTEMS)


def _unescaped(point: str) -> str:
    return point.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def _matters(change: int, path: str) -> bool:
    """Music, playlists and folders matter; what is deleted may have been a folder."""
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122
    return suffix in MUSIC_SUFFIXES or suffix in PLAYLIST_SUFFIXES or change == _DELETED or os.path.isdir(path)  # noqa: PTH112


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
