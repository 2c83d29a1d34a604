"""In a child process, as the journal and a terminal would get it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_SPEAK = """
import logging
from mien.log import set_up
set_up("info")
log = logging.getLogger("mien.test")
log.debug("not told")
log.info("it plays")
log.warning("the card is gone")
try:
    raise ValueError("a bug")
except ValueError:
    log.exception("it broke")
from mien.printing import complain
complain("There is no music.")
"""


def said(path: Path, journal_stream: str | None) -> list[str]:
    """Return what was said into a file; `journal_stream` may name that very file as the journal's."""
    environment = {name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"}
    with path.open("wb") as stream:
        status = os.fstat(stream.fileno())
        if journal_stream is not None:
            environment["JOURNAL_STREAM"] = journal_stream.format(device=status.st_dev, inode=status.st_ino)
        subprocess.run([sys.executable, "-c", _SPEAK], stderr=stream, env=environment, check=True, timeout=60)
    return path.read_text(encoding="utf-8").splitlines()


def test_the_journal_gets_a_priority_on_every_line_and_no_time(tmp_path: Path) -> None:
    lines = said(tmp_path / "journal", "{device}:{inode}")
    assert lines[:4] == ["<6>it plays", "<4>the card is gone", "<3>it broke", "<3>Traceback (most recent call last):"]
    assert lines[-2:] == ["<3>ValueError: a bug", "<3>mien: There is no music."]
    assert all(line.startswith("<3>") for line in lines[2:])


@pytest.mark.parametrize("journal_stream", [None, "", "nonsense", "{device}:1"])
def test_a_terminal_gets_times_and_words_even_where_it_inherited_the_journals_variable(
    tmp_path: Path, journal_stream: str | None
) -> None:
    lines = said(tmp_path / "terminal", journal_stream)
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO it plays", lines[0])
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING the card is gone", lines[1])
    assert lines[-1] == "mien: There is no music."
