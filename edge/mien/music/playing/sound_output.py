"""Where sound goes: the options that libVLC gets for an output, and whether this machine has one at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SILENT = "adummy"
_QUIET = ("--quiet", "--intf=dummy", "--no-video", "--no-spu", "--no-osd", "--no-metadata-network-access")


def sound_output_available(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> bool:
    """Return True when there is a sound server to talk to (PulseAudio or PipeWire) or an ALSA playback device.

    Args:
        environment: where PULSE_SERVER and XDG_RUNTIME_DIR are looked up.
        root: the root of the file system that is looked at.
    """
    if environment.get("PULSE_SERVER"):
        return True
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    folders = (root / runtime.lstrip("/"), root / "run")
    if any((folder / "pulse/native").exists() for folder in folders):
        return True
    return any((root / "dev/snd").glob("pcm*p"))


def choose_output(output: str) -> str:
    """Return what an output of the settings means now: `auto` is silence while this machine has no sound."""
    return SILENT if output == "silent" or (output == "auto" and not sound_output_available()) else output


def libvlc_options(output: str) -> tuple[str, ...]:
    """Return the options that make libVLC quiet, faceless and sound where `choose_output` says."""
    return _QUIET if output == "auto" else (*_QUIET, f"--aout={output}")
