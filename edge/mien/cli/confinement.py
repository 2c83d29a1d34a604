"""What a command that sees gives up before it loads a model."""

from __future__ import annotations

from mien.config import Settings
from mien.printing import complain


def confine_eye(settings: Settings, *, writes: bool = False) -> None:
    """Give up the network, and writing to disk, before a model is loaded; only a network camera needs the network."""
    from mien.eye.sandbox import confine

    network = settings.camera.needs_network
    if network:
        complain(f"The source {settings.camera.shown_source} needs the network, so the eye keeps it.")
    for complaint in confine(network=network, writes=writes).complaints:
        complain(complaint)
