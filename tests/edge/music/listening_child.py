"""A process that scans and listens: `python listening_child.py INDEX FOLDER [SECONDS A FILE]`.

It says "listening" when it begins. A file named "poison ..." ends it, each in its own way.
"""

import os
import sys
import time
from pathlib import Path

from edge.music.fake_ear import FakeEar

from mien.music.index.attend import LimitedEar
from mien.music.index.library import Library
from mien.music.index.listening import listen


def take_poison(path: Path) -> None:
    if path.name.startswith("poison abort"):
        os.abort()
    if path.name.startswith("poison bug"):
        raise IndexError("a bug in the ear")
    if path.name.startswith("poison spin"):
        while True:
            pass
    time.sleep(seconds_a_file)


index, folder = map(Path, sys.argv[1:3])
seconds_a_file = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
with Library(index, folder) as library:
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    library.scan()
    listen(library, LimitedEar(FakeEar(before=take_poison), cpu_seconds=0.2))
