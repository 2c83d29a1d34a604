"""An ear that hears by the bytes of a file: always the same, in no time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from mien.errors import UnreadableError
from mien.types import Affect, Heard

HEARD_SECONDS = 61.5


class FakeEar:
    """Follows `ports.Ear`. `heard` lists the names of the files, in the order they were heard.

    A file named "undecodable ..." cannot be decoded, one named "wind ..." is not music. `before` is called with each
    path first, and may fail.
    """

    def __init__(self, version: str = "fake 1", before: Callable[[Path], object] = lambda _path: None) -> None:
        self.version = version
        self.heard: list[str] = []
        self._before = before

    def hear(self, path: Path) -> Heard:
        self._before(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UnreadableError(f"it cannot be read: {error.strerror}") from error
        self.heard.append(path.name)
        if path.name.startswith("undecodable"):
            raise UnreadableError("no sound can be decoded")
        numbers = hashlib.blake2b(self.version.encode() + content).digest()
        return Heard(
            duration_seconds=HEARD_SECONDS,
            loudness_lufs=-10.0 - numbers[0] / 16,
            affect=Affect(numbers[1] / 127.5 - 1.0, numbers[2] / 127.5 - 1.0),
            valence_spread=0.4,
            arousal_spread=0.3,
            traits=("soft", "slow onsets")[: numbers[3] % 3],
            is_music=not path.name.startswith("wind"),
        )
