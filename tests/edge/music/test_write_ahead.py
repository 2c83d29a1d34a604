"""Two processes that make one database at the same time."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from mien.music.write_ahead import use_write_ahead_log


def test_a_file_that_somebody_else_just_makes_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(maker), closing(sqlite3.connect(path, timeout=0.0)) as database:
        maker.execute("BEGIN EXCLUSIVE")
        done = threading.Timer(0.3, lambda: maker.execute("COMMIT"))
        done.start()
        use_write_ahead_log(database)
        done.join()
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
