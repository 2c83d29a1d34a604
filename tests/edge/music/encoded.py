"""Sound files in every format, encoded by PyAV, and Ogg Vorbis by libsndfile, since PyAV brings no encoder for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray


@dataclass(frozen=True)
class Format:
    """A way to write a sound file. `sample_format` is the encoder's own word; empty for its usual one."""

    suffix: str
    codec: str
    rate: int = 44_100
    layout: str = "stereo"
    sample_format: str = ""

    def __str__(self) -> str:
        return f"{self.suffix}-{self.codec}-{self.rate}-{self.layout}"


def sine(hertz: float, seconds: float, rate: int, level: float = 0.25) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def encode(path: Path, form: Format, samples: NDArray[np.float64]) -> Path:
    """Write samples in [-1, 1] at the format's rate, the same in each channel."""
    if form.codec == "vorbis":
        channels = {"mono": 1, "stereo": 2, "5.1": 6}[form.layout]
        with soundfile.SoundFile(path, "w", form.rate, channels, format="OGG", subtype="VORBIS") as ogg:
            for start in range(0, len(samples), 1024):  # much at once crashes libsndfile
                ogg.write(np.repeat(samples[start : start + 1024, None], channels, 1))
        return path
    with av.open(str(path), "w") as file:
        stream = file.add_stream(form.codec, rate=form.rate, layout=form.layout)
        assert isinstance(stream, av.AudioStream)
        if form.sample_format:
            stream.format = av.AudioFormat(form.sample_format)
        if form.codec in ("wmav1", "wmav2", "aac"):
            stream.bit_rate = 64_000 * stream.layout.nb_channels
        planes = np.repeat(samples[None].astype(np.float32), stream.layout.nb_channels, 0)
        resampler = av.AudioResampler(stream.format, form.layout, form.rate)
        for start in range(0, len(samples), 1024):
            block = np.ascontiguousarray(planes[:, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(block, "fltp", form.layout)
            frame.sample_rate, frame.pts = form.rate, start
            for resampled in resampler.resample(frame):
                file.mux(stream.encode(resampled))
        file.mux(stream.encode(None))
    return path
