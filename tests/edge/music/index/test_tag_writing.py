"""Mood tags in the files themselves: written only when asked, read by other players, and carried past the new hash."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mutagen
import pytest
from edge.music.encoded import Format, encode, sine
from edge.music.fake_ear import FakeEar
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import LibraryError
from mien.music.choosing.feedback import Event, Kind
from mien.music.choosing.memory import Memory
from mien.music.index.library import Library
from mien.music.index.listening import listen
from mien.music.index.moodwords import MOOD_WORDS
from mien.music.index.tag_writing import WORDS, mood_word, tag, write_tags
from mien.music.index.tags import read_tags
from mien.types import Affect, Track

FORMATS = [
    Format(".mp3", "libmp3lame"),
    Format(".flac", "flac"),
    Format(".ogg", "vorbis"),
    Format(".opus", "libopus", 48_000),
    Format(".m4a", "aac"),
    Format(".wma", "wmav2"),
    Format(".wav", "pcm_s16le"),
]


def track_of(path: Path) -> Track:
    return Track(path, path.stem, None, None, None, Affect(0.7, 0.4), "audio")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return encode(tmp_path / "music/plain.flac", FORMATS[1], sine(440, 1.0, 44_100))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield memory


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_every_format_takes_them_and_keeps_its_sound(tmp_path: Path, form: Format) -> None:
    path = encode(tmp_path / f"music/plain{form.suffix}", form, sine(440, 1.0, form.rate))
    before = mutagen.File(path).info.length
    write_tags(track_of(path))
    file = mutagen.File(path)
    assert file.info.length == pytest.approx(before, abs=0.01)
    words = [
        str(value) for values in file.tags.values() for value in (values if isinstance(values, list) else [values])
    ]
    assert any("happy" in word for word in words)
    assert any("0.70" in word for word in words)
    assert read_tags(path).moods == ()  # mien's own opinion is no owner's word


def test_an_owners_tags_stay(sound: Path) -> None:
    file = mutagen.File(sound)
    file["TITLE"] = ["A Song"]
    file.save()
    write_tags(track_of(sound))
    assert read_tags(sound).title == "A Song"


@pytest.mark.usefixtures("sound")
def test_what_was_heard_and_remembered_is_kept(tmp_path: Path, memory: Memory) -> None:
    with Library(tmp_path / "library.sqlite", tmp_path / "music") as library:
        library.scan()
        ear = FakeEar()
        listen(library, ear)
        (before,) = library.tracks()
        memory.add(Event(before.content_hash, before.path, before.title, "happy", Kind.LIKED, 1.0))
        tag(before, library, memory)
        library.scan()
        (after,) = library.tracks()
        assert after.content_hash != before.content_hash
        assert replace(after, content_hash=before.content_hash) == before
        assert library.hearing_queue(ear.version).counts() == (1, 1)
        assert memory.taste.leanings("happy", 1.0).keys() == {after.content_hash}


def test_what_takes_no_tags_is_named(tmp_path: Path) -> None:
    path = tmp_path / "music/letter.mp3"
    path.write_text("This is a letter.\n" * 100)
    with pytest.raises(LibraryError, match=r"letter\.mp3"):
        write_tags(track_of(path))


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_word_is_the_nearest(valence: float, arousal: float) -> None:
    def distance(word: str) -> float:
        return abs(complex(MOOD_WORDS[word].valence - valence, MOOD_WORDS[word].arousal - arousal))

    assert distance(mood_word(Affect(valence, arousal))) == pytest.approx(min(map(distance, WORDS)))
