"""Tags of every format, and files that are not what their name says."""

from pathlib import Path

import pytest
from edge.music import sound_files
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import UnreadableError
from mien.music.index.ogg import ogg_seconds
from mien.music.index.tags import read_tags


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tmoo.mp3", sound_files.mp3({"TMOO": "Happy\0party"})),
        ("custom.mp3", sound_files.mp3(custom={"Mood": "Happy; party"})),
        ("shouting.mp3", sound_files.mp3(custom={"MOOD": "Happy/party"})),
        ("vorbis.flac", sound_files.flac({"MOOD": ["Happy", "party"]})),
        ("small.flac", sound_files.flac({"mood": ["Happy,party"]})),
        ("vorbis.ogg", sound_files.ogg({"MOOD": ["Happy", "party"]})),
        ("itunes.m4a", sound_files.m4a({"MOOD": ["Happy", "party"]})),
        ("windows.wma", sound_files.wma({"WM/Mood": ["Happy", "party"]})),
    ],
)
def test_mood_words_are_read_from_every_format(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert set(read_tags(path).moods) == {"Happy", "party"}


def test_names_and_length_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(sound_files.mp3({"TIT2": "Blue\tTrain ", "TPE1": "Coltrane", "TALB": "B"}))

    tags = read_tags(path)

    assert (tags.title, tags.artist, tags.album, tags.moods) == ("Blue Train", "Coltrane", "B", ())
    assert tags.duration_seconds == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("suffix", ["ogg", "oga"])
def test_the_length_of_an_ogg_file_is_that_of_its_last_page(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(sound_files.ogg({"TITLE": ["Long " * 3000]}))

    assert ogg_seconds(path) == read_tags(path).duration_seconds == pytest.approx(2.0)


def test_an_ogg_file_of_another_codec_has_no_quick_length(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(sound_files.ogg({}).replace(b"\x01vorbis", b"\x7fFLAC\x00\x00"))

    assert ogg_seconds(path) is None


@given(content=st.binary(max_size=200), cut=st.integers(0, 300))
def test_no_bytes_make_the_ogg_reader_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ogg"
    path.write_bytes(sound_files.ogg({})[:cut] + content)

    seconds = ogg_seconds(path)

    assert seconds is None or seconds > 0


def test_an_untagged_file_has_only_a_length(tmp_path: Path) -> None:
    tags = read_tags(sound_files.write_tone(tmp_path / "a.wav", 440, 0.5))

    assert (tags.title, tags.artist, tags.album, tags.moods) == (None, None, None, ())
    assert tags.duration_seconds == pytest.approx(0.5)


def test_a_bare_aac_stream_is_music_of_unknown_length(tmp_path: Path) -> None:
    path = tmp_path / "a.aac"
    path.write_bytes(sound_files.aac())

    assert read_tags(path).duration_seconds is None


def test_a_file_cut_short_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(sound_files.mp3({"TIT2": "Half"})[:6000])

    assert read_tags(path).title == "Half"


NOISE = bytes(range(7, 250)) * 40


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp3", b"", "empty"),
        ("text.mp3", b"This is no music.\n" * 50, "no MP3 audio"),
        ("text.aac", b"This is no music.\n" * 50, "not AAC audio"),
        *(
            (f"noise.{suffix}", NOISE, "audio")
            for suffix in ("ogg", "opus", "flac", "wav", "m4a", "wma", "aiff", "aac")
        ),
        ("head.flac", sound_files.flac({})[:20], "audio"),
        ("head.ogg", sound_files.ogg({})[:20], "audio"),
    ],
)
def test_what_is_no_music_has_a_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnreadableError, match=reason):
        read_tags(path)


def test_what_is_no_file_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "link.mp3").symlink_to(tmp_path / "gone.mp3")

    with pytest.raises(UnreadableError, match="it is a folder"):
        read_tags(tmp_path / "folder.mp3")
    with pytest.raises(UnreadableError, match="the link leads nowhere"):
        read_tags(tmp_path / "link.mp3")
    with pytest.raises(UnreadableError, match="No such file"):
        read_tags(tmp_path / "missing.mp3")
