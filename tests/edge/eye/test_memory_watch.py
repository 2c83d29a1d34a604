import os
from pathlib import Path

import pytest

from mien.errors import EyeError
from mien.eye.memory_watch import MemoryWatch, resident_megabytes


def write(statm: Path, megabytes: float) -> None:
    pages = round(megabytes * 1e6 / os.sysconf("SC_PAGE_SIZE"))
    statm.write_text(f"{pages * 9} {pages} 410 5 0 123 0\n")


def test_what_this_process_takes_is_read_and_grows_with_what_it_holds() -> None:
    before = resident_megabytes()
    held = bytearray(b"x" * 50_000_000)
    assert 45 < resident_megabytes() - before < 80
    del held


def test_an_eye_above_the_limit_ends_with_one_sentence(tmp_path: Path) -> None:
    statm = tmp_path / "statm"
    watch = MemoryWatch(600, statm)
    write(statm, 590)
    assert watch.look(None, 0.0) is None
    write(statm, 610)
    assert watch.look(None, 9.9) is None  # looked at every ten seconds
    with pytest.raises(EyeError, match=r"more than 600 MB of memory \(eye.memory_megabytes\)"):
        watch.look(None, 10.0)
