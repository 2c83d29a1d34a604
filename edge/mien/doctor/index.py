"""Are the index of the library and the memory of what was played whole, and this user's to write?"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note


def check(settings: Settings) -> Iterator[Finding]:
    """Read both files from end to end."""
    yield look_at("The index of the library", settings.paths.index_file)
    yield look_at("The memory of what was played", settings.paths.memory_file)
    yield from _set_aside(settings.paths.state_folder)


def look_at(what: str, path: Path, patience_seconds: float = 10.0) -> Finding:
    """Check a SQLite file without changing it."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return note("index", f"{what} {path} is not there yet: it is made at the first start.")
    except OSError as error:
        return bad("index", f"{what} {path} cannot be read ({error.strerror}): run this as its user, or with sudo.")
    if not os.access(path, os.R_OK | os.W_OK):
        return bad("index", f"{what} {path} may not be written by this user: `sudo chown` gives it back.")
    try:
        with closing(open_for_reading(path, patience_seconds)) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        return note("index", f"{what} {path} cannot be looked into now ({error}): try again in a minute.")
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        return bad("index", f"{what} {path} is torn ({verdict}): it is set aside and made anew at the next start.")
    return good("index", f"{what} is whole ({size / 1e6:.1f} MB).")


def open_for_reading(path: Path, patience_seconds: float = 10.0) -> sqlite3.Connection:
    """Open a SQLite file that others may write meanwhile.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True, timeout=patience_seconds)


def _set_aside(folder: Path) -> Iterator[Finding]:
    aside = sorted(path.name for path in folder.glob("*.broken")) if os.access(folder, os.R_OK) else []
    if aside:
        yield note("index", f"{', '.join(aside)} in {folder} was torn once and set aside: remove it when all is well.")
