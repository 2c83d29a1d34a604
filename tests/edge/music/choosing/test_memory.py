"""The memory on disk: it lasts, it is bounded, it can be erased, and a torn file costs no music."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mien.errors import LibraryError
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory, ShortMemory
from mien.types import Affect, Track


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
    with Memory(path, kept_events=100) as memory:
        memory.add(event(Kind.BANNED, "banned"))
        for number in range(1200):
            memory.add(event(Kind.FINISHED, str(number)))
        kept = list(memory.events())

    assert kept[0] == event(Kind.BANNED, "banned")
    assert 100 <= len(kept) <= 700
    assert kept[-1].title == "1199"


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


def test_a_full_disk_is_said_once_and_costs_only_what_is_written(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Memory(path) as memory:
        memory.add(event(Kind.LIKED))
        with sqlite3.connect(path) as other:
            other.execute("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        other.close()

        for name in ("b", "c"):
            memory.add(event(Kind.BANNED, name))

        assert caplog.text.count("cannot be remembered (disk is full)") == 1
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
