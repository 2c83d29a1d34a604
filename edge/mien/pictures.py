"""What kind of picture some bytes are."""

from __future__ import annotations


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture that a browser shows, by its first bytes; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None
