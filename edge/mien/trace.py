"""A trace: what was observed and decided, as numbers in a file, so that it can be replayed under other settings."""

from __future__ import annotations

import fcntl
import itertools
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from mien import config
from mien.config import Settings
from mien.errors import OutputError, TraceError
from mien.link.lines import LONGEST_LINE_BYTES, encode
from mien.mood.baseline import Baseline
from mien.setting_layers import Layer, default_values
from mien.trace_lines import (
    DECIDING_SECTIONS,
    UNUSABLE,
    Asked,
    DecidedMood,
    NewerTraceError,
    TraceHeader,
    TraceItem,
    asked_line,
    header_line,
    lesson_ended_line,
    mood_line,
    read_header,
    read_item,
)
from mien.types import MoodChange, Observation

_LOG = logging.getLogger(__name__)
_FLUSH_SECONDS = 10.0
_FLUSH_BYTES = 1024 * 1024  # a crowd's lines wait no longer than for this


class TraceWriter:
    """Writes a trace about every ten seconds. It never raises once it stands: a trace that cannot go on ends.

    To be used from one thread.
    """

    def __init__(
        self, path: Path, settings: Settings, limit_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make the file, which this user alone can read; an empty one is what a start that failed leaves.

        Raises:
            OutputError: there is such a file already, another process records into it, or it cannot be made.
        """
        self._path, self._limit_bytes, self._clock = path, limit_bytes, clock
        self._buffer = bytearray()
        self._size_bytes = 0
        self._flushed_at = clock()
        try:
            self._file: FileIO | None = _open_private(path)
        except OSError as error:
            raise OutputError(f"The trace {path} cannot be written: {error.strerror}.") from error
        self._settings = settings
        self._baseline: Baseline | None = None

    def known(self, baseline: Baseline | None) -> None:
        """Say which face at rest is known from before; for the beginning."""
        self._baseline = baseline

    def asked(self, what: Asked) -> None:
        """Take down what somebody asked for, between two observations."""
        self._put(asked_line(what))

    def lesson_ended(self) -> None:
        """Take down that the clock ended a lesson, between two observations."""
        self._put(lesson_ended_line())

    def record(self, observation: Observation, change: MoodChange | None) -> None:
        """Take down what was seen, and the change of mood that it made, if any: both or neither."""
        decided = b"" if change is None else mood_line(DecidedMood(change.at, change.current))
        self._put(encode(observation) + decided)

    def close(self) -> None:
        """Write what is left; a second call does nothing."""
        self._flush()
        self._close_file()

    def _put(self, lines: bytes) -> None:
        if self._file is None:
            return
        if not self._size_bytes:  # only now is known which face at rest is
            lines = header_line(self._settings, self._baseline) + lines
        if self._size_bytes + len(lines) > self._limit_bytes:
            _LOG.warning("The trace %s ends here: it has reached its limit of %d bytes.", self._path, self._limit_bytes)
            self.close()
            return
        self._size_bytes += len(lines)
        self._buffer += lines
        if self._clock() - self._flushed_at >= _FLUSH_SECONDS or len(self._buffer) >= _FLUSH_BYTES:
            self._flush()

    def _flush(self) -> None:
        self._flushed_at = self._clock()
        try:
            while self._file is not None and self._buffer:
                del self._buffer[: self._file.write(self._buffer)]
        except OSError as error:
            _LOG.warning("The trace %s ends here: it cannot be written (%s).", self._path, error.strerror)
            self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what was written is written
                self._file.close()
            self._file = None


class TraceReader:
    """Reads a trace, as often as it is iterated: what was recorded, in its order.

    A last line that a power cut tore is left out.
    """

    def __init__(self, path: Path) -> None:
        """Read the header.

        Raises:
            TraceError: the file cannot be read, is no trace, or is one of a newer version.
        """
        self._path = path
        self._read_bytes = 0
        with self._open() as file:
            self._size_bytes = os.fstat(file.fileno()).st_size
            self.header = self._header(self._line(file))

    @property
    def read_share(self) -> float:
        """How much of the file the last iteration has read, from 0 to 1."""
        return min(1.0, self._read_bytes / max(1, self._size_bytes))

    def settings(self, changes: Mapping[str, Any] | None = None) -> Settings:
        """Return the settings that the trace was recorded under; what it does not tell is as it comes.

        Args:
            changes: {section: {key: value}} of the command line, put over them.

        Raises:
            SettingsError: the trace's settings cannot be used, or the changes.
        """
        known = default_values()
        told: dict[str, dict[str, Any]] = {}
        for section in DECIDING_SECTIONS:
            recorded = self.header.settings.get(section, {})
            told[section] = {key: recorded[key] for key in recorded if key in known[section]}
        layers: list[Layer] = [(f"the trace {self._path}", told), (config.COMMAND_LINE, changes or {})]
        return config.of_layers(layers)

    def __iter__(self) -> Iterator[TraceItem]:
        """Yield what was recorded.

        Raises:
            TraceError: a line is none of a trace, or the file cannot be read any more.
        """
        with self._open() as file:
            self._read_bytes = len(self._line(file))
            for number in itertools.count(2):
                line = self._line(file)
                self._read_bytes += len(line)
                if not line.endswith(b"\n"):
                    if len(line) >= LONGEST_LINE_BYTES:  # whatever it is, no end that a power cut tore
                        self._refuse(number)
                    return
                try:
                    item = read_item(line)
                except UNUSABLE as error:
                    self._refuse(number, error)
                yield item

    def _refuse(self, number: int, cause: Exception | None = None) -> NoReturn:
        where = f"Line {number} of the trace {self._path}"
        raise TraceError(f"{where} is not understood: copy the file again.") from cause

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise TraceError(f"The trace {self._path} cannot be read: {error.strerror}.") from error

    def _line(self, file: BinaryIO) -> bytes:
        try:
            return file.readline(LONGEST_LINE_BYTES)
        except OSError as error:
            raise TraceError(f"The trace {self._path} cannot be read: {error.strerror}.") from error

    def _header(self, line: bytes) -> TraceHeader:
        try:
            return read_header(line)
        except NewerTraceError as error:
            raise TraceError(
                f"The trace {self._path} was recorded by a newer mien: bring this one up to date."
            ) from error
        except UNUSABLE as error:
            wanted = "name a file that `mien run --trace` or `mien watch --trace` wrote"
            raise TraceError(f"{self._path} is no trace: {wanted}.") from error


def _open_private(path: Path) -> FileIO:
    """Open a new file, or one that is empty, for this process alone."""
    if path == Path("-"):
        raise _no_file(path)
    file = FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o600), "wb")
    try:
        _claim(file, path)
    except (OSError, OutputError):
        file.close()
        raise
    return file


def _claim(file: FileIO, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise _no_file(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # since the file stays empty for a while
    except BlockingIOError as error:
        raise OutputError(f"Another mien records the trace {path}: give another name.") from error
    if os.fstat(file.fileno()).st_size:
        raise OutputError(f"The trace {path} is there already: give another name, or delete it.")
    os.fchmod(file.fileno(), 0o600)


def _no_file(path: Path) -> OutputError:
    return OutputError(f"A trace needs a file of its own, and '{path}' is none: name one that is not there yet.")
