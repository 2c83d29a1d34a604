"""What the two decoders have in common."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RefusedError(Exception):
    """A decoder cannot open a file; the message is the reason, to stand after the file's name."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Sound as it stands in a file: float32 [channels, samples] in [-1, 1], samples a second, and speakers.

    `speakers` names each channel as FFmpeg does: FL, FR, FC, LFE, BL, SL, ... ; a single one is FC.
    """

    samples: NDArray[np.float32]
    rate: int
    speakers: tuple[str, ...]


class Reader(Protocol):
    """An open sound file."""

    def duration_seconds(self) -> float:
        """Return how much can really be decoded: the lengths in headers lie for cut and streamed files."""
        ...

    def read(self, start_seconds: float, length_seconds: float) -> Recording:
        """Decode a part; it is shorter, or empty, where the file ends or is torn."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
