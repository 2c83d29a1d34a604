"""The doctor's child: the checks that its arguments name. A question comes in; a line of findings for each goes out."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator

from mien.doctor import camera, confinement, detector, index, library, model, sound, space
from mien.doctor.finding import Finding
from mien.doctor.question import Question
from mien.eye.sandbox import confine

_EYES: dict[str, Callable[[Question], Iterator[Finding]]] = {
    "camera": lambda asked: camera.check(asked.settings, asked.player),
    "detector": lambda asked: detector.check(asked.settings),
    "models": lambda asked: model.check(asked.settings),
    "confinement": lambda asked: confinement.check(asked.settings),
}
_PLAYERS: dict[str, Callable[[Question], Iterator[Finding]]] = {
    "library": lambda asked: library.check(asked.settings),
    "index": lambda asked: index.check(asked.settings),
    "space": lambda asked: space.check(asked.settings),
    "sound": lambda asked: sound.check(asked.settings, asked.player, silent=asked.silent),
}


def main() -> None:
    """Confine this process as the eye does, if the first part is the eye's, then check."""
    question = Question.from_json(sys.stdin.read())
    parts = sys.argv[1:]
    if parts[0] in _EYES:
        confine(network=question.settings.camera.needs_network)
    # Native libraries print into standard output by themselves; the answers go where they cannot.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for part in parts:
        findings = list({**_EYES, **_PLAYERS}[part](question))
        print(json.dumps([dataclasses.asdict(one) for one in findings]), file=answers, flush=True)


if __name__ == "__main__":
    main()
