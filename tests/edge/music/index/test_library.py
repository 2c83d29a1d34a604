"""The index on real files and a real SQLite database."""

import logging
import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from edge.music import sound_files

from mien.errors import LibraryError
from mien.music.index.library import Library


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    (folder / "calm").mkdir(parents=True)
    (folder / "Artist" / "Album").mkdir(parents=True)
    tagged = sound_files.mp3({"TIT2": "Blue Train", "TPE1": "Coltrane", "TALB": "One", "TMOO": "energetic"})
    (folder / "calm" / "tagged.mp3").write_bytes(tagged)
    sound_files.write_tone(folder / "calm" / "01 - Lake_view.wav", 440, 0.2)
    sound_files.write_tone(folder / "Artist" / "Album" / "Battle Hymn.wav", 440, 0.2)
    sound_files.write_tone(folder / "Artist" / "Album" / "Plain.wav", 440, 0.2)
    (folder / "notes.txt").write_text("no music")
    return folder


@pytest.fixture
def library(tmp_path: Path, music: Path) -> Iterator[Library]:
    with Library(tmp_path / "state" / "index.sqlite", music) as library:
        yield library


def test_a_scan_finds_and_places_every_track(library: Library, music: Path) -> None:
    report = library.scan()

    assert (report.added, report.updated, report.removed, report.unchanged, report.broken) == (4, 0, 0, 0, ())
    found = [(t.path.relative_to(music).as_posix(), t.title, t.affect_source, t.affect_word) for t in library.tracks()]
    assert found == [
        ("Artist/Album/Battle Hymn.wav", "Battle Hymn", "title", "battle"),
        ("Artist/Album/Plain.wav", "Plain", "prior", ""),
        ("calm/01 - Lake_view.wav", "Lake view", "folder", "calm"),
        ("calm/tagged.mp3", "Blue Train", "tag", "energetic"),
    ]
    assert (library.tracks()[3].artist, library.tracks()[3].album) == ("Coltrane", "One")


def test_a_second_scan_reads_only_what_changed(library: Library, music: Path) -> None:
    library.scan()
    (music / "calm" / "tagged.mp3").write_bytes(sound_files.mp3({"TIT2": "Another Name"}))
    (music / "Artist" / "Album" / "Plain.wav").unlink()
    sound_files.write_tone(music / "New.wav", 440, 0.2)

    report = library.scan()

    assert (report.added, report.updated, report.removed, report.unchanged) == (1, 1, 1, 2)
    assert [t.title for t in library.tracks()] == ["Battle Hymn", "New", "Lake view", "Another Name"]
    assert library.scan().unchanged == 4


def test_progress_counts_every_file(library: Library) -> None:
    steps: list[tuple[int, int]] = []

    library.scan(lambda done, total: steps.append((done, total)))

    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_broken_files_are_listed_until_they_are_mended(library: Library, music: Path) -> None:
    (music / "torn.ogg").write_bytes(b"OggS and nothing more")
    (music / "gone.mp3").symlink_to(music / "nowhere.mp3")
    (music / "folder.mp3").mkdir()

    report = library.scan()

    assert [(file.path.name, bool(file.reason)) for file in report.broken] == [("gone.mp3", True), ("torn.ogg", True)]
    assert library.broken() == report.broken
    assert len(library.tracks()) == 4
    sound_files.write_tone(music / "nowhere.mp3", 440, 0.2).write_bytes(sound_files.mp3())
    assert [file.path.name for file in library.scan().broken] == ["torn.ogg"]


def test_a_playlist_named_after_a_mood_places_what_it_lists(library: Library, music: Path) -> None:
    library.scan()
    playlist = music / "Sad songs.m3u8"
    playlist.write_bytes(
        b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:1,x\r\nArtist/Album/Plain.wav\r\n../elsewhere.wav\r\nno such.wav\r\n"
    )

    report = library.scan()

    plain = library.find(Path("Artist/Album/Plain.wav"))
    assert report.unchanged == 4
    assert plain is not None
    assert (plain.affect_source, plain.affect_word) == ("playlist", "sad")
    playlist.unlink()
    library.scan()
    plain = library.find(music / "Artist/Album/Plain.wav")
    assert plain is not None
    assert plain.affect_source == "prior"


def test_a_track_is_found_by_its_path(library: Library, music: Path) -> None:
    library.scan()

    inside, absolute = Path("calm/tagged.mp3"), music / "calm/tagged.mp3"

    assert library.find(inside) == library.find(absolute) == library.tracks()[3]
    assert library.find(Path("calm/none.mp3")) is None
    assert library.find(Path("/etc/passwd")) is None


@pytest.mark.parametrize(
    "name", [b"caf\xe9.wav", "naïve ☀.wav".encode(), b"two\nlines.wav", b"#1 100%?.wav", b"a;b'c.wav"]
)
def test_odd_names_survive(library: Library, music: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(music) + b"/" + name))
    sound_files.write_tone(path, 440, 0.2)

    library.scan()

    track = library.find(path)
    assert track is not None
    assert track.path.exists()
    assert track.title.isprintable()
    track.title.encode("utf-8")


def test_links_in_a_circle_end(library: Library, music: Path) -> None:
    (music / "calm" / "again").symlink_to(music)
    (music / "loop.mp3").symlink_to(music / "loop.mp3")

    report = library.scan()

    assert report.added == 5
    assert [file.path.name for file in report.broken] == ["loop.mp3"]


