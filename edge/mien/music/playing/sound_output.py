"""Where sound goes: the options that libVLC gets for an output, and whether this machine has one at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SILENT = "adummy"
_QUIET = ("--quiet", "--intf=dummy", "--no-video", "--no-spu", "--no-osd", "--no-metadata-network-access")


def server_named(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> bool:
    """Return True when a sound server (PulseAudio or PipeWire) is named, or has a socket, alive or not.

    Args:
        environment: where PULSE_SERVER and XDG_RUNTIME_DIR are looked up.
        root: the root of the file system that is looked at.
    """
    if environment.get("PULSE_SERVER"):
        return True
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    sockets = (root / folder.lstrip("/") / "pulse/native" for folder in (runtime, "/run"))
    return any(map(os.path.exists, sockets))  # Path.exists raises where this user may not look


def sound_output_available(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> bool:
    """Return True when there is a sound server to talk to or an ALSA playback device; `server_named` says where."""
    return server_named(environment, root) or any((root / "dev/snd").glob("pcm*p"))


def libvlc_options(output: str) -> tuple[str, ...]:
    """Return the options that make libVLC quiet, faceless and sound at an output; `auto` lets it choose."""
    return _QUIET if output == "auto" else (*_QUIET, f"--aout={output}")
