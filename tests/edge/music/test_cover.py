"""The picture of a track, in files that mutagen and hostile hands wrote."""

from __future__ import annotations

import base64
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cv2
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggvorbis
import numpy as np
import pytest
from edge.music.encoded import Format, encode, sine
from edge.music.sound_files import write_tone

from mien.music.cover import LARGEST_COVER_BYTES, cover_of

JPEG, PNG, WEBP = (
    cv2.imencode(end, np.full((8, 8, 3), 90, np.uint8))[1].tobytes() for end in (".jpg", ".png", ".webp")
)


def flac_picture(content: bytes) -> mutagen.flac.Picture:
    picture = mutagen.flac.Picture()
    picture.data, picture.type, picture.mime = content, 3, "image/jpeg"
    return picture


def mp3(path: Path, picture: bytes) -> None:
    encode(path, Format(".mp3", "mp3"), sine(440, 0.2, 44_100))
    frames = mutagen.id3.ID3()
    frames.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="Front", data=picture))
    frames.save(path)


def flac(path: Path, picture: bytes) -> None:
    encode(path, Format(".flac", "flac", sample_format="s16"), sine(440, 0.2, 44_100))
    file = mutagen.flac.FLAC(path)
    file.add_picture(flac_picture(picture))
    file.save()


def ogg(path: Path, picture: bytes) -> None:
    encode(path, Format(".ogg", "vorbis"), sine(440, 0.2, 44_100))
    file = mutagen.oggvorbis.OggVorbis(path)
    file["metadata_block_picture"] = [base64.b64encode(flac_picture(picture).write()).decode()]
    file.save()


def m4a(path: Path, picture: bytes) -> None:
    encode(path, Format(".m4a", "aac"), sine(440, 0.2, 44_100))
    file = mutagen.mp4.MP4(path)
    file["covr"] = [mutagen.mp4.MP4Cover(picture)]
    file.save()


@pytest.mark.parametrize("write", [mp3, flac, ogg, m4a])
def test_the_picture_of_the_file_comes_before_that_of_its_folder(
    tmp_path: Path, write: Callable[[Path, bytes], None]
) -> None:
    track = tmp_path / f"song.{write.__name__}"
    write(track, JPEG)
    (tmp_path / "cover.png").write_bytes(PNG)
    assert cover_of(track) == JPEG
    write(track, b"<svg onload='alert(1)'/>")  # what a browser would run is none
    assert cover_of(track) == PNG
    (tmp_path / "cover.png").unlink()
    assert cover_of(track) is None


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """A track without a picture of its own."""
    write_tone(tmp_path / "song.wav", 440, 0.1)
    return tmp_path / "song.wav"


@pytest.mark.parametrize("name", ["cover.jpg", "Folder.JPG", "FRONT.png", "album.webp"])
def test_the_folders_picture_goes_by_the_usual_names(track: Path, name: str) -> None:
    content = {"png": PNG, "webp": WEBP}.get(name[-4:].strip(".").lower(), JPEG)
    (track.parent / name).write_bytes(content)
    (track.parent / "scan of the lyrics.jpg").write_bytes(b"\xff\xd8\xff another")
    assert cover_of(track) == content


def test_cover_comes_before_folder_unless_it_cannot_be_shown(track: Path) -> None:
    (track.parent / "folder.png").write_bytes(PNG)
    (track.parent / "cover.jpg").write_bytes(JPEG)
    assert cover_of(track) == JPEG
    for content in (b"", b"GIF89a", b"<html>", JPEG.ljust(LARGEST_COVER_BYTES + 1)):
        (track.parent / "cover.jpg").write_bytes(content)
        assert cover_of(track) == PNG
    (track.parent / "cover.jpg").write_bytes(JPEG.ljust(LARGEST_COVER_BYTES))
    assert cover_of(track) == JPEG.ljust(LARGEST_COVER_BYTES)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")])
def test_what_is_no_picture_file_is_passed_over(track: Path, make: Callable[[Path], object]) -> None:
    make(track.parent / "cover.jpg")
    assert cover_of(track) is None


def test_a_track_that_is_gone_or_became_a_pipe_has_none(track: Path) -> None:
    track.unlink()
    assert cover_of(track) is None
    os.mkfifo(track)
    assert cover_of(track) is None
    assert cover_of(track.parent / "away" / "song.wav") is None


def test_a_link_out_of_the_library_to_a_picture_is_the_owners_wish(
    track: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    art = tmp_path_factory.mktemp("art") / "art.jpg"
    art.write_bytes(JPEG)
    (track.parent / "cover.jpg").symlink_to(art)
    assert cover_of(track) == JPEG


def hostile_mp3(claimed: int) -> bytes:
    """A tag of 250 MB whose picture claims so many bytes."""
    return (
        b"ID3\x04\x00\x00"
        + bytes([0x77, 0x7F, 0x7F, 0x7F])
        + b"APIC"
        + claimed.to_bytes(4)
        + b"\x00\x00"
        + b"\x00image/jpeg\x00"
    )


def atom(name: bytes, content: bytes, size: int | None = None) -> bytes:
    return (len(content) + 8 if size is None else size).to_bytes(4) + name + content


def hostile_m4a(claimed: int) -> bytes:
    """Atoms that claim so many bytes, down to the picture."""
    path = [b"moov", b"udta", b"meta", b"ilst", b"covr", b"data"]
    content = b"\x00\x00\x00\x0d\x00\x00\x00\x00" + JPEG
    for name in reversed(path):
        content = atom(name, (b"\x00" * 4 if name == b"meta" else b"") + content, claimed)
    return atom(b"ftyp", b"M4A \x00\x00\x00\x00") + content


@pytest.mark.parametrize("name", ["song.mp3", "song.m4a"])
@pytest.mark.parametrize("claimed", [0, 0x7F7F7F7F, 0xFFFFFFFF])
def test_a_tag_that_claims_any_size_takes_little_memory(tmp_path: Path, name: str, claimed: int) -> None:
    track = tmp_path / name
    head = hostile_mp3(claimed) if name.endswith("mp3") else hostile_m4a(claimed)
    with track.open("wb") as file:
        file.write(head)
        file.truncate(1_000_000_000)  # sparse: it claims no more than is there
    tracemalloc.start()
    try:
        assert cover_of(track) is None
        assert tracemalloc.get_traced_memory()[1] < 5 * LARGEST_COVER_BYTES
    finally:
        tracemalloc.stop()
