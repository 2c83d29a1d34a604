"""Is there music?"""

from __future__ import annotations

from contextlib import closing

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.errors import LibraryError


def check(settings: Settings) -> Finding:
    """Scan the library."""
    from mien.music.index.library import Library

    try:
        with closing(Library(settings.paths.index_file, settings.music.library_folder)) as index:
            broken = len(index.scan().broken)
            count = len(index.tracks())
    except LibraryError as error:
        return Finding("library", False, str(error))
    if count == 0:
        return Finding(
            "library", False, f"No track of {settings.music.library_folder} can be read; `mien library scan`."
        )
    return Finding("library", True, f"{settings.music.library_folder} has {count} tracks; {broken} files are left out.")
