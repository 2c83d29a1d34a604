"""Has the process given up network and disk? Asked in the doctor's child, since there is no way back."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note


def check(settings: Settings) -> Iterator[Finding]:
    """Try to make a socket, and to write a file."""
    yield _network(settings)
    yield _writing()


def _network(settings: Settings) -> Finding:
    if settings.camera.needs_network:
        source = settings.camera.shown_source
        return note("network", f"The source {source} needs the network, so the eye keeps it.")
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return good("network", "The eye gives up the network before it sees anything.")
    return bad(
        "network", "The eye cannot give up the network here (no seccomp filter); run it as the service, which can."
    )


def _writing() -> Finding:
    place = Path(f"/tmp/mien-doctor-{os.getpid()}")  # noqa: S108 - nothing is kept there
    try:
        place.touch(exist_ok=False)
    except OSError:
        return good("writing", "The eye gives up writing to disk before it sees anything.")
    place.unlink()
    return note(
        "writing",
        "This kernel has no Landlock, so the eye alone cannot give up writing to disk; as the service, it can.",
    )
