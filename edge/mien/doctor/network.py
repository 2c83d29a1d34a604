"""Has the process given up the network? Asked in the doctor's child, since there is no way back."""

from __future__ import annotations

import socket

from mien.config import Settings
from mien.doctor.finding import Finding


def check(settings: Settings) -> Finding:
    """Try to make a socket."""
    if settings.camera.needs_network:
        source = settings.camera.shown_source
        return Finding("network", True, f"The source {source} needs the network, so the eye keeps it.")
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return Finding("network", True, "The eye gives up the network before it sees anything.")
    return Finding(
        "network",
        False,
        "The eye cannot give up the network here (no seccomp filter); run it as the service, which can.",
    )
