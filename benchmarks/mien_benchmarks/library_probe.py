"""Run with a version of mien's own Python: loads a library, chooses from it, and prints what that took as JSON.

`library_probe.py SETTINGS CHOICES`; it needs nothing of the benchmarks.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import mien
from mien import config
from mien.app.parts import build_chooser, open_library
from mien.mood.affect import mood_of_emotion
from mien.types import Emotion

_EMOTIONS = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY, Emotion.NEUTRAL)


def main() -> None:
    """Measure and print."""
    settings = config.load(Path(sys.argv[1]), {})
    choices = int(sys.argv[2])
    with open_library(settings) as library:
        chooser = build_chooser(settings)
        empty_megabytes = _resident_megabytes()
        began = time.monotonic()
        tracks = library.tracks()
        loaded = time.monotonic() - began
        moods = [mood_of_emotion(emotion) for emotion in _EMOTIONS]
        cpu = time.process_time()
        recent = [chooser.rank(moods[0], tracks, (), 1)[0].track.path]
        first_cpu = time.process_time() - cpu
        cpu = time.process_time()
        for number in range(choices):
            recent.append(chooser.rank(moods[number % len(moods)], tracks, recent, 1)[0].track.path)
        choice_cpu = (time.process_time() - cpu) / choices
    found = {
        "mien": mien.__file__,
        "tracks": len(tracks),
        "load_seconds": loaded,
        "megabytes": _resident_megabytes() - empty_megabytes,
        "first_choice_milliseconds": 1000 * first_cpu,
        "choice_milliseconds": 1000 * choice_cpu,
    }
    print(json.dumps(found))  # noqa: T201


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
