"""How a growing library is measured: rows without files, looked at by a program of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.music.index.library import Library
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.library_maker import make_files
from mien_benchmarks.scale_library import library_of_rows, measure


@pytest.fixture
def work(tmp_path: Path) -> Path:
    make_files(tmp_path / "library-12", 12, long_seconds=1.0)
    return tmp_path


def test_rows_are_tracks_among_a_few_files(work: Path) -> None:
    household = library_of_rows(work, 300)
    assert household.state is not None
    with Library(household.state / "library.sqlite", household.library) as library:
        tracks = library.tracks()
        assert library.missing() is None
    assert len(tracks) == len({track.path for track in tracks}) == len({track.content_hash for track in tracks}) == 300
    assert sum(track.path.exists() for track in tracks) == 12
    assert {track.affect_source for track in tracks} == {"folder", "tag", "audio"}
    assert len({track.affect for track in tracks}) > 250


def test_growth_is_told_by_the_number_of_tracks(work: Path) -> None:
    found = list(measure(Bench(work, work, turns=1), sizes=(20,), sounding=0))
    names = ["choice", "first choice", "loading", "memory of the tracks", "index on disk"]
    assert [one.what for one in found] == [f"{name} at 20 tracks" for name in names]
    assert {(one.part, one.subject, len(one.values)) for one in found} == {("scale", "mien", 1)}
    figures = {one.what.removesuffix(" at 20 tracks"): one.median for one in found}
    assert 0.0 < figures["choice"] < figures["first choice"]
    assert 0.01 < figures["index on disk"] < 1.0


def test_an_index_of_another_size_is_told(work: Path) -> None:
    library_of_rows(work, 20)
    (work / "rows-20").rename(work / "rows-30")
    with pytest.raises(BenchmarkError, match="holds 20 tracks, not 30"):
        list(measure(Bench(work, work, turns=1), sizes=(30,), sounding=0))
