"""What the two decoders have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


# A torn header may promise any: a second of 2 GHz, or 65,535 channels, would fill the memory.
_RATES = range(4_000, 768_001)
_MOST_CHANNELS = 16


def is_plausible(rate: int, channels: int) -> bool:
    """Tell whether a sound can have so many samples a second and so many channels."""
    return rate in _RATES and 0 < channels <= _MOST_CHANNELS


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

    def __exit__(self, *_: object) -> None: ...
