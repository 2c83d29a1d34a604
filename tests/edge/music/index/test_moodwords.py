"""Words to places on the plane."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.music.index.moodwords import MOOD_WORDS, PRIOR, Evidence, mood_words, named_after_mood, place
from mien.types import Affect

words = st.sampled_from(sorted(MOOD_WORDS))
texts = st.lists(st.text(max_size=20), max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("word", "valence", "arousal"),
    [
        *((word, 1, 1) for word in ("happy", "joyful", "energetic", "party", "victory", "excited")),
        *((word, -1, 1) for word in ("angry", "aggressive", "dark", "tense", "battle", "scary")),
        *((word, -1, -1) for word in ("sad", "melancholy", "lonely", "gloomy")),
        *((word, 1, -1) for word in ("calm", "relaxed", "chill", "love", "romantic", "peaceful")),
    ],
)
def test_words_lie_in_their_corner(word: str, valence: int, arousal: int) -> None:
    affect = MOOD_WORDS[word]

    assert affect.valence * valence > 0
    assert affect.arousal * arousal > 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Happily Ever After", ("happily",)),
        ("BATTLE of the Sad Kings", ("battle", "sad")),
        ("01_chill-out_lounge", ("chillout",)),
        ("Unhappy", ("unhappy",)),
        ("victory2", ("victory",)),
        ("battle-epic", ("battle", "epic")),
        ("03love_theme", ("love",)),
        ("feel-good dance floor", ("feelgood", "dancefloor")),
        ("Sadie Lovelace", ()),
        ("Not Sad", ()),
        ("Don’t Love Me", ()),
        ("Café Triste", ()),
        ("", ()),
    ],
)
def test_words_are_found_whole_in_any_case_and_not_negated(text: str, found: tuple[str, ...]) -> None:
    assert mood_words(text) == found


@pytest.mark.parametrize("name", ["happy", "Sad songs", "My Chill Mix 2", "love & romance", "feel good"])
def test_a_folder_can_be_named_after_a_mood(name: str) -> None:
    assert named_after_mood(name)


@pytest.mark.parametrize("name", ["The Dark Tenor", "Happy Mondays", "Rage Against the Machine", "2019", "", "not sad"])
def test_a_band_is_no_mood(name: str) -> None:
    assert named_after_mood(name) == ()


def test_the_stronger_evidence_counts() -> None:
    everything = Evidence(("sad",), ("calm",), ("party",), "Battle", "01 love")
    without_tag = Evidence(("unheard of",), ("calm",), ("party",), "Battle", "01 love")
    without_folder = Evidence((), ("Music",), ("party",), "Battle", "01 love")
    without_playlist = Evidence((), ("Music",), (), "Battle", "01 love")
    only_file = Evidence((), ("Music",), (), "Track 1", "01 love")
    order = [everything, without_tag, without_folder, without_playlist, only_file, Evidence(title="Track 1")]

    placed = [place(evidence) for evidence in order]

    assert [(p.source, p.word) for p in placed] == [
        *(("tag", "sad"), ("folder", "calm"), ("playlist", "party"), ("title", "battle"), ("title", "love")),
        ("prior", ""),
    ]


def test_the_innermost_folder_counts() -> None:
    assert place(Evidence(folders=("sad", "party", "Abba"))).word == "party"


def test_several_words_meet_in_the_middle() -> None:
    happy, calm = MOOD_WORDS["happy"], MOOD_WORDS["calm"]

    placed = place(Evidence(moods=("happy", "calm", "happy")))

    assert placed.affect == Affect((happy.valence + calm.valence) / 2, (happy.arousal + calm.arousal) / 2)


@given(moods=texts, folders=texts, playlists=texts, title=st.text(), file_name=st.text())
def test_any_text_gives_a_place(
    moods: tuple[str, ...], folders: tuple[str, ...], playlists: tuple[str, ...], title: str, file_name: str
) -> None:
    placed = place(Evidence(moods, folders, playlists, title, file_name))

    assert placed.source in ("tag", "folder", "playlist", "title", "prior")
    assert (placed.word == "") == (placed == PRIOR)


@given(word=words, before=st.sampled_from(["", "the ", "01 - ", "("]), after=st.sampled_from(["", " song", "!", "_2"]))
def test_a_word_tells_its_mood_wherever_it_stands(word: str, before: str, after: str) -> None:
    for spelling in (word, word.upper(), word.title()):
        assert place(Evidence(title=before + spelling + after)).affect == MOOD_WORDS[word]


@given(word=words, letter=st.sampled_from("xyz"))
def test_a_part_of_a_word_tells_nothing(word: str, letter: str) -> None:
    longer = letter + word + letter

    assert place(Evidence(title=longer)) == PRIOR
