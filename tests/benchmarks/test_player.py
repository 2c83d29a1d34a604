"""The library that a player is measured with, and the player's own process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mien.music.index.library import Library
from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.library_maker import filled_library, make_files
from mien_benchmarks.player import measure
from mien_benchmarks.player_process import EventStream, Household, playing


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work") / "library-16"
    make_files(folder, 16, long_seconds=9.0)
    return folder


def test_a_library_holds_tracks_with_tags_of_their_own(music: Path, tmp_path: Path) -> None:
    with Library(tmp_path / "index.sqlite", music) as library:
        report = library.scan()
        tracks = library.tracks()
    assert (report.added, report.broken) == (16, ())
    assert len({track.title for track in tracks}) == len({track.content_hash for track in tracks}) == 16
    lengths = {track.affect_word: track.duration_seconds for track in tracks}
    assert lengths == pytest.approx({"dreamy": 9.0, "rage": 1.5, "funeral": 1.5, "scary": 1.5, "party": 1.5}, abs=0.1)


def test_a_library_is_made_once(music: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in music.rglob("*")}
    assert filled_library(music.parent, 16) == music
    assert {path: path.stat().st_mtime_ns for path in music.rglob("*")} == before


def test_a_player_that_does_not_start_is_told(tmp_path: Path) -> None:
    nowhere = Household(tmp_path / "nowhere")
    with (
        playing(Path(sys.executable), nowhere, "--no-eye") as player,
        pytest.raises(BenchmarkError, match="nowhere does not exist"),
    ):
        assert player.page


@pytest.mark.slow
def test_a_player_can_be_asked_and_tells_its_page(music: Path) -> None:
    with playing(Path(sys.executable), Household(music), "--no-eye") as player:
        page = EventStream(player.page)
        player.ask("volume", percent=33)
        player.said(r"(Playing )")
        while not any(state["volume_percent"] == 33 for _, state in tuple(page.events)):
            assert page.alive
        assert len(player.children()) == 1


@pytest.mark.slow
def test_a_player_is_measured(music: Path) -> None:
    bench = Bench(music.parent, music, turns=1)
    found = {one.what: one.median for one in measure(bench, tracks=16, playing_seconds=2.0)}
    assert found["memory of the player, page looked at"] > found["memory of the player, no page"] > 20.0
    assert 0.2 < found["start to first sound"] < 20.0
    assert found["threads, no page"] >= 2
    resting, active = (
        found[f"CPU {what}, no page"] for what in ("of what keeps the index up to date", "while it plays")
    )
    assert resting < active
