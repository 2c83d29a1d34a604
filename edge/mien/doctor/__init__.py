"""One check a file: each says whether a part works on this machine, and what to do when it does not."""

from __future__ import annotations

from collections.abc import Iterator

from mien.config import Settings
from mien.doctor import audio, library
from mien.doctor.child import ask
from mien.doctor.finding import Finding


def examine(settings: Settings) -> Iterator[Finding]:
    """Check the parts one after the other, in the order of the data's flow."""
    for name in ("camera", "detector", "model", "network"):
        yield ask(name, settings)
    yield library.check(settings)
    yield audio.check(settings)
