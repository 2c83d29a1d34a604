"""Torn state files: whatever a power cut or a dying card made of them, they open, and what was torn is kept."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from edge.music.fake_ear import FakeEar
from edge.music.sound_files import write_tone

from mien.music.choosing.circumstances import Moment
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory
from mien.music.index.library import Library
from mien.music.index.listening import listen
from mien.music.playing.place import PlaceKeeper
from mien.types import Affect, Mood, Playback, PlayState, Presence, Track

Tear = Callable[[bytes, random.Random], bytes]
NOBODY = Mood(Presence.NOBODY, None, Affect(0.0, 0.0), 0.0)


def flipped(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.choice((1, 5, 200))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def zeroed(whole: bytes, chance: random.Random) -> bytes:
    """A sector or a page that never reached the disk."""
    size = chance.choice((512, 4096))
    start = chance.randrange(0, len(whole), size)
    return whole[:start] + bytes(min(size, len(whole) - start)) + whole[start + size :]


TEARS: tuple[Tear, ...] = (
    flipped,
    zeroed,
    lambda whole, chance: whole[: chance.randrange(len(whole))],
    lambda whole, chance: whole[: chance.randrange(0, len(whole), 512)],
    lambda whole, chance: whole[: chance.randrange(len(whole))] + chance.randbytes(4096),
    lambda whole, chance: chance.randbytes(len(whole)),
    lambda whole, _chance: bytes(len(whole)),
    lambda whole, _chance: whole + whole,
    lambda _whole, _chance: b"{}",
    lambda _whole, _chance: b"[]",
)


def torn(whole: bytes, number: int) -> bytes:
    return TEARS[number % len(TEARS)](whole, random.Random(number))


def kept_aside(folder: Path, content: bytes) -> bool:
    """Say whether a torn file's bytes are there still, under whatever name."""
    return any(path.read_bytes() == content for path in folder.iterdir() if path.is_file())


def sweep(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


counts = pytest.mark.parametrize("count", [15, pytest.param(400, marks=pytest.mark.slow)])


@counts
def test_a_torn_index_opens_and_is_filled_again(tmp_path: Path, count: int, caplog: pytest.LogCaptureFixture) -> None:
    music, state = tmp_path / "music", tmp_path / "state"
    for number in range(30):
        (music / f"happy {number % 3}").mkdir(parents=True, exist_ok=True)
        write_tone(music / f"happy {number % 3}/{number} {'long name ' * 10}.wav", 440, 0.005)
    with Library(state / "index.sqlite", music) as library:
        library.scan()
        listen(library, FakeEar())
    whole = (state / "index.sqlite").read_bytes()
    aside = 0
    for number in range(count):
        sweep(state)
        caplog.clear()
        content = torn(whole, number)
        (state / "index.sqlite").write_bytes(content)
        with Library(state / "index.sqlite", music) as library:
            tracks = library.tracks()
            assert all(-1.0 <= track.affect.valence <= 1.0 for track in tracks)
            library.scan()
            assert len(library.tracks()) > 0
        if (state / "index.sqlite.broken").exists():
            aside += 1
            assert kept_aside(state, content)
            assert any("is torn" in message for message in caplog.messages)
    assert aside > count // 2


@counts
def test_a_torn_memory_opens_with_its_last_good_copy(
    tmp_path: Path, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state/memory.sqlite"
    told = [
        Event(f"key {number}", Path(f"/music/{number}.mp3"), f"{number}", "sad", list(Kind)[number % 7], 1.7e9 + number)
        for number in range(200)
    ]
    with Memory(file) as memory:
        for event in told:
            memory.add(event)
        memory.keep_up(0.0)
    whole, copy = file.read_bytes(), file.with_name("memory.sqlite.copy").read_bytes()
    restored = 0
    for number in range(count):
        sweep(file.parent)
        caplog.clear()
        content = torn(whole, number)
        file.write_bytes(content)
        file.with_name("memory.sqlite.copy").write_bytes(copy)
        with Memory(file) as memory:
            memory.taste.circumstances(NOBODY, Moment(1.0, 1.8e9, 12.0))
            memory.recent(100)
            memory.add(told[0])
            events = list(memory.events())
        if any("last good copy" in message for message in caplog.messages):
            restored += 1
            assert events == [*told, told[0]]
            assert kept_aside(file.parent, content)
    assert restored > count // 2


@counts
def test_a_torn_place_leaves_the_one_before(tmp_path: Path, count: int) -> None:
    track = Track(tmp_path / "caf\udce9.mp3", "", None, None, None, Affect(0, 0), "prior")
    keeper = PlaceKeeper(tmp_path / "state", tmp_path / "state")
    for seconds in (1.0, 61.0, 121.0):
        keeper.keep(Playback(PlayState.PLAYING, track, seconds), 55, seconds)
    state = tmp_path / "state"
    wholes = {path: path.read_bytes() for path in state.iterdir()}
    before = 0
    for number in range(count):
        sweep(state)
        for path, whole in wholes.items():
            path.write_bytes(whole)
        content = torn(wholes[state / "place.json"], number)
        (state / "place.json").write_bytes(content)
        kept = PlaceKeeper(state, state).kept()
        assert kept is not None
        before += kept.position_seconds == 61.0
        assert kept_aside(state, content)
    assert before > count // 2


def test_a_torn_memory_without_a_copy_says_so_and_begins_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "memory.sqlite"
    file.write_bytes(b"no database" * 1000)
    with caplog.at_level(logging.WARNING), Memory(file) as memory:
        assert list(memory.events()) == []
    assert [message for message in caplog.messages if "torn" in message]
