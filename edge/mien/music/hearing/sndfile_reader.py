"""Decodes with libsndfile, which opens some Ogg files that FFmpeg refuses."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from mien.music.hearing.recording import Recording, RefusedError

_END_SECONDS = 3.0
_FIRST_BYTES = (b"OggS", b"fLaC", b"RIFF", b"RF64", b"FORM", b"caff")  # not MP3: its decoder writes to standard error


class SndfileReader:
    """A file opened by libsndfile.

    Raises:
        RefusedError: libsndfile does not know the format.
    """

    def __init__(self, path: Path) -> None:
        import soundfile

        try:
            with path.open("rb") as file:
                known = file.read(4) in _FIRST_BYTES
            if not known:
                raise RefusedError("it is in no format that libsndfile reads")
            self._file = soundfile.SoundFile(path)
        except (OSError, soundfile.SoundFileError) as error:
            raise RefusedError(f"it cannot be read: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def duration_seconds(self) -> float:
        """Return how much can be decoded: what is claimed where the end is found there, else all is counted."""
        claimed, rate = self._file.frames, self._file.samplerate
        last = max(0, claimed - round(_END_SECONDS * rate))
        found = self._samples(last, claimed - last).shape[1]
        if found:
            return (last + found) / rate
        second, counted = rate, 0
        while found := self._samples(counted, second).shape[1]:
            counted += found
        return counted / rate

    def read(self, start_seconds: float, length_seconds: float) -> Recording:
        """Decode a part."""
        rate = self._file.samplerate
        samples = self._samples(round(start_seconds * rate), round(length_seconds * rate))
        return Recording(samples, rate, _SPEAKERS.get(len(samples), ("FL",) * len(samples)))

    def _samples(self, start: int, count: int) -> np.typing.NDArray[np.float32]:
        import soundfile

        try:
            self._file.seek(start)
            return self._file.read(count, dtype="float32", always_2d=True).T
        except soundfile.SoundFileError:
            return np.empty((self._file.channels, 0), np.float32)


_SPEAKERS = {1: ("FC",), 2: ("FL", "FR")}
