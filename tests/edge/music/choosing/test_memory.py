"""The memory on disk: it lasts, it is bounded, it can be erased, and a torn file costs no music."""

import math
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.config import load
from mien.errors import LibraryError
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Moment
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory, ShortMemory
from mien.music.choosing.policies import policy_of
from mien.types import Affect, Emotion, Fault, Mood, Presence, Track


def event(kind: Kind, name: str = "a", at: float = 0.0, mood: str = "happy") -> Event:
    return Event(f"content of {name}", Path(f"/music/{name}.mp3"), name, mood, kind, at, 12.5)


def track(name: str, content: str = "") -> Track:
    return Track(Path(f"/music/{name}.mp3"), name, None, None, None, Affect(0, 0), "prior", content_hash=content)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "memory.sqlite"


@pytest.fixture
def memory(path: Path) -> Iterator[Memory]:
    with Memory(path) as memory:
        yield memory


def test_what_happened_is_there_again_after_a_restart(path: Path) -> None:
    told = [event(kind, str(number), float(number)) for number, kind in enumerate(Kind)]
    odd = Event("/music/r\udcfcck.mp3", Path("/music/r\udcfcck.mp3"), "r\udcfcck", "", Kind.FINISHED, 9.0)
    with Memory(path) as memory:
        for one in (*told, odd):
            memory.add(one)
        before = memory.taste

    with Memory(path) as memory:
        *again, last = memory.events()
        assert again == told
        assert (last.key, last.path) == (odd.key, odd.path)
        assert memory.taste == before
        assert [one.kind for one in memory.events(by_hand=True)] == [k for k in Kind if event(k).by_hand]


def test_the_newest_plays_come_back_as_paths(memory: Memory) -> None:
    for name in ("a", "b", "c"):
        memory.add(event(Kind.FINISHED, name))
    memory.add(event(Kind.LIKED, "c"))

    assert memory.recent(2) == (Path("/music/b.mp3"), Path("/music/c.mp3"))


def test_old_plays_are_forgotten_and_what_hands_said_is_not(path: Path) -> None:
    with Memory(path, kept_events=10) as memory:
        memory.add(event(Kind.BANNED, "banned"))
        for number in range(520):
            memory.add(event(Kind.FINISHED, str(number)))
        kept = list(memory.events())

    assert kept[0] == event(Kind.BANNED, "banned")
    assert 10 <= len(kept) <= 40
    assert kept[-1].title == "519"


@pytest.mark.slow
def test_an_event_is_one_row_and_a_year_of_them_is_small(path: Path) -> None:
    with Memory(path) as memory:
        for number in range(1000):
            memory.add(event(Kind.FINISHED, str(number)))
    assert path.stat().st_size < 250_000


def test_everything_or_one_track_can_be_erased(memory: Memory) -> None:
    for name in ("a", "b"):
        memory.add(event(Kind.BANNED, name))
        memory.add(event(Kind.LIKED, name))
    memory.add(Event("/music/b.mp3", Path("/music/b.mp3"), "b", "sad", Kind.LIKED, 0.0))  # before it was read

    assert memory.erase(track("b", "content of b")) == 3
    assert memory.taste.banned == {"content of a"}
    assert memory.erase(track("moved", "content of a")) == 2
    assert memory.taste.banned == set()
    memory.add(event(Kind.LIKED))
    assert memory.erase() == 1
    assert list(memory.events()) == []


