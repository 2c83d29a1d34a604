"""Decodes with libsndfile, which opens some Ogg files that FFmpeg refuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from mien.music.hearing.recording import Recording, RefusedError, is_plausible

if TYPE_CHECKING:
    from numpy.typing import NDArray

_END_SECONDS = 3.0
_FIRST_BYTES = (b"OggS", b"fLaC", b"RIFF", b"RF64", b"FORM", b"caff")  # not MP3: its decoder writes to standard error


class SndfileReader:
    """A file opened by libsndfile.

    Raises:
        RefusedError: libsndfile does not know the format.
    """

    def __init__(self, path: Path) -> None:
        import soundfile

        self._path = path

        try:
            with path.open("rb") as file:
                known = file.read(4) in _FIRST_BYTES
            if not known:
                raise RefusedError("it is in no format that libsndfile reads")
            self._file = soundfile.SoundFile(path)
        except (OSError, soundfile.SoundFileError) as error:
            raise RefusedError(f"it cannot be read: {error}") from error
        if not is_plausible(self._file.samplerate, self._file.channels):
            self._file.close()
            raise RefusedError("it is torn")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def duration_seconds(self) -> float:
        """Return how much can be decoded: what is claimed where the end is found there, else all is counted."""
        claimed, rate = int(self._file.frames), int(self._file.samplerate)
        last: int = max(0, claimed - round(_END_SECONDS * rate))
        found: int = self._samples(last, claimed - last).shape[1]
        if found:
            return (last + found) / rate
        counted, found = 0, 1
        self._reopen()  # after a search that failed it reads nothing any more
        while found:
            found = self._samples(None, rate).shape[1]
            counted += found
        self._reopen()
        return counted / rate

    def read(self, start_seconds: float, length_seconds: float) -> Recording:
        """Decode a part."""
        rate = self._file.samplerate
        samples = self._samples(round(start_seconds * rate), round(length_seconds * rate))
        return Recording(samples, rate, _SPEAKERS.get(len(samples), ("FL",) * len(samples)))

    def _reopen(self) -> None:
        import soundfile

        self._file.close()
        self._file = soundfile.SoundFile(self._path)

    def _samples(self, start: int | None, count: int) -> NDArray[np.float32]:
        """Read on from a place, or from where the last read ended."""
        import soundfile

        try:
            if start is not None:
                self._file.seek(start)
            samples: NDArray[np.float32] = self._file.read(count, dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            samples = np.empty((0, self._file.channels), np.float32)
        return samples.T


_SPEAKERS = {1: ("FC",), 2: ("FL", "FR")}
