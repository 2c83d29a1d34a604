"""One file's tags: what the owner or the label wrote into it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from mien.errors import UnreadableError
from mien.music.index.ogg import ogg_seconds
from mien.music.sound_file import check_file

# Where tinytag 2 puts the mood: TMOO keeps its frame name; TXXX:MOOD, Vorbis MOOD, WM/Mood and iTunes MOOD all lose
# their prefix and case. AIFF and WAV carry ID3 frames.
_MOOD_FIELDS = ("tmoo", "mood")
_SEPARATORS = re.compile(r"[;/,\x00]")
# tinytag knows no ADTS stream: it would read an .aac file's frames as MPEG audio and invent a length.
_UNMEASURED = frozenset({".aac"})
_OGG = frozenset({".ogg", ".oga", ".opus"})  # which tinytag reads page by page, 20 times as slowly


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself. `moods` are its explicit mood words, in the order written."""

    title: str | None
    artist: str | None
    album: str | None
    duration_seconds: float | None
    moods: tuple[str, ...]


def read_tags(path: Path) -> Tags:
    """Read a music file's tags.

    Raises:
        UnreadableError: the file is missing, empty, no file, or not the audio its name says.
    """
    check_file(path)
    suffix = path.suffix.lower()
    try:
        seconds = ogg_seconds(path) if suffix in _OGG else None
        measured = seconds is None and suffix not in _UNMEASURED
        tag = TinyTag.get(path, duration=measured)
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from error
    except TinyTagException as error:
        raise UnreadableError(f"it is torn or not {path.suffix[1:].upper()} audio") from error
    # A torn or streamed file may hide its length and still play; text in a file named .mp3 shows no rate either.
    if measured and tag.samplerate is None and not tag.duration:
        raise UnreadableError(f"no {path.suffix[1:].upper()} audio was found in it")
    # A mood beside `MOOD_VALENCE` was written by mien itself: no owner's word.
    fields = () if "mood_valence" in tag.other else _MOOD_FIELDS
    moods = (value for field in fields for value in tag.other.get(field, ()))
    duration_seconds = _duration(seconds or tag.duration)
    return Tags(_clean(tag.title), _clean(tag.artist), _clean(tag.album), duration_seconds, _split(moods))


def _duration(seconds: float | None) -> float | None:
    return seconds if seconds is not None and math.isfinite(seconds) and seconds > 0 else None


def _clean(text: str | None) -> str | None:
    """Return one line without control characters, or None when nothing is left."""
    if text is None:
        return None
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or None


def _split(values: Iterable[str]) -> tuple[str, ...]:
    words = (_clean(word) for value in values for word in _SEPARATORS.split(value))
    return tuple(dict.fromkeys(word for word in words if word))
