"""The doctor's child: the checks that its arguments name. Settings come in; a line of findings for each goes out."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator

from mien.config import Settings
from mien.doctor import camera, confinement, detector, index, library, model, player, sound, space
from mien.doctor.finding import Finding
from mien.eye.sandbox import confine

_SILENT = "--silent"
_EYES: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "camera": camera.check,
    "detector": detector.check,
    "models": model.check,
    "confinement": confinement.check,
}
_PLAYERS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "library": library.check,
    "index": index.check,
    "space": space.check,
    "sound": lambda settings: sound.check(settings, silent=_SILENT in sys.argv),
    "player": player.check,
}


def main() -> None:
    """Confine this process as the eye does, if the first part is the eye's, then check."""
    settings = Settings.model_validate(json.load(sys.stdin))
    parts = [argument for argument in sys.argv[1:] if argument != _SILENT]
    if parts[0] in _EYES:
        confine(network=settings.camera.needs_network)
    # Native libraries print into standard output by themselves; the answers go where they cannot.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for part in parts:
        findings = list({**_EYES, **_PLAYERS}[part](settings))
        print(json.dumps([dataclasses.asdict(one) for one in findings]), file=answers, flush=True)


if __name__ == "__main__":
    main()
