"""Writes what mien thinks of a track into the file itself, in the fields that other players read; only when asked.

The mood's word goes where players look for it (TMOO and TXXX:MOOD in ID3, MOOD in Vorbis comments, WM/Mood in ASF, a
freeform iTunes atom in MP4), its place as MOOD_VALENCE and MOOD_AROUSAL beside it. A file with these two is read back
as mien's own opinion, not as its owner's word.
"""

from __future__ import annotations

from mien.errors import LibraryError
from mien.music.choosing.memory import Memory
from mien.music.index.content import content_hash
from mien.music.index.hearing_queue import copy_heard
from mien.music.index.library import Library
from mien.music.index.moodwords import MOOD_WORDS
from mien.types import Affect, Track

WORDS = ("happy", "energetic", "aggressive", "tense", "sad", "nostalgic", "calm", "dreamy", "romantic")
"""The words written, each as a player would show it."""

_INSTALL = "run `./requirements.sh --tags` (mutagen, under the GPL)"


def mood_word(affect: Affect) -> str:
    """Return the nearest of `WORDS` to a place."""

    def distance(word: str) -> float:
        place = MOOD_WORDS[word]
        return (place.valence - affect.valence) ** 2 + (place.arousal - affect.arousal) ** 2

    return min(WORDS, key=distance)


def fields_of(track: Track) -> dict[str, str]:
    """Return what would be written into a track's file."""
    affect = track.affect
    return {
        "MOOD": mood_word(affect),
        "MOOD_VALENCE": f"{affect.valence:.2f}",
        "MOOD_AROUSAL": f"{affect.arousal:.2f}",
    }


def write_tags(track: Track) -> None:
    """Write a track's mood into its file; whatever else stands there stays.

    Raises:
        LibraryError: mutagen is not installed, the format takes no tags, or the file cannot be written.
    """
    try:
        import mutagen
    except ImportError as error:
        raise LibraryError(f"Tags cannot be written without mutagen: {_INSTALL}.") from error
    try:
        file = mutagen.File(track.path)
        if file is None:
            raise LibraryError(f"{track.path} takes no tags: its format is not known to mutagen.")
        if file.tags is None:
            file.add_tags()
        _put(file, fields_of(track))
        file.save()
    except (mutagen.MutagenError, OSError) as error:
        raise LibraryError(f"The tags of {track.path} cannot be written ({error}): see whether it is whole.") from error


def tag(track: Track, library: Library, memory: Memory) -> None:
    """Write a track's mood into its file, and keep what was heard in it and what is remembered of it.

    Raises:
        LibraryError: the file, the index or the memory cannot be written.
    """
    write_tags(track)
    if not track.content_hash:
        return
    after = content_hash(track.path)
    with library.writing():
        copy_heard(library.database, bytes.fromhex(track.content_hash), after)
    memory.rename(track.content_hash, after.hex())


def _put(file: object, fields: dict[str, str]) -> None:
    from mutagen.asf import ASF
    from mutagen.id3 import ID3, TMOO, TXXX
    from mutagen.mp4 import MP4, MP4FreeForm

    tags = file.tags  # type: ignore[attr-defined]
    if isinstance(tags, ID3):
        tags.setall("TMOO", [TMOO(encoding=3, text=[fields["MOOD"]])])
        for name, value in fields.items():
            tags.setall(f"TXXX:{name}", [TXXX(encoding=3, desc=name, text=[value])])
    elif isinstance(file, MP4):
        for name, value in fields.items():
            tags[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode())]
    elif isinstance(file, ASF):
        for name, value in fields.items():
            tags[f"WM/{name.title()}" if name == "MOOD" else name] = [value]
    else:  # Vorbis comments: FLAC, Ogg, Opus
        for name, value in fields.items():
            tags[name] = [value]
