"""What is inside a file, as a short hash that stays when the file is moved, renamed or touched."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mien.errors import UnreadableError

CONTENT_BYTES = 16
_SAMPLE_BYTES = 32 * 1024
_WHOLE_BYTES = 4 * _SAMPLE_BYTES  # up to here the whole file is read


def content_hash(path: Path) -> bytes:
    """Return 16 bytes that tell a file's content from any other: BLAKE2b of its size, head, middle and tail.

    All of a 5 MB file takes 30 ms at best and several times that from an SD card, these parts under 1 ms. Encoded sound
    of the same size differs in them, unless it is the same.

    Raises:
        UnreadableError: the file cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as file:
            size = file.seek(0, 2)
            digest = hashlib.blake2b(size.to_bytes(8, "little"), digest_size=CONTENT_BYTES)
            whole = size <= _WHOLE_BYTES
            for start in (0,) if whole else (0, (size - _SAMPLE_BYTES) // 2, size - _SAMPLE_BYTES):
                file.seek(start)
                digest.update(file.read(_WHOLE_BYTES if whole else _SAMPLE_BYTES))
            return digest.digest()
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from error
