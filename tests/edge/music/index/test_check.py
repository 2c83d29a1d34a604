"""What is wrong in a real folder."""

from pathlib import Path

from edge.music import sound_files
from edge.music.fake_ear import FakeEar

from mien.music.index.check import MissingFile, check_library
from mien.music.index.library import Library
from mien.music.index.listening import listen


def test_everything_wrong_is_named(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for number, name in enumerate(("plain.wav", "wind.wav", "undecodable.wav", "late.wav")):
        sound_files.write_tone(music / name, 100.0 + number, 0.01)
    (music / "copy.wav").write_bytes((music / "plain.wav").read_bytes())
    (music / "tagged.mp3").write_bytes(sound_files.mp3({"TIT2": "Blue Train"}))
    (music / "torn.ogg").write_bytes(b"OggS and nothing more")
    (music / "Favourites.m3u").write_text("plain.wav\ngone.wav\ngone.wav\n/elsewhere.wav\n")
    waiting = iter([False] * 4)
    with Library(tmp_path / "index.sqlite", music) as library:
        library.scan()
        listen(library, FakeEar(), should_stop=lambda: next(waiting, True))

        report = check_library(library)

    assert [file.path.name for file in report.broken] == ["torn.ogg", "undecodable.wav"]
    assert report.missing == (MissingFile(music / "Favourites.m3u", music / "gone.wav"),)
    assert report.duplicates == ((music / "copy.wav", music / "plain.wav"),)
    assert report.not_music == (music / "wind.wav",)
    assert report.not_heard == (music / "tagged.mp3",)
    assert [path.name for path in report.untagged] == [
        *("copy.wav", "late.wav", "plain.wav", "undecodable.wav", "wind.wav")
    ]
    assert not report.is_clean


def test_what_is_not_music_is_named(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / "calm").mkdir(parents=True)
    sound_files.write_tone(music / "plain.wav", 100.0, 0.01)
    sound_files.write_tone(music / "wind.wav", 101.0, 0.01)
    sound_files.write_tone(music / "calm" / "wind.wav", 102.0, 0.01)
    with Library(tmp_path / "index.sqlite", music) as library:
        library.scan()
        listen(library, FakeEar())

        report = check_library(library)

    assert report.not_music == (music / "wind.wav",)
    assert report.not_heard == ()
    assert report.is_clean
