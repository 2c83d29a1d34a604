"""Puts a crash of the process that hears down to the file that it was hearing."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from mien.errors import LibraryError
from mien.music.index.hearing_queue import count_crash
from mien.music.index.index_file import open_index

log = logging.getLogger(__name__)


def blame_file(index_path: Path) -> None:
    """Note in an index that its hearing crashed; after the second time the file is left out."""
    try:
        with closing(open_index(index_path)) as database:
            count_crash(database)
    except (LibraryError, sqlite3.Error) as error:
        log.warning("The file that crashed it could not be noted: %s", error)
