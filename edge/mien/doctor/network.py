"""Can the eye give up the network? Asked in a child process, since there is no way back."""

from __future__ import annotations

import subprocess
import sys

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.eye.camera import is_stream

_TIMEOUT_SECONDS = 30
_TRY = """
import socket, sys
from mien.eye.sandbox import refuse_network

refuse_network()
try:
    socket.socket(socket.AF_INET)
except OSError:
    sys.exit(0)
sys.exit(1)
"""


def check(settings: Settings) -> Finding:
    """Refuse the network, then try to make a socket."""
    if is_stream(settings.camera.source):
        return Finding("network", True, f"The source {settings.camera.source} needs the network, so the eye keeps it.")
    command = [sys.executable, "-c", _TRY]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)  # noqa: S603 - our own
    except subprocess.TimeoutExpired:
        return Finding("network", False, f"Python did not start within {_TIMEOUT_SECONDS} s; is the machine busy?")
    if done.returncode == 0:
        return Finding("network", True, "The eye gives up the network before it sees anything.")
    return Finding(
        "network",
        False,
        "The eye cannot give up the network here (no seccomp filter); run it as the service, which can.",
    )
