"""The length of an Ogg file from its first and its last page, without a walk through all pages between."""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD_BYTES = 4096
_TAIL_BYTES = 65_536 + 512  # an Ogg page is at most 65,307 bytes long, so that the last one begins in here
_PAGE_HEAD_BYTES = 27
_OPUS_RATE = 48_000


def ogg_seconds(path: Path) -> float | None:
    """Return the seconds of a Vorbis or Opus stream (RFC 3533, RFC 7845); None when it is neither, or torn.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        head = file.read(_HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
    clock = _clock(head)
    last = tail.rfind(b"OggS\x00")
    if clock is None or not head.startswith(b"OggS") or last < 0 or len(tail) < last + _PAGE_HEAD_BYTES:
        return None
    rate, skipped, serial = clock
    position, last_serial = struct.unpack_from("<qI", tail, last + 6)
    return (position - skipped) / rate if last_serial == serial and position > skipped else None


def _clock(head: bytes) -> tuple[int, int, int] | None:
    """Return samples a second, samples to skip at the start, and the stream's serial number."""
    if head[28:35] == b"\x01vorbis" and len(head) >= 44:
        rate, skipped = struct.unpack_from("<I", head, 40)[0], 0
    elif head[28:36] == b"OpusHead" and len(head) >= 40:
        rate, skipped = _OPUS_RATE, struct.unpack_from("<H", head, 38)[0]
    else:
        return None
    serial = struct.unpack_from("<I", head, 14)[0]
    return (rate, skipped, serial) if rate else None