def test_hidden_files_are_left_out(library: Library, music: Path) -> None:
    (music / "._tagged.mp3").write_bytes(b"Mac OS X")

    assert library.scan().added == 4


def test_the_index_is_read_by_another_process_after_a_scan(library: Library, tmp_path: Path, music: Path) -> None:
    with Library(tmp_path / "state" / "index.sqlite", music) as reader:
        assert reader.tracks() == ()
        library.scan()
        first = reader.tracks()

        assert len(first) == 4
        assert reader.tracks() is first
        sound_files.write_tone(music / "New.wav", 440, 0.2)
        library.scan()
        assert len(reader.tracks()) == 5


def test_two_folders_share_an_index(library: Library, tmp_path: Path) -> None:
    library.scan()
    other = tmp_path / "other"
    other.mkdir()
    sound_files.write_tone(other / "Plain.wav", 440, 0.2)

    with Library(tmp_path / "state" / "index.sqlite", other) as second:
        assert second.scan().removed == 0
        assert [track.path for track in second.tracks()] == [other / "Plain.wav"]
    assert len(library.tracks()) == 4


def test_a_torn_index_is_set_aside_and_made_anew(tmp_path: Path, music: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = tmp_path / "index.sqlite"
    index.write_bytes(b"this is not a database" * 100)

    with caplog.at_level(logging.WARNING), Library(index, music) as library:
        assert library.scan().added == 4

    assert (tmp_path / "index.sqlite.broken").read_bytes().startswith(b"this is not")
    assert "is torn" in caplog.text


def test_an_index_torn_inside_is_set_aside(tmp_path: Path, music: Path) -> None:
    index = tmp_path / "index.sqlite"
    for number in range(60):
        sound_files.write_tone(music / f"{number:03} {'long name ' * 15}.wav", 440, 0.01)
    with Library(index, music) as library:
        library.scan()
    content = bytearray(index.read_bytes())
    content[4096 + 100 : 3 * 4096] = random.Random(1).randbytes(2 * 4096 - 100)
    index.write_bytes(content)

    with Library(index, music) as library:
        assert library.tracks() == ()
    assert (tmp_path / "index.sqlite.broken").exists()


@pytest.mark.parametrize("version", [0, 1])
def test_an_index_of_before_is_made_anew(tmp_path: Path, music: Path, version: int) -> None:
    index = tmp_path / "index.sqlite"
    write_other_version(index, version)

    with Library(index, music) as library:
        assert library.scan().added == 4


def test_an_index_of_a_later_mien_is_kept_aside(tmp_path: Path, music: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = tmp_path / "index.sqlite"
    write_other_version(index, 99)
    content = index.read_bytes()

    with Library(index, music) as library:
        assert library.scan().added == 4
    assert (tmp_path / "index.sqlite.version-99").read_bytes()[100:] == content[100:]
    assert "was made by a later mien" in caplog.text


def write_other_version(index: Path, version: int) -> None:
    database = sqlite3.connect(index)
    database.executescript(f"CREATE TABLE track (something TEXT); PRAGMA user_version = {version};")
    database.close()


def test_a_folder_named_like_the_album_is_not_the_owners_word(library: Library, music: Path) -> None:
    (music / "U2" / "War").mkdir(parents=True)
    (music / "U2" / "War" / "a.mp3").write_bytes(sound_files.mp3({"TALB": "War", "TPE1": "U2"}))
    library.scan()

    track = library.find(Path("U2/War/a.mp3"))
    assert track is not None
    assert (track.affect_source, track.affect_word) == ("title", "war")


def test_a_scan_that_finds_nothing_new_shows_readers_nothing_new(library: Library, music: Path) -> None:
    (music / "torn.ogg").write_bytes(b"OggS and nothing more")
    library.scan()
    tracks = library.tracks()

    library.scan()

    assert library.tracks() is tracks


def test_an_index_that_cannot_be_made_is_named(tmp_path: Path, music: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LibraryError, match=r"index.*cannot be opened.*paths\.state"):
        Library(tmp_path / "file" / "index.sqlite", music)
    with pytest.raises(LibraryError, match=r"index.*cannot be opened"):
        Library(tmp_path, music)


def test_a_missing_folder_says_what_to_do_and_costs_nothing(library: Library, music: Path, tmp_path: Path) -> None:
    library.scan()
    music.rename(tmp_path / "unplugged")

    with pytest.raises(LibraryError, match=r"music folder .* does not exist, .*music\.library"):
        library.scan()
    music.mkdir()
    with pytest.raises(LibraryError, match=r"holds no music .*copy some"):
        library.scan()
    assert len(library.tracks()) == 4


def test_an_interrupted_scan_keeps_what_it_read(library: Library, tmp_path: Path, music: Path) -> None:
    for number in range(250):
        (music / f"{number}.mp3").write_bytes(sound_files.mp3())

    def interrupt(done: int, _total: int) -> None:
        if done == 230:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.scan(interrupt)
    library.close()
    with Library(tmp_path / "state" / "index.sqlite", music) as again:
        report = again.scan()
    assert report.unchanged >= 200
    assert report.added + report.unchanged == 254
