"""Decodes with FFmpeg, through PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from mien.music.hearing.recording import Recording, RefusedError, is_plausible

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

# A file named .mp3 may hold a playlist or a script: only containers of sound are opened, and nothing they point to.
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "aac,ac3,aiff,amr,ape,asf,au,caf,dsf,eac3,flac,matroska,mov,mp3,mpc,mpc8,ogg,tta,w64,wav,wv",
}
_END_SECONDS = 3.0
_FULL_SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "flt": 1.0, "dbl": 1.0}


class FfmpegReader:
    """A file opened by FFmpeg. A torn packet is left out and the next one tried.

    Raises:
        RefusedError: FFmpeg does not know the format, or finds no sound in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def duration_seconds(self) -> float:
        """Return how much can be decoded: what is claimed where the end is found there, else all is counted."""
        import av

        length = self._container.duration
        if length and length > 0:
            start = length / av.time_base - _END_SECONDS
            end = 0.0
            for frame, begin in self._frames(max(0.0, start)):
                end = begin + frame.samples / frame.sample_rate
            if end > 0.0:
                return end
            self._reopen()
        counted = sum(frame.samples / frame.sample_rate for frame, _ in self._frames(0.0))
        self._reopen()
        return counted

    def read(self, start_seconds: float, length_seconds: float) -> Recording:
        """Decode a part; frames of another rate or number of channels than its first one are left out."""
        parts: list[NDArray[np.float32]] = []
        speakers: tuple[str, ...] = ()
        shape = 0, 0
        for frame, begin in self._frames(start_seconds):
            rate = frame.sample_rate
            skipped = max(0, round((start_seconds - begin) * rate))
            wanted = round((start_seconds + length_seconds - begin) * rate)
            if wanted <= 0:
                break
            if skipped >= frame.samples:
                continue
            if not parts:
                shape, speakers = (rate, len(frame.layout.channels)), tuple(one.name for one in frame.layout.channels)
            if shape == (rate, len(frame.layout.channels)):
                parts.append(_as_floats(frame)[:, skipped:wanted])
        if not parts:
            return Recording(np.empty((1, 0), np.float32), 1, ("FC",))
        return Recording(np.concatenate(parts, axis=1), shape[0], speakers)

    def _open(self) -> None:
        import av

        try:
            self._container = av.open(f"file:{self._path}", options=_OPTIONS, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise RefusedError(f"it is torn or not {self._path.suffix[1:].upper()} audio") from error
        if not self._container.streams.audio:
            self._container.close()
            raise RefusedError("it has no sound")
        self._stream = self._container.streams.audio[0]
        if self._stream.codec_context is None:  # whatever PyAV's types say
            self._container.close()
            raise RefusedError("nothing here decodes its kind of sound")
        self._stream.codec_context.thread_type = "NONE"

    def _reopen(self) -> None:
        self._container.close()
        self._open()

    def _frames(self, start_seconds: float) -> Iterator[tuple[av.AudioFrame, float]]:
        """Yield frames from about a place on, each with the time in seconds at which it begins."""
        import av

        tick, first = float(self._stream.time_base or 1), self._stream.start_time or 0
        try:
            self._container.seek(round(start_seconds / tick) + first, stream=self._stream)
        except av.FFmpegError:  # what cannot be searched is read from its beginning
            self._reopen()
        end = 0.0
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                if not is_plausible(frame.sample_rate, len(frame.layout.channels)):
                    continue
                begin = end if frame.pts is None else (frame.pts - first) * tick
                end = begin + frame.samples / frame.sample_rate
                yield frame, begin

    def _packets(self) -> Iterator[av.Packet[av.AudioStream]]:
        import av

        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError:  # the file is cut here
            return


def _as_floats(frame: av.AudioFrame) -> NDArray[np.float32]:
    """Return a frame's samples as [channels, samples] in [-1, 1]."""
    samples, kind = frame.to_ndarray(), frame.format.name.removesuffix("p")
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    floats = samples.astype(np.float32) / np.float32(_FULL_SCALE[kind])
    return floats - np.float32(1.0) if kind == "u8" else floats
