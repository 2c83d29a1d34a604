"""Music libraries to measure with: real files with tags for a player, and rows alone for the growth of the index."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from mien.music.index.index_file import bump_generation
from mien.music.index.library import Library
from mien_benchmarks.bench import output_of
from mien_benchmarks.player_process import Household, settings_text

RATE = 44_100
_LONG_TRACKS, _LONG_SECONDS, _LONG_BITS = 12, 120.0, 128_000  # those that play
_SHORT_SECONDS, _SHORT_BITS = 1.5, 64_000
_TRACKS_OF_ARTIST, _TRACKS_OF_ALBUM = 25, 12
_LONG_FOLDER = "dreamy"  # what plays while no look was seen yet; the others lie farther off
_SHORT_FOLDERS = ("rage", "funeral", "scary", "party")
_ROWS_FOLDER = "without files"  # after those with files: the first is looked for when it is asked whether any is there
_TAGGED_OF = 4  # so many rows, all but one have a tag
_INSERT = (
    "INSERT INTO track (folder, path, size, mtime_ns, content, title, artist, album, duration_seconds, moods, valence,"
    " arousal, affect_source, affect_word) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, '[]', ?, ?, ?, ?)"
)
_INSERT_HEARD = "INSERT INTO heard VALUES (?, 'made', NULL, ?, ?, ?, ?, 0.5, 0.5, ?, 1)"


def make_files(folder: Path, tracks: int, long_seconds: float = _LONG_SECONDS) -> None:
    """Write a library of MP3 files with tags of their own: a few of two minutes, and short ones."""
    long, short = encoded_tone(long_seconds, _LONG_BITS), encoded_tone(_SHORT_SECONDS, _SHORT_BITS)
    for number in range(tracks):
        plays = number < _LONG_TRACKS
        mood = _LONG_FOLDER if plays else _SHORT_FOLDERS[number % len(_SHORT_FOLDERS)]
        title, artist, album = names(number)
        path = folder / mood / artist / album / f"{number:06} {title}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(id3_tag({"TIT2": title, "TPE1": artist, "TALB": album}) + (long if plays else short))


def filled_library(work: Path, tracks: int) -> Path:
    """Return a library of files, made at the first call and kept."""
    folder = work / f"library-{tracks}"
    if not folder.exists():
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        make_files(making, tracks)
        making.rename(folder)
    return folder


def filled_index(work: Path, library: Path, subject: str, python: Path) -> Path:
    """Return the state folder of a version of mien that has scanned a library, made at the first call and kept."""
    home = work / f"{library.name}-{subject.replace(' ', '-')}"
    if not home.exists():
        making = home.with_suffix(".making")
        making.mkdir(exist_ok=True)
        (making / "mien.toml").write_text(settings_text(Household(library), making), encoding="utf-8")
        output_of([python, "-m", "mien", "library", "scan", "--no-hear", "--config", making / "mien.toml"])
        making.rename(home)
    return home / "state"


def write_rows(library: Library, tracks: int) -> None:
    """Write tracks that have no files into an index, as a scan and an ear would: three of four are placed by a tag.

    All are dark, so that a player whose eye saw nothing yet begins with a track that has a file.
    """
    key = os.fsencode(library.folder)
    random = np.random.default_rng(tracks)
    with library.writing():
        library.database.executemany(_INSERT, _track_rows(key, tracks, random))
        library.database.executemany(_INSERT_HEARD, _heard_rows(tracks, random))
        bump_generation(library.database)


def names(number: int) -> tuple[str, str, str]:
    """Return the title, artist and album of a track."""
    artist = f"The {number // _TRACKS_OF_ARTIST:05} Ensemble"
    return f"Piece number {number}", artist, f"Recordings {number // _TRACKS_OF_ALBUM:05}"


def encoded_tone(seconds: float, bits_per_second: int) -> bytes:
    """Return a soft chord with some hiss as bare MP3 frames, in stereo at 44.1 kHz."""
    moments = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hertz * moments) for hertz in (220.0, 277.2, 329.6)) / 12
    hiss = np.random.default_rng(1).normal(0.0, 0.01, (2, len(moments)))
    samples = np.ascontiguousarray(chord + hiss, dtype=np.float32)
    file = io.BytesIO()
    bare = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(file, "w", format="mp3", options=bare) as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="stereo", format="fltp")
        stream.bit_rate = bits_per_second
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        for part in fifo.read_many(stream.codec_context.frame_size, partial=True):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


def id3_tag(texts: dict[str, str]) -> bytes:
    """Return an ID3v2.4 tag of text frames."""
    body = b"".join(
        name.encode() + _synchsafe(len(text.encode()) + 1) + bytes(2) + b"\x03" + text.encode()
        for name, text in texts.items()
    )
    return b"ID3\x04\x00\x00" + _synchsafe(len(body)) + body


def _synchsafe(size: int) -> bytes:
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _track_rows(key: bytes, tracks: int, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    places = random.uniform((-1.0, -1.0), (-0.5, 1.0), (tracks, 2)).tolist()
    for number, (valence, arousal) in enumerate(places):
        title, artist, album = names(number)
        path = os.fsencode(f"{_ROWS_FOLDER}/{artist}/{album}/{number:07} {title}.flac")
        placed = (valence, arousal, "tag", "made") if number % _TAGGED_OF else (0.0, 0.0, "prior", "")
        yield (key, path, 30_000_000, _content(number), title, artist, album, 240.0, *placed)


def _heard_rows(tracks: int, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield what was heard: a track without a tag is darker than the others, since its place is its rank among them."""
    traits = ('["soft", "slow onsets"]', '["loud", "fast"]', '["bright"]', "[]")
    places = random.uniform((0.0, -1.0), (1.0, 1.0), (tracks, 2)).tolist()
    for number, (valence, arousal) in enumerate(places):
        dark = 0.0 if number % _TAGGED_OF else 1.0
        yield (_content(number), 240.0, -14.0, valence - dark, arousal, traits[number // _TAGGED_OF % len(traits)])


def _content(number: int) -> bytes:
    return number.to_bytes(16, "big")
