"""The doctor's child: the check that its argument names. Settings come in and the finding goes out as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys

from mien.config import Settings
from mien.doctor import camera, detector, model, network
from mien.eye.sandbox import confine


def main() -> None:
    """Confine this process as the eye does, then check."""
    settings = Settings.model_validate(json.load(sys.stdin))
    confine(network=settings.camera.needs_network)
    part = {"camera": camera, "detector": detector, "model": model, "network": network}[sys.argv[1]]
    sys.stdout.write(json.dumps(dataclasses.asdict(part.check(settings))))


if __name__ == "__main__":
    main()