def test_what_another_process_erased_is_forgotten_here_too(path: Path, memory: Memory) -> None:
    memory.add(event(Kind.BANNED))
    assert memory.taste.banned

    with Memory(path) as other:
        other.erase()

    assert not memory.taste.banned


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_torn_file_is_set_aside(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(content)

    with Memory(path) as memory:
        memory.add(event(Kind.LIKED))
        assert len(list(memory.events())) == 1

    assert path.with_name("memory.sqlite.broken").read_bytes() == content
    assert f"The memory of what was played {path} is torn" in caplog.text


def test_a_file_of_another_mien_is_kept_aside(path: Path) -> None:
    Memory(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with Memory(path) as memory:
        assert list(memory.events()) == []
    assert path.with_name("memory.sqlite.version-99").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")

    with pytest.raises(LibraryError, match=r"^The memory of what was played .*memory\.sqlite cannot be opened"):
        Memory(tmp_path / "state" / "memory.sqlite")


def test_a_full_disk_is_said_and_costs_only_what_is_written(path: Path) -> None:
    with Memory(path) as memory:
        memory.add(event(Kind.LIKED))
        with sqlite3.connect(path) as other:
            other.execute("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        other.close()

        for name in ("b", "c"):
            memory.add(event(Kind.BANNED, name))

        assert memory.trouble is not None
        assert "cannot be remembered (disk is full)" in memory.trouble.message
        assert memory.taste.banned == {"content of b", "content of c"}
        assert [one.title for one in memory.events()] == ["a"]


def test_a_memory_that_cannot_be_written_cannot_be_erased(path: Path) -> None:
    with Memory(path) as memory:
        memory.add(event(Kind.LIKED))
        with sqlite3.connect(path) as other:
            other.execute("CREATE TRIGGER full BEFORE DELETE ON event BEGIN SELECT RAISE(FAIL, 'read-only'); END")
        other.close()

        with pytest.raises(LibraryError, match="cannot be forgotten"):
            memory.erase()


def test_a_short_memory_learns_too() -> None:
    memory = ShortMemory()

    memory.add(event(Kind.BANNED))

    assert memory.taste.banned == {"content of a"}
    assert memory.recent(5) == ()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")
def test_what_a_full_disk_refused_is_written_once_it_has_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    try:
        with Memory(disk / "memory.sqlite") as memory:
            memory.add(event(Kind.LIKED))
            with pytest.raises(OSError, match="No space"), (disk / "full").open("wb") as full:
                full.write(bytes(256_000))
            for number in range(100):
                memory.add(event(Kind.BANNED, str(number)))
            assert memory.trouble is not None
            assert memory.trouble.fault is Fault.STATE_UNWRITABLE
            assert len(memory.taste.banned) == 100

            (disk / "full").unlink()
            memory.keep_up(1000.0)
            assert memory.trouble is None
        with Memory(disk / "memory.sqlite") as memory:
            assert len(memory.taste.banned) == 100
            assert len(list(memory.events())) == 101
    finally:
        subprocess.run(["umount", disk], check=True)


def test_without_a_folder_it_is_kept_in_memory_until_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with Memory(tmp_path / "state/memory.sqlite", even_in_memory=True) as memory:
        assert memory.trouble is not None
        memory.add(event(Kind.BANNED))
        memory.keep_up(10.0)
        assert memory.trouble is not None
        assert memory.taste.banned == {"content of a"}

        (tmp_path / "state").unlink()
        memory.keep_up(39.0)
        assert memory.trouble is not None
        memory.keep_up(41.0)
        assert memory.trouble is None
        assert memory.taste.banned == {"content of a"}
    with Memory(tmp_path / "state/memory.sqlite") as memory:
        assert [one.kind for one in memory.events()] == [Kind.BANNED]


def test_a_retry_waits_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "state/memory.sqlite"
    path.parent.touch()
    with Memory(path, even_in_memory=True) as memory:
        path.parent.unlink()
        Memory(path).close()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            begun = time.monotonic()
            memory.keep_up(100.0)
            assert time.monotonic() - begun < 1.0
            assert memory.trouble is not None
        memory.keep_up(200.0)
        assert memory.trouble is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a disk")
def test_a_disk_that_can_only_be_read_keeps_its_trouble_without_an_event(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.touch()
    with Memory(tmp_path / "disk/memory.sqlite"), Memory(state / "memory.sqlite", even_in_memory=True) as memory:
        state.unlink()
        state.mkdir()
        subprocess.run(["mount", "--bind", "-o", "ro", tmp_path / "disk", state], check=True)
        try:
            memory.keep_up(100.0)
            assert memory.trouble is not None
        finally:
            subprocess.run(["umount", "-l", state], check=True)


def test_a_copy_is_kept_once_a_day_when_something_happened(path: Path, memory: Memory) -> None:
    copy = path.with_name("memory.sqlite.copy")
    kept: list[int] = []
    for hour in range(72):
        memory.keep_up(1000.0 + 3600 * hour)
        kept.append(copy.stat().st_ino if copy.exists() else 0)
        if hour < 40:
            memory.add(event(Kind.FINISHED, str(hour)))
    assert [hour for hour in range(1, 72) if kept[hour] != kept[hour - 1]] == [24, 48]


def test_what_is_erased_is_not_in_the_copy_either(path: Path, memory: Memory) -> None:
    memory.add(event(Kind.BANNED))
    memory.keep_up(0.0)
    path.with_name("memory.sqlite.broken").write_bytes(b"an older one")

    memory.erase()

    assert not path.with_name("memory.sqlite.copy").exists()
    assert not path.with_name("memory.sqlite.broken").exists()


YEARS = 365 * 86_400.0


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.floats(-60 * YEARS, 200 * YEARS)), max_size=30),
       st.floats(-60 * YEARS, 200 * YEARS))  # fmt: skip
def test_a_clock_that_jumps_by_years_loses_and_blows_up_nothing(told: list[tuple[Kind, float]], now: float) -> None:
    memory = ShortMemory()
    for kind, at in told:
        memory.add(event(kind, "a", at))
    mood = Mood(Presence.DECIDED, Emotion.HAPPY, Affect(0.0, 0.0), 0.9)
    taste = memory.taste.circumstances(mood, Moment(1.0, now, 12.0))
    assert all(-1.0 <= leaning <= 1.0 for leaning in taste.leanings.values())
    assert ("content of a" in taste.excluded) == any(kind is Kind.BANNED for kind, _ in told)
    chooser = Chooser(policy_of(load(None)), 4, 1)
    tracks = [track(name, f"content of {name}") for name in ("a", "b", "c")]
    ranked = chooser.rank(mood, tracks, (), 3, taste)
    assert len(ranked) == 3 - ("content of a" in taste.excluded)
    assert all(math.isfinite(choice.score) for choice in ranked)
