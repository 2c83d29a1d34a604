"""Playlists of real files, read again by a scan."""

from pathlib import Path

import pytest
from edge.music.sound_files import write_tone

from mien.errors import LibraryError
from mien.music.index.library import Library
from mien.music.index.playlists import write_playlists
from mien.types import Affect, Choice, Track


def choice(path: Path, title: str = "Title", artist: str | None = None, seconds: float | None = None) -> Choice:
    return Choice(Track(path, title, artist, None, seconds, Affect(0.0, 0.0), "prior"), 1.0, ())


def test_a_list_a_mood_with_relative_paths(tmp_path: Path) -> None:
    music, lists = tmp_path / "music", tmp_path / "lists" / "moods"
    tracks = (
        choice(music / "Album" / "Ünder ☀.mp3", "Ünder", "Artist", 61.6),
        choice(music / "#1.ogg", "One"),
        choice(lists / "#2.ogg", "Two"),
        choice(music / "two\nlines.ogg"),
        choice(music / "caf\udce9.ogg", "caf�"),
    )

    written = write_playlists(lists, {"happy": tracks, "sad": ()})

    assert written == (lists / "happy.m3u8", lists / "sad.m3u8")
    lines = written[0].read_bytes().split(b"\n")
    assert lines[0] == b"#EXTM3U"
    assert lines[2:] == [
        *("#EXTINF:62,Artist - Ünder".encode(), "../../music/Album/Ünder ☀.mp3".encode()),
        *(b"#EXTINF:-1,One", b"../../music/#1.ogg", b"#EXTINF:-1,Two", b"./#2.ogg"),
        *("#EXTINF:-1,caf�".encode(), b"../../music/caf\xe9.ogg", b""),
    ]
    assert not list(lists.glob("*.unfinished"))


def test_a_list_of_miens_own_is_not_taken_for_the_owners_word(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "plain.wav", 440, 0.01)
    with Library(tmp_path / "index.sqlite", tmp_path) as library:
        (playlist,) = write_playlists(tmp_path, {"sad": [choice(path)]})
        library.scan()
        assert library.tracks()[0].affect_source == "prior"
        kept = [line for line in playlist.read_bytes().splitlines() if not line.startswith(b"#MIEN")]
        playlist.write_bytes(b"\n".join(kept))

        library.scan()

        assert library.tracks()[0].affect_source == "playlist"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LibraryError, match=r"playlist .*happy\.m3u8 cannot be written"):
        write_playlists(tmp_path / "file", {"happy": ()})
