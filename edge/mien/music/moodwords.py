"""Words that tell a mood, and where a track lies on the valence-arousal plane by the words around it.

The places follow the Warriner and NRC norms of the words, spread out so that the four corners stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mien.types import Affect

_TABLE: tuple[tuple[float, float, str], ...] = (
    # lively and bright
    (0.8, 0.45, "happy happily happiness cheerful cheerfully cheery joyful joyfully joyous joy feelgood sunny upbeat"),
    (0.7, 0.35, "funny fun playful playfully merry jolly glad bright uplifting smile"),
    (0.85, 0.65, "euphoric euphoria ecstatic victory victorious victories triumph triumphant triumphantly celebration"),
    (0.7, 0.75, "party partying dance dancing dancefloor disco carnival festive"),
    (0.5, 0.8, "energetic energetically energy energizing excited exciting lively powerful workout driving"),
    (0.3, 0.7, "epic heroic"),
    # lively and dark
    (-0.7, 0.75, "angry angrily anger rage raging furious fury aggressive aggressively aggression hate hateful wrath"),
    (-0.4, 0.75, "battle battles fight fighting war frantic chaos chaotic attack"),
    (-0.5, 0.6, "tense tension suspense suspenseful fear fearful afraid scary horror anxious panic danger dangerous"),
    (-0.5, 0.2, "dark darkness sinister creepy eerie ominous evil menacing"),
    # gentle and dark
    (-0.65, -0.4, "sad sadly sadness sorrow sorrowful melancholy melancholic gloomy gloom blue tearful grief"),
    (
        -0.6,
        -0.35,
        "lonely loneliness alone unhappy unhappily heartbroken heartbreak depressed depressing defeat",
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

_PHRASES = {"chill out": "chillout", "feel good": "feelgood", "laid back": "laidback", "dance floor": "dancefloor"}
_NEGATIONS = frozenset({"not", "no", "never", "without", "ain't", "don't", "isn't", "can't", "non"})
# A folder is named after a mood when only mood words and these stand in its name: "Sad songs", but not "Dark Tenor".
_FILLERS = frozenset(
    {"a", "and", "for", "in", "it", "listen", "me", "mix", "mixes", "mixtape", "mode", "mood", "moods", "music", "my"}
    | {"of", "on", "or", "playlist", "playlists", "song", "songs", "stuff", "the", "time", "to", "track", "tracks"}
    | {"tune", "tunes", "very", "vibe", "vibes", "when", "with"}
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a track when it is placed.

    `folders` are the names of the folders it lies in, the outermost first; `playlists` the names of those that list it.
    """

    moods: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()
    title: str = ""
    file_name: str = ""


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


def named_after_mood(name: str) -> tuple[str, ...]:
    """Return the mood words of a folder's or playlist's name; none unless the whole name tells a mood."""
    found = mood_words(name)
    others = (word for word in _words(name) if word not in MOOD_WORDS)
    return found if all(word in _FILLERS or word.isdigit() for word in others) else ()


def place(evidence: Evidence) -> Placement:
    """Place a track by the strongest evidence there is; `PRIOR` when there is none."""
    return next((found for placer in PLACERS if (found := placer(evidence)) is not None), PRIOR)


def _by_tag(evidence: Evidence) -> Placement | None:
    return _placement("tag", (word for mood in evidence.moods for word in mood_words(mood)))


def _by_folder(evidence: Evidence) -> Placement | None:
    """The innermost folder that is named after a mood."""
    named = (named_after_mood(name) for name in reversed(evidence.folders))
    return _placement("folder", next((words for words in named if words), ()))


def _by_playlist(evidence: Evidence) -> Placement | None:
    return _placement("playlist", (word for name in evidence.playlists for word in named_after_mood(name)))


def _by_title(evidence: Evidence) -> Placement | None:
    return _placement("title", mood_words(evidence.title) or mood_words(evidence.file_name))


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


def _words(text: str) -> tuple[str, ...]:
    lowered = text.lower().replace("’", "'")
    joined = re.sub(r"[\s_-]+", " ", lowered)
    for phrase, word in _PHRASES.items():
        joined = re.sub(rf"\b{phrase}\b", word, joined)
    return tuple(_WORD.findall(joined))
