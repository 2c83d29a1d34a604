"""How the music's part grows with the library: 1,000 to a million tracks as rows of an index, without files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from mien.music.index.library import Library
from mien_benchmarks.bench import Bench, BenchmarkError, check_checkout, output_of
from mien_benchmarks.library_maker import filled_library, write_rows
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.player import seconds_to_sound
from mien_benchmarks.player_process import Household, settings_text
from mien_benchmarks.tally import Tally

PART = "scale"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_SOUNDING = 100_000  # the size at which a player is started
_MOST_TRACKS = 200_000  # looked at in all turns of a size together, or one turn
_FILES = 12  # that can be played among the rows
_CHOICES = 20
_INDEX = "library.sqlite"
_PROBE = Path(__file__).with_name("library_probe.py")
_FIGURES = {
    "choice": ("choice_milliseconds", "ms"),
    "first choice": ("first_choice_milliseconds", "ms"),
    "loading": ("load_seconds", "s"),
    "memory of the tracks": ("megabytes", "MB"),
}


def measure(bench: Bench, sizes: tuple[int, ...] = SIZES, sounding: int = _SOUNDING) -> Iterator[Measurement]:
    """Yield rows `what at N tracks`: CPU of a choice, loading, memory, the index on disk, and the first sound."""
    tally = Tally(PART)
    for tracks in sizes:
        bench.told(f"a library of {tracks} tracks")
        household = library_of_rows(bench.work, tracks)
        for _ in range(max(1, min(bench.turns, _MOST_TRACKS // tracks))):
            for subject, python in bench.miens.items():
                for (what, unit), value in _probed(python, household, tracks).items():
                    tally.add(subject, f"{what} at {tracks} tracks", unit, value)
                if tracks == sounding:
                    seconds = seconds_to_sound(python, household)
                    tally.add(subject, f"start to first sound at {tracks} tracks", "s", seconds)
    yield from tally.measurements()


def library_of_rows(work: Path, tracks: int) -> Household:
    """Return a library of a few files and many rows without any, made at the first call and kept."""
    home = work / f"rows-{tracks}"
    folder = filled_library(work, _FILES)
    if not home.exists():
        making = home.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        with Library(making / "state" / _INDEX, folder) as library:
            library.scan()
            write_rows(library, tracks - _FILES)
        making.rename(home)
    (home / "mien.toml").write_text(settings_text(Household(folder), home), encoding="utf-8")
    return Household(folder, home / "state")


def _probed(python: Path, household: Household, tracks: int) -> dict[tuple[str, str], float]:
    assert household.state is not None
    settings = household.state.with_name("mien.toml")
    told = json.loads(output_of([python, "-P", _PROBE, settings, str(_CHOICES)]))
    check_checkout(python, told["mien"])
    if told["tracks"] != tracks:
        raise BenchmarkError(
            f"{household.state} holds {told['tracks']} tracks, not {tracks}: remove it, it is made anew."
        )
    values = {(what, unit): float(told[name]) for what, (name, unit) in _FIGURES.items()}
    size = sum(file.stat().st_size for file in household.state.iterdir())
    return {**values, ("index on disk", "MB"): size / 1e6}
