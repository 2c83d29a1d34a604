"""The owner's face at rest, kept for the next start as a few numbers: six log ratios and a time, and of which model."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from typing import Any

from mien.config import Settings
from mien.errors import OutputError
from mien.mood.baseline import TOLD, Baseline
from mien.whole_file import UNFINISHED_SUFFIX, write_whole

log = logging.getLogger(__name__)

_OWNER_ALONE = 0o600
_IMPOSSIBLE_RATIO = 20.0


class BaselineFile:
    """Keeps a baseline in the state folder, where the owner wants that. To be used from one thread."""

    def __init__(self, settings: Settings) -> None:
        self._file, self._keeps = settings.paths.baseline_file, settings.mood.keep_baseline
        self._open_file: int | None = None

    def read(self) -> Baseline | None:
        """Return what was kept; None where nothing was, or where nothing shall be.

        A file that is torn is renamed to `<name>.broken`, and one of another model is left unused; the log says so. An
        empty one is what a lesson leaves that failed.
        """
        if not self._keeps:
            return None
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("The face at rest in %s cannot be read: %s.", self._file, error.strerror)
            return None
        if not content:
            return None
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return self._baseline(json.loads(content))
        aside = self._file.with_name(f"{self._file.name}.broken")
        log.warning(
            "The face at rest in %s is torn: it is kept as %s, and to be learned again.", self._file, aside.name
        )
        with suppress(OSError):  # on a disk that cannot be written it stays, and is torn the next time too
            self._file.replace(aside)
        return None

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Hold the file open meanwhile, so that it can be kept by a process that gives up all writing to disk.

        Raises:
            OutputError: it cannot be opened.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._open_file = os.open(self._file, os.O_WRONLY | os.O_CREAT, _OWNER_ALONE)
        except OSError as error:
            raise OutputError(f"The file {self._file} cannot be written: {error.strerror}.") from error
        try:
            yield
        finally:
            os.close(self._open_file)
            self._open_file = None

    def keep(self, baseline: Baseline | None) -> str:
        """Keep a baseline, or none any more; return a sentence on what became of it, empty where there is none."""
        try:
            if baseline is None:
                self._remove()
                return ""
            if not self._keeps:
                return "It is forgotten when mien ends; mood.keep_baseline = true keeps it."
            self._write(_to_json(baseline))
        except OSError as error:
            done = "removed" if baseline is None else "kept"
            complaint = f"The file {self._file} cannot be {done}: {error.strerror}."
            log.warning("%s", complaint)
            return complaint
        return f"It is kept in {self._file}."

    def _remove(self) -> None:
        for suffix in ("", ".broken", UNFINISHED_SUFFIX):
            self._file.with_name(f"{self._file.name}{suffix}").unlink(missing_ok=True)

    def _write(self, content: bytes) -> None:
        if self._open_file is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, content, mode=_OWNER_ALONE)
            return
        os.fchmod(self._open_file, _OWNER_ALONE)
        os.pwrite(self._open_file, content, 0)
        os.ftruncate(self._open_file, len(content))
        os.fsync(self._open_file)

    def _baseline(self, values: Mapping[str, Any]) -> Baseline | None:
        ratios = tuple(float(values["log_ratios"][emotion.value]) for emotion in TOLD)
        baseline = Baseline(ratios, float(values["seconds"]))
        if not all(abs(ratio) <= _IMPOSSIBLE_RATIO for ratio in ratios):
            raise ValueError(f"no such log ratios are learned: {ratios}")
        if values["model"] != _model():
            log.warning("The face at rest in %s was learned with another model: have it learned again.", self._file)
            return None
        return baseline


def _to_json(baseline: Baseline) -> bytes:
    ratios = {emotion.value: round(ratio, 3) for emotion, ratio in zip(TOLD, baseline.log_ratios, strict=True)}
    return json.dumps({"model": _model(), "seconds": baseline.seconds, "log_ratios": ratios}).encode()


def _model() -> str:
    """Return the shipped model's hash."""
    return resources.files("mien").joinpath("models/expression.sha256").read_text(encoding="ascii").strip()
