"""Asks a part of the eye in a child process, which may hang or end without harm, and gives up the network first."""

from __future__ import annotations

import json
import subprocess
import sys

from mien.config import Settings
from mien.doctor.finding import Finding


def ask(name: str, settings: Settings, timeout_seconds: float = 60.0) -> Finding:
    """Run one of the checks of `mien.doctor.__main__`."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "mien.doctor", name],
            input=json.dumps(settings.model_dump()),
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(
            name, False, f"No answer within {timeout_seconds:g} s: is the device stuck, or the machine busy?"
        )
    if done.returncode < 0:
        ended = f"It was ended by signal {-done.returncode}: what it loads does not run on this processor."
        return Finding(name, False, ended)
    if done.returncode > 0:
        return Finding(name, False, (done.stderr.strip().splitlines() or ["It gave no reason."])[-1])
    return Finding(**json.loads(done.stdout))
