"""Reads excerpts of a sound file, its true length and its loudness; what one decoder refuses, another may open."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.errors import UnreadableError
from mien.music.hearing.loudness import block_powers, integrated_loudness
from mien.music.hearing.recording import Reader, Recording, RefusedError
from mien.music.hearing.resample import resampled
from mien.music.sound_file import check_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 22_050
EXCERPT_SECONDS = 20.0
EXCERPT_CENTRES = (0.15, 0.50, 0.85)


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """What was read of a sound file.

    `duration_seconds` is what can be decoded. `excerpts` are the mean of the channels, float32 [samples] in [-1, 1] at
    `RATE`: three of 20 s around 15, 50 and 85 % of a track; of one shorter than that the whole, in equal parts of 20 s
    at most. `loudness_lufs` is the integrated loudness of the excerpts (EBU R128), None for silence.
    """

    duration_seconds: float
    excerpts: tuple[NDArray[np.float32], ...]
    loudness_lufs: float | None


def read_sound(path: Path) -> Sound:
    """Read a sound file of any format, length, rate and number of channels.

    Raises:
        UnreadableError: nothing in it can be decoded; the message is the reason, to stand after the file's name.
    """
    check_file(path)
    with _open(path) as reader:
        duration = reader.duration_seconds()
        heard = [_heard(reader.read(start, length)) for start, length in _windows(duration)]
        if not any(excerpt.size for excerpt, _ in heard):  # a torn file, or one whose clock runs wild
            heard = [_heard(reader.read(0.0, EXCERPT_SECONDS))]
    excerpts = tuple(excerpt for excerpt, _ in heard if excerpt.size)
    if not excerpts:
        raise UnreadableError("it is torn: nothing in it can be decoded")
    return Sound(duration, excerpts, integrated_loudness(np.concatenate([powers for _, powers in heard])))


def _heard(recording: Recording) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return an excerpt at `RATE` and the powers its loudness is made of; the recording itself is let go."""
    mean = recording.samples.mean(axis=0, dtype=np.float32)
    return resampled(mean, recording.rate, RATE), block_powers(recording)


def _windows(duration_seconds: float) -> list[tuple[float, float]]:
    """Return the start and the length in seconds of each excerpt."""
    if duration_seconds <= EXCERPT_SECONDS * len(EXCERPT_CENTRES):
        parts = math.ceil(duration_seconds / EXCERPT_SECONDS)
        return [(part * duration_seconds / parts, duration_seconds / parts) for part in range(parts)]
    last = duration_seconds - EXCERPT_SECONDS
    starts = (centre * duration_seconds - EXCERPT_SECONDS / 2 for centre in EXCERPT_CENTRES)
    return [(min(max(start, 0.0), last), EXCERPT_SECONDS) for start in starts]


def _open(path: Path) -> Reader:
    """Open with FFmpeg, then with libsndfile, which reads some Ogg files that FFmpeg refuses."""
    from mien.music.hearing.ffmpeg_reader import FfmpegReader
    from mien.music.hearing.sndfile_reader import SndfileReader

    readers: tuple[Callable[[Path], Reader], ...] = (FfmpegReader, SndfileReader)
    reasons = []
    for reader in readers:
        try:
            return reader(path)
        except RefusedError as error:
            reasons.append(str(error))
    raise UnreadableError(reasons[0])
