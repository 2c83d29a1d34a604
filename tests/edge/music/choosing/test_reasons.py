"""Why a track was chosen, as a person reads it."""

from dataclasses import replace
from pathlib import Path

import pytest

from mien.config import load
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Circumstances
from mien.music.choosing.policies import policy_of
from mien.music.choosing.reasons import describe
from mien.types import EMOTIONS, Affect, Emotion, Mood, Presence, Track

NOW = 1e9
HOUR, DAY = 3600.0, 86_400.0
HEARD = Track(
    *(Path("/music/a.flac"), "a", None, None, None, Affect(0.4, -0.6), "audio", "", 0.1, -14.0),
    ("slow onsets", "soft", "minor third", "dull"),
)


def mood(emotion: Emotion) -> Mood:
    return Mood(Presence.DECIDED, emotion, Affect(0.0, 0.0), 0.9)


def sentence(
    track: Track, mood: Mood, circumstances: Circumstances | None = None, recent: tuple[Path, ...] = (), **music: bool
) -> str:
    chooser = Chooser(policy_of(load(None, {"music": music})), 8, 1)
    (choice,) = chooser.rank(mood, (track,), recent, 1, circumstances or Circumstances())
    return "; ".join(choice.reasons)


def test_what_is_heard_tells_why() -> None:
    heard = Circumstances(now=NOW, heard={"/music/a.flac": NOW - 9 * DAY})

    assert sentence(HEARD, mood(Emotion.FEAR), heard) == (
        "gentle and bright for a frightened face: slow onsets, soft, minor third; not heard for 9 days"
    )


@pytest.mark.parametrize(
    ("source", "word", "first"),
    [
        ("tag", "calm", "tagged calm"),
        ("folder", "calm", "in your folder 'calm'"),
        ("playlist", "calm", "in your playlist 'calm'"),
        ("title", "calm", "title says 'calm'"),
        ("prior", "", "nothing tells its mood"),
        ("audio", "", "gentle and bright for a frightened face"),
    ],
)
def test_who_placed_it_stands_first(source: str, word: str, first: str) -> None:
    placed = replace(HEARD, affect_source=source, affect_word=word, traits=())

    assert sentence(placed, mood(Emotion.FEAR)).split("; ")[0] == first


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60.0, "not heard for a while"),
        (5 * HOUR, "not heard for 5 hours"),
        (3 * DAY, "not heard for 3 days"),
        (-DAY, "not heard for a while"),
    ],
)
def test_how_long_ago_it_was_heard(seconds: float, words: str) -> None:
    heard = Circumstances(now=NOW, heard={"/music/a.flac": NOW - seconds})

    assert sentence(HEARD, mood(Emotion.FEAR), heard).endswith(words)


def test_what_else_counts_is_told() -> None:
    unsure = replace(HEARD, spread=0.6)
    assert "though its place is not sure" in sentence(unsure, mood(Emotion.FEAR))
    assert "the nearest left to lively and bright for a happy face" in sentence(HEARD, mood(Emotion.HAPPY))
    assert "place 1 of 2 on the way" in sentence(HEARD, mood(Emotion.FEAR), guided=True)
    assert sentence(HEARD, mood(Emotion.FEAR), recent=(HEARD.path,)).endswith("but nothing else fits as well")
    others = Circumstances(now=NOW, heard={"/music/b.flac": NOW})
    assert sentence(HEARD, mood(Emotion.FEAR), others).endswith("not heard so far")


def test_what_hands_said_is_told() -> None:
    for leaning, words in ((0.6, "you like it in this mood"), (-0.6, "though you skipped it in this mood")):
        assert words in sentence(HEARD, mood(Emotion.FEAR), Circumstances(leanings={"/music/a.flac": leaning}))
    wrong = Circumstances(wrong=frozenset({"/music/a.flac"}))
    assert "though you found it wrong for this mood" in sentence(HEARD, mood(Emotion.FEAR), wrong)


@pytest.mark.parametrize("presence", [*EMOTIONS, Presence.UNSURE, Presence.NOBODY])
def test_every_mood_has_words(presence: Emotion | Presence) -> None:
    felt = mood(presence) if isinstance(presence, Emotion) else Mood(presence, None, Affect(0, 0), 0.0)

    assert " for a" in sentence(HEARD, felt)


def test_places_have_names() -> None:
    assert describe(Affect(0.7, 0.4)) == "lively and bright"
    assert describe(Affect(-0.4, -0.4)) == "gentle and dark"
    assert describe(Affect(0.0, 0.0)) == "easy-going and neutral"
