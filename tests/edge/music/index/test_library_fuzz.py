"""Torn, renamed, truncated and random files under a real scan, a real decoder and a real check."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from edge.music.encoded import Format, encode, sine
from edge.music.fake_ear import FakeEar

from mien.music.hearing.decode import read_sound
from mien.music.index.check import check_library
from mien.music.index.library import Library
from mien.music.index.listening import listen

FORMATS = (
    Format("mp3", "mp3"),
    Format("flac", "flac"),
    Format("ogg", "vorbis"),
    Format("opus", "libopus", rate=48_000),
    Format("m4a", "aac"),
    Format("wma", "wmav2"),
    Format("wav", "pcm_s16le"),
)
Mutation = Callable[[bytes, random.Random], bytes]


MUTATIONS: tuple[Mutation, ...] = (
    lambda whole, chance: whole[: chance.randrange(len(whole))],
    lambda whole, chance: whole[chance.randrange(len(whole)) :],
    lambda whole, chance: bytes(byte if chance.random() > 0.01 else chance.randrange(256) for byte in whole),
    lambda whole, chance: whole[:200] + chance.randbytes(len(whole) // 2) + whole[-200:],
    lambda _whole, _chance: b"",
    lambda _whole, chance: chance.randbytes(chance.randrange(1, 5000)),
    lambda whole, chance: chance.randbytes(64) + whole,
    lambda whole, _chance: whole[:60] + b"\xff" * 60 + whole[120:],
    lambda whole, _chance: bytes(len(whole)),
)


class DecodingEar(FakeEar):
    """Decodes as mien does, and makes up the rest."""

    def __init__(self) -> None:
        super().__init__(before=read_sound)


def written(path: Path, form: Format) -> bytes:
    return encode(path, form, sine(440.0, 3.0, form.rate)).read_bytes()


def write_wrecks(folder: Path, count: int) -> None:
    """Write whole files of every format, and wrecks of them under right and wrong names."""
    folder.mkdir()
    chance = random.Random(7)
    wholes = {form.suffix: written(folder / f"whole.{form.suffix}", form) for form in FORMATS}
    suffixes = sorted(wholes)
    for number in range(count):
        whole, mutation = wholes[suffixes[number % len(suffixes)]], MUTATIONS[number % len(MUTATIONS)]
        name = suffixes[number % len(suffixes)] if chance.random() < 0.7 else chance.choice([*suffixes, "aac", "aiff"])
        (folder / f"wreck {number}.{name}").write_bytes(mutation(whole, chance))
    (folder / "folder.mp3").mkdir()
    (folder / "gone.ogg").symlink_to(folder / "nowhere.ogg")
    (folder / "round.ogg").symlink_to(folder / "round.ogg")


def heard_through(tmp_path: Path, count: int) -> None:
    music = tmp_path / "music"
    write_wrecks(music, count)
    with Library(tmp_path / "index.sqlite", music) as library:
        library.scan()
        report = listen(library, DecodingEar())
        check = check_library(library)
        playable = {track.path for track in library.tracks()}
        broken = {file.path for file in check.broken}

        assert report.waiting == 0
        assert {path.name for path in playable} >= {f"whole.{form.suffix}" for form in FORMATS}
        assert playable.isdisjoint(broken)
        assert playable | broken == {path for path in music.iterdir() if path.name != "folder.mp3"}
        assert all(file.reason and file.reason.isprintable() for file in check.broken)
        assert len(broken) >= count // 4
        assert library.scan().broken == check.broken
        assert all(track.duration_seconds is not None for track in library.tracks())


def test_wrecks_are_named_and_the_rest_plays(tmp_path: Path) -> None:
    heard_through(tmp_path, 45)


@pytest.mark.slow
def test_very_many_wrecks_are_named_and_the_rest_plays(tmp_path: Path) -> None:
    heard_through(tmp_path, 2000)
