"""Looks after the index in a process of its own, at the lowest priority: scans, listens, and watches the folder."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mien.errors import LibraryError
from mien.music.index.library import Library
from mien.music.index.listening import listen
from mien.music.index.watch import FolderWatch
from mien.ports import Ear
from mien.types import Heard

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_RETRY_SECONDS = 30.0
_HEARING_CPU_SECONDS = 300.0  # many times what the longest track takes on a small board


def attend(library: Library, ear: Ear | None, should_end: Callable[[], bool]) -> None:
    """Keep the index up to date with the folder, and hear what was not heard yet, until `should_end`.

    Trouble with the folder or the index is logged once and tried again.

    Args:
        library: the index.
        ear: hears; None leaves the tracks placed by their words.
        should_end: asked before each file and twice a second.
    """
    changed = threading.Event()
    trouble = ""
    with closing(FolderWatch(library.folder, changed.set)) as watch:
        watch.start()
        while not should_end():
            changed.clear()
            before, trouble = trouble, _catch_up(library, ear, lambda: changed.is_set() or should_end())
            if trouble not in ("", before):
                log.warning("%s", trouble)
            _wait(changed, should_end, _RETRY_SECONDS if trouble else None)


def open_when_possible(
    open_library: Callable[[], Library], should_end: Callable[[], bool], retry_seconds: float = _RETRY_SECONDS
) -> Library | None:
    """Open an index, trying again while it cannot be opened, as on a full disk; None when `should_end` came first."""
    trouble = ""
    while not should_end():
        try:
            return open_library()
        except LibraryError as error:
            before, trouble = trouble, str(error)
            if trouble != before:
                log.warning("%s", trouble)
            _wait(threading.Event(), should_end, retry_seconds)
    return None


def _catch_up(library: Library, ear: Ear | None, should_stop: Callable[[], bool]) -> str:
    """Scan and listen; return what is wrong, or nothing."""
    try:
        library.scan()
        if ear is not None:
            listen(library, ear, should_stop=should_stop)
    except LibraryError as error:
        return str(error)
    return ""


def _wait(changed: threading.Event, should_end: Callable[[], bool], seconds: float | None) -> None:
    waited = 0.0
    while not (should_end() or changed.wait(_LOOK_SECONDS)) and (seconds is None or waited < seconds):
        waited += _LOOK_SECONDS


class LimitedEar:
    """An ear in a process of its own, which the system ends when one file takes it minutes of processor time."""

    def __init__(self, ear: Ear, cpu_seconds: float = _HEARING_CPU_SECONDS) -> None:
        self._ear, self._cpu_seconds = ear, cpu_seconds

    @property
    def version(self) -> str:
        """The ear's own."""
        return self._ear.version

    def hear(self, path: Path) -> Heard:
        """Hear a file within the limit."""
        signal.setitimer(signal.ITIMER_PROF, self._cpu_seconds)
        try:
            return self._ear.hear(path)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)


def stand_back() -> None:
    """Leave processor, disk and memory to everybody else: this process comes last, and is the first to go."""
    threads = [thread.name for thread in Path("/proc/self/task").iterdir()]  # each has a priority of its own
    for thread in threads:
        os.setpriority(os.PRIO_PROCESS, int(thread), 19)
    if ionice := shutil.which("ionice"):
        subprocess.run([ionice, "-t", "-c", "3", "-p", *threads], check=False)  # noqa: S603 - a fixed command
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError as error:
        log.debug("The memory killer treats this process like any other (%s).", error)


def parent_watch() -> Callable[[], bool]:
    """Return what says whether the process that started this one is gone."""
    parent = os.getppid()
    return lambda: os.getppid() != parent
