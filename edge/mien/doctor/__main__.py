"""The doctor's child: the check that its argument names. Settings come in and the finding goes out as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys

from mien.config import Settings
from mien.doctor import camera, detector, model, network
from mien.eye.camera import is_stream
from mien.eye.sandbox import refuse_network


def main() -> None:
    """Give up the network as the eye does, then check."""
    settings = Settings.model_validate(json.load(sys.stdin))
    if not is_stream(settings.camera.source):
        refuse_network()
    part = {"camera": camera, "detector": detector, "model": model, "network": network}[sys.argv[1]]
    sys.stdout.write(json.dumps(dataclasses.asdict(part.check(settings))))


if __name__ == "__main__":
    main()
