"""A library heard on one machine and carried to another, by real files and two indexes."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from edge.music.fake_ear import FakeEar
from edge.music.sound_files import write_tone
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.errors import LibraryError
from mien.music.index.carry import ImportReport, export_index, import_index
from mien.music.index.library import Library
from mien.music.index.listening import listen

NAMES = ("one.wav", "Album/two.wav", "caf\udce9 ☀.wav", "undecodable.wav")


@pytest.fixture
def workstation(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "workstation"
    (folder / "Album").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        write_tone(folder / name, 100.0 + number, 0.01)
    with Library(tmp_path / "workstation.sqlite", folder) as library:
        library.scan()
        listen(library, FakeEar())
        yield library


@pytest.fixture
def device(workstation: Library, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(workstation.folder, tmp_path / "device")
    with Library(tmp_path / "device.sqlite", tmp_path / "device") as library:
        library.scan()
        yield library


@pytest.fixture
def export(workstation: Library, tmp_path: Path) -> Path:
    assert export_index(workstation, tmp_path / "heard.jsonl") == 3
    return tmp_path / "heard.jsonl"


def places(library: Library) -> list[tuple[str, float, float, tuple[str, ...]]]:
    return [
        (str(track.path.relative_to(library.folder)), track.affect.valence, track.loudness_lufs or 0.0, track.traits)
        for track in library.tracks()
        if track.affect_source == "audio"
    ]


def test_what_was_heard_arrives(workstation: Library, device: Library, export: Path) -> None:
    assert import_index(device, export) == ImportReport(taken=3, known=0, kept=0)

    assert places(device) == places(workstation) != []
    ear = FakeEar()
    listen(device, ear)
    assert ear.heard == ["undecodable.wav"]
    assert import_index(device, export) == ImportReport(taken=0, known=3, kept=0)


def test_files_that_moved_are_known_by_their_content(device: Library, export: Path) -> None:
    (device.folder / "one.wav").rename(device.folder / "renamed.wav")
    device.scan()

    assert import_index(device, export).taken == 3
    assert "renamed.wav" in [name for name, *_ in places(device)]


def test_a_file_with_new_tags_is_known_by_its_path_and_size(device: Library, export: Path) -> None:
    path = device.folder / "one.wav"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    device.scan()

    assert import_index(device, export).taken == 3


def test_what_is_not_here_yet_waits(device: Library, export: Path, tmp_path: Path) -> None:
    (device.folder / "one.wav").rename(tmp_path / "one.wav")
    device.scan()
    assert import_index(device, export) == ImportReport(taken=2, known=0, kept=1)
    (tmp_path / "one.wav").rename(device.folder / "one.wav")

    device.scan()

    assert len(places(device)) == 3


def test_a_newer_ear_is_carried_over_an_older_one(workstation: Library, device: Library, tmp_path: Path) -> None:
    listen(device, FakeEar())
    listen(workstation, FakeEar("fake 2"))
    export_index(workstation, tmp_path / "newer.jsonl")

    assert import_index(device, tmp_path / "newer.jsonl").taken == 3
    assert places(device) == places(workstation)


def refused(device: Library, file: Path, text: str | bytes, reason: str = "is no whole export") -> None:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(LibraryError, match=reason):
        import_index(device, file)
    assert places(device) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("valence", 2), ("arousal", "high"), ("duration_seconds", -1), ("valence_spread", float("nan"))),
        *(("content", "00"), ("content", 7), ("ear", 7), ("ear", "\ud800"), ("path", None), ("path", "\ud800")),
        *(("traits", None), ("loudness_lufs", 10**400)),
    ],
)
def test_a_wrong_value_is_refused_whole(device: Library, export: Path, field: str, value: object) -> None:
    *lines, last = export.read_text().splitlines()
    wrong = json.dumps({**json.loads(last), field: value})

    refused(device, export, "\n".join([*lines, wrong]))


def test_a_torn_or_foreign_file_is_refused_whole(device: Library, export: Path, tmp_path: Path) -> None:
    whole = export.read_bytes()
    lines = whole.splitlines(keepends=True)

    for torn in (
        b"",
        whole[:-20],
        b"".join(lines[:-1]),
        b"".join(lines[1:]),
        b"\xff" + whole,
        b"[]",
        b"7\n8",
        b"{" * 9999,
    ):
        refused(device, export, torn)
    refused(device, export, whole.replace(b'"mien_heard": 1', b'"mien_heard": 2'))
    with pytest.raises(LibraryError, match=r"none.jsonl cannot be read \(No such file"):
        import_index(device, tmp_path / "none.jsonl")


def test_an_export_that_cannot_be_written_is_said(workstation: Library, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    for file in (tmp_path / "no folder" / "heard.jsonl", tmp_path / "taken"):
        with pytest.raises(LibraryError, match="cannot be written"):
            export_index(workstation, file)
    assert not list(tmp_path.glob("*.unfinished"))


@settings(max_examples=15)
@given(cut=st.integers(0, 1200), noise=st.binary(max_size=20))
def test_no_bytes_make_an_import_fail_otherwise(
    cut: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("import")
    line = {"path": "a.wav", "size": 1, "content": "00" * 16, "ear": "1", "duration_seconds": 1, "loudness_lufs": None}
    line |= {"valence": 0, "arousal": 0, "valence_spread": 1, "arousal_spread": 1, "traits": [], "is_music": True}
    whole = f"{json.dumps({'mien_heard': 1, 'count': 1})}\n{json.dumps(line)}\n".encode()
    (folder / "heard.jsonl").write_bytes(whole[:cut] + noise + whole[cut:])
    with Library(folder / "index.sqlite", folder) as library:
        try:
            report = import_index(library, folder / "heard.jsonl")
        except LibraryError:
            assert library.tracks() == ()
        else:
            assert report == ImportReport(taken=0, known=0, kept=1)
