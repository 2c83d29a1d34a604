"""Words that tell a mood, and where a track lies on the valence-arousal plane by the words around it.

The places follow the Warriner and NRC norms of the words, spread out so that the four corners stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from mien.types import Affect

_TABLE: tuple[tuple[float, float, str], ...] = (
    # lively and bright
    (0.8, 0.45, "happy happily happiness cheerful cheerfully cheery joyful joyfully joyous joy feelgood sunny upbeat"),
    (0.7, 0.35, "funny fun playful playfully merry jolly glad bright uplifting smile"),
    (0.85, 0.65, "euphoric euphoria ecstatic victory victorious victories triumph triumphant triumphantly celebration"),
    (0.7, 0.75, "party partying dance dancing dancefloor disco carnival festive"),
    (0.5, 0.8, "energetic energetically energy energizing excited exciting lively powerful workout driving racing"),
    (0.3, 0.7, "epic heroic hero heroes"),
    # lively and dark
    (
        -0.7,
        0.75,
        "angry angrily anger rage raging furious fury aggressive aggressively aggression hate hateful wrath"
        " revenge vengeance vengeful",
    ),
    (-0.4, 0.75, "battle battles boss fight fighting war siege frantic chaos chaotic attack"),
    (-0.5, 0.6, "tense tension suspense suspenseful fear fearful afraid scary horror anxious panic danger dangerous"),
    (-0.5, 0.2, "dark darkness sinister creepy eerie ominous evil menacing haunted shadow shadows"),
    # gentle and dark
    (-0.65, -0.4, "sad sadly sadness sorrow sorrowful melancholy melancholic gloomy gloom blue tearful grief"),
    (
        -0.6,
        -0.35,
        "lonely loneliness alone unhappy unhappily heartbroken heartbreak depressed depressing defeat funeral mourning",
    ),
    (-0.2, -0.35, "bittersweet nostalgic nostalgia wistful longing moody tired"),
    # gentle and bright
    (
        0.45,
        -0.65,
        "calm calmly calming calmness peaceful peacefully peace serene serenity quiet quietly tranquil",
    ),
    (0.45, -0.55, "relax relaxed relaxing relaxation chill chilled chillout chilling mellow laidback ambient"),
    (0.35, -0.8, "sleep sleeping sleepy lullaby meditation meditative soothing"),
    (0.5, -0.35, "dreamy dreaming soft softly gentle gently tender tenderly warm cozy hopeful hope"),
    (0.7, -0.1, "love loving lovely romantic romantically romance sensual sweet"),
)
MOOD_WORDS: dict[str, Affect] = {
    word: Affect(valence, arousal) for valence, arousal, words in _TABLE for word in words.split()
}
"""Every mood word in lower case, and its place."""

_PHRASES = {("chill", "out"), ("feel", "good"), ("laid", "back"), ("dance", "floor")}
_NEGATIONS = frozenset({"not", "no", "never", "without", "ain't", "don't", "isn't", "can't", "non"})
# A folder is named after a mood when only mood words and these stand in its name: "Sad songs", but not "Dark Tenor".
_FILLERS = frozenset(
    {"a", "and", "for", "in", "it", "listen", "me", "mix", "mixes", "mixtape", "mode", "mood", "moods", "music", "my"}
    | {"of", "on", "or", "playlist", "playlists", "song", "songs", "stuff", "the", "time", "to", "track", "tracks"}
    | {"tune", "tunes", "very", "vibe", "vibes", "when", "with"}
)
# Digits are no part of a word, so that "victory2" tells of victory.
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a track when it is placed.

    `folders` are the names of the folders it lies in, the outermost first; `playlists` the names of those that list it.
    A folder that is named like `artist` or `album` is the label's word, not the owner's: "U2/War" is no mood folder.
    """

    moods: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()
    title: str = ""
    file_name: str = ""
    artist: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a track lies, which source says so, and by which word."""

    affect: Affect
    source: str
    word: str


PRIOR = Placement(Affect(0.0, 0.0), "prior", "")
"""The place of a track that nothing is known of."""


def mood_words(text: str) -> tuple[str, ...]:
    """Return the mood words in a text, in order: whole words in any case, leaving out the negated ("not sad")."""
    words = _words(text)
    pairs = zip(("", *words), words, strict=False)
    return tuple(word for before, word in pairs if word in MOOD_WORDS and before not in _NEGATIONS)


@lru_cache(maxsize=4096)
def named_after_mood(name: str) -> tuple[str, ...]:
    """Return the mood words of a folder's or playlist's name; none unless the whole name tells a mood."""
    others = (word for word in _words(name) if word not in MOOD_WORDS)
    return mood_words(name) if all(word in _FILLERS for word in others) else ()


def place(evidence: Evidence) -> Placement:
    """Place a track by the strongest evidence there is; `PRIOR` when there is none."""
    return next((found for placer in PLACERS if (found := placer(evidence)) is not None), PRIOR)


def _by_tag(evidence: Evidence) -> Placement | None:
    return _placement("tag", (word for mood in evidence.moods for word in mood_words(mood)))


def _by_folder(evidence: Evidence) -> Placement | None:
    """The innermost folder that the owner named after a mood."""
    labels = {evidence.artist.casefold(), evidence.album.casefold()}
    named = (named_after_mood(name) for name in reversed(evidence.folders) if name.casefold() not in labels)
    return _placement("folder", next((words for words in named if words), ()))


def _by_playlist(evidence: Evidence) -> Placement | None:
    return _placement("playlist", (word for name in evidence.playlists for word in named_after_mood(name)))


def _by_title(evidence: Evidence) -> Placement | None:
    """The title, else the file's name, else an album that is wholly named after a mood."""
    words = mood_words(evidence.title) or mood_words(evidence.file_name) or named_after_mood(evidence.album)
    return _placement("title", words)


PLACERS: tuple[Callable[[Evidence], Placement | None], ...] = (_by_tag, _by_folder, _by_playlist, _by_title)
"""Who is asked where a track lies, the most trusted first; the first answer counts."""


def _placement(source: str, words: Iterable[str]) -> Placement | None:
    """The mean place of the words; its word is the first one."""
    found = tuple(dict.fromkeys(words))
    if not found:
        return None
    places = [MOOD_WORDS[word] for word in found]
    valence = sum(affect.valence for affect in places) / len(places)
    arousal = sum(affect.arousal for affect in places) / len(places)
    return Placement(Affect(valence, arousal), source, found[0])


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    for i in range(len(words) - 1, 0, -1):
        if (words[i - 1], words[i]) in _PHRASES:
            words[i - 1 : i + 1] = [words[i - 1] + words[i]]
    return words
