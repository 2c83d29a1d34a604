"""Does the face detector start? Asked in a child process, since MediaPipe ends the whole process on some boards."""

from __future__ import annotations

import subprocess
import sys

from mien.config import Settings
from mien.doctor.finding import Finding

_TIMEOUT_SECONDS = 60
_START = """
import sys
from mien.errors import MienError
from mien.eye.faces import MediaPipeFaces, shipped_detector
from mien.eye.sandbox import refuse_network

refuse_network()
try:
    MediaPipeFaces(shipped_detector(), 0.5).close()
except MienError as error:
    sys.exit(str(error))
"""


def check(_settings: Settings) -> Finding:
    """Start the detector and close it again."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", _START], capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding("detector", False, f"MediaPipe did not start within {_TIMEOUT_SECONDS} s; is the machine busy?")
    if done.returncode == 0:
        return Finding("detector", True, "MediaPipe finds faces with the detector that comes with mien.")
    last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
    if done.returncode < 0:
        return Finding(
            "detector", False, f"MediaPipe was ended by signal {-done.returncode}: it does not run on this processor."
        )
    return Finding("detector", False, last)
