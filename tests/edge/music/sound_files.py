"""Small sound files, made by hand: each format's container with its tags, as its own writers lay them out."""

from __future__ import annotations

import struct
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

TagValues = Mapping[str, Sequence[str]]


def write_tone(path: Path, hertz: float, seconds: float, level: float = 0.5) -> Path:
    """Write a sine as a mono 16-bit WAV file at 44.1 kHz."""
    time = np.arange(round(seconds * 44_100)) / 44_100
    samples = np.rint(32767 * level * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(samples.tobytes())
    return path


def write_sound(path: Path, samples: NDArray[np.floating], rate: int, codec: str, form: str, layout: str = "") -> Path:
    """Write samples [channels, N] with one of FFmpeg's encoders, of which `form` is the sample format, or libvorbis."""
    if codec == "libvorbis":
        with soundfile.SoundFile(path, "w", rate, len(samples), format="OGG", subtype="VORBIS") as file:
            for start in range(0, samples.shape[1], rate):  # libvorbis overflows its stack on minutes at once
                file.write(samples[:, start : start + rate].T)
        return path
    layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    scale, kind = {"u8": (127, np.uint8), "s16": (32767, np.int16), "s32": (2**31 - 128, np.int32)}.get(
        form.removesuffix("p"), (1, np.float32)
    )
    values = (samples * scale + (128 if kind is np.uint8 else 0)).astype(kind)
    packed = values if form.endswith("p") else values.T.reshape(1, -1)
    with av.open(str(path), "w") as container:
        stream = cast("av.AudioStream", container.add_stream(codec, rate=rate, layout=layout, format=form))
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), format=form, layout=layout)
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        for part in fifo.read_many(stream.codec_context.frame_size or 4096, partial=True):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def mp3(frames: Mapping[str, str] | None = None, custom: Mapping[str, str] | None = None) -> bytes:
    """One second of silence, with ID3v2.4 text frames and TXXX frames."""
    body = b"".join(_id3_frame(name, b"\x03" + text.encode()) for name, text in (frames or {}).items())
    for name, text in (custom or {}).items():
        body += _id3_frame("TXXX", b"\x03" + name.encode() + b"\x00" + text.encode())
    tag = b"ID3\x04\x00\x00" + _synchsafe(len(body)) + body
    silence = (b"\xff\xfb\x90\x00" + bytes(413)) * 38
    return tag + silence


def flac(tags: TagValues) -> bytes:
    """A FLAC header that promises two seconds, with Vorbis comments and no frames."""
    rate, channels, bits, total = 44_100, 2, 16, 88_200
    packed = (rate << 44) | ((channels - 1) << 41) | ((bits - 1) << 36) | total
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    comment = _vorbis_comment(tags)
    return b"fLaC\x00" + len(info).to_bytes(3, "big") + info + b"\x84" + len(comment).to_bytes(3, "big") + comment


def ogg(tags: TagValues) -> bytes:
    """An Ogg Vorbis stream of two seconds with its comments and no sound."""
    identification = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 2, 44_100, 0, 128_000, 0, 0xB8, 1)
    comment = b"\x03vorbis" + _vorbis_comment(tags) + b"\x01"
    return _ogg_page(identification, 0, 0, 2) + _ogg_page(comment, 1, 0, 0) + _ogg_page(b"\x00", 2, 88_200, 4)


def m4a(tags: TagValues) -> bytes:
    """An MP4 header that promises two seconds, with iTunes' free-form tags."""
    items = b""
    for name, values in tags.items():
        data = b"".join(_atom(b"data", struct.pack(">II", 1, 0) + value.encode()) for value in values)
        mean = _atom(b"mean", bytes(4) + b"com.apple.iTunes")
        items += _atom(b"----", mean + _atom(b"name", bytes(4) + name.encode()) + data)
    header = _atom(b"mvhd", bytes(12) + struct.pack(">II", 1000, 2000) + bytes(80))
    meta = _atom(b"meta", bytes(4) + _atom(b"ilst", items))
    return _atom(b"ftyp", b"M4A \x00\x00\x00\x00") + _atom(b"moov", header + _atom(b"udta", meta))


def wma(tags: TagValues) -> bytes:
    """An ASF header of a stream of two seconds, with its extended tags."""
    properties = bytes(40) + struct.pack("<QQQ", 20_000_000, 20_000_000, 0) + bytes(16)
    listed = [(name, value) for name, values in tags.items() for value in values]
    content = struct.pack("<H", len(listed))
    for name, value in listed:
        wide_name, wide_value = f"{name}\0".encode("utf-16le"), f"{value}\0".encode("utf-16le")
        content += struct.pack("<H", len(wide_name)) + wide_name + struct.pack("<HH", 0, len(wide_value)) + wide_value
    objects = _asf("a1dcab8c47a9cf118ee400c00c205365", properties) + _asf("40a4d0d207e3d21197f000a0c95ea850", content)
    inside = struct.pack("<IBB", 2, 1, 2) + objects
    return _asf("3026b2758e66cf11a6d900aa0062ce6c", inside)


def aac() -> bytes:
    """ADTS frames, as in a bare .aac file."""
    return b"".join(bytes.fromhex("fff1508003 7ffc".replace(" ", "")) + bytes(20) for _ in range(50))


def _id3_frame(name: str, content: bytes) -> bytes:
    return name.encode() + _synchsafe(len(content)) + bytes(2) + content


def _synchsafe(size: int) -> bytes:
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _vorbis_comment(tags: TagValues) -> bytes:
    lines = [f"{name}={value}".encode() for name, values in tags.items() for value in values]
    counted = b"".join(struct.pack("<I", len(line)) + line for line in lines)
    return struct.pack("<I", 4) + b"mien" + struct.pack("<I", len(lines)) + counted


def _ogg_page(packet: bytes, number: int, position: int, kind: int) -> bytes:
    lacing = [255] * (len(packet) // 255) + [len(packet) % 255]
    head = struct.pack("<4sBBQIIIB", b"OggS", 0, kind, position, 1, number, 0, len(lacing))
    return head + bytes(lacing) + packet


def _atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _asf(identity: str, content: bytes) -> bytes:
    return bytes.fromhex(identity) + struct.pack("<Q", 24 + len(content)) + content
