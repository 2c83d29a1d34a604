"""Words that others can read."""

from __future__ import annotations


def readable(text: str) -> str:
    """Return text that JSON and D-Bus carry: no half of a surrogate pair, as a file name that is not UTF-8 has, no NUL.

    Who sends anything else is thrown off the bus.
    """
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
