"""One check a file: each says whether a part works on this machine, and what to do when it does not."""

from __future__ import annotations

from collections.abc import Iterator

from mien.config import Settings
from mien.doctor import audio, camera, detector, library, model, network
from mien.doctor.finding import Finding


def examine(settings: Settings) -> Iterator[Finding]:
    """Check the parts one after the other, in the order of the data's flow."""
    for check in (camera, detector, model, network, library, audio):
        yield check.check(settings)
