"""The profiles: what each puts in force, and what `drive` promises."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from edge.music.fake_player import FakePlayer
from hypothesis import given
from hypothesis import strategies as st

from mien.config import changed, load, to_toml
from mien.errors import SettingsError
from mien.last_good import load_for_service
from mien.mood.affect import mood_of_emotion, undecided
from mien.music.choosing.choice import Chooser
from mien.music.choosing.circumstances import Circumstances
from mien.music.choosing.policies import policy_of
from mien.music.jukebox import Jukebox
from mien.setting_layers import PROFILES, default_values, profile_values
from mien.types import EMOTIONS, Affect, Emotion, Mood, MoodChange, Presence, Track

FOLDER = resources.files("mien").joinpath("profiles")
DOCUMENT = Path(__file__).parents[2] / "docs/profiles.md"
OWN = {name: tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in PROFILES}

DRIVE = load(Path("/dev/null"), {"profile": "drive"})
MOODS = [*map(mood_of_emotion, EMOTIONS), undecided(Presence.UNSURE), undecided(Presence.NOBODY)]
ROUSING = (Emotion.ANGRY, Emotion.FEAR)
CHOOSER = Chooser(policy_of(DRIVE), DRIVE.music.recent_tracks, DRIVE.music.seed, DRIVE.music.gentler_at_night)

unit = st.floats(-1, 1, width=32)
places = st.lists(st.tuples(unit, unit), min_size=1, max_size=12)


def is_angry(track: Track) -> bool:
    return track.affect.valence < 0 < track.affect.arousal


def library(places: Sequence[tuple[float, float]]) -> tuple[Track, ...]:
    names = [f"t{number}" for number in range(len(places))]
    return tuple(
        Track(Path(f"/music/{name}.ogg"), name, "A", "B", 180.0, Affect(*place), "audio", spread=0.3, content_hash=name)
        for name, place in zip(names, places, strict=True)
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mien.toml"
    path.touch()
    return path


def test_there_is_a_file_for_each_profile_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.toml" for name in PROFILES}
    assert OWN["home"] == {}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_what_its_file_changes_of_the_defaults(file: Path, name: str) -> None:
    file.write_text(f'profile = "{name}"\n')
    expected = default_values() | {"profile": name}
    for section, keys in OWN[name].items():
        expected[section] |= keys
    assert load(file).model_dump() == expected == profile_values(name)


def test_what_is_given_away_of_the_defaults_is_the_takers_own() -> None:
    expected = profile_values("drive")
    for taken in (default_values(), profile_values("drive")):
        taken["people"]["seat"].append(1.0)
        taken["people"].clear()
    assert profile_values("drive") == expected
    assert default_values()["people"]["seat"] == [0.0, 0.0, 1.0, 1.0]


def test_the_files_that_come_with_mien_are_read_once(file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; opened = []; file = Path(sys.argv[1])\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        "from mien.config import load\n"
        "for _ in range(2): load(file, {'profile': 'drive'})\n"
        "print(*sorted(Path(name).name for name in opened if name.endswith('.toml') and name != str(file)))"
    )
    done = subprocess.run([sys.executable, "-c", script, file], capture_output=True, text=True, check=True)
    assert done.stdout == "default.toml drive.toml\n"


def test_no_profile_repeats_a_default() -> None:
    defaults = default_values()
    repeated = [
        f"{name}: {section}.{key}"
        for name, sections in OWN.items()
        for section, keys in sections.items()
        for key, value in keys.items()
        if value == defaults[section][key]
    ]
    assert repeated == []


def test_the_document_tells_of_every_key_that_differs() -> None:
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    told = {
        (name, section, key): tomllib.loads(f"value = {cell.strip(' `')}")["value"]
        for section, key, *cells in rows
        for name, cell in zip(PROFILES, cells, strict=True)
        if cell.strip()
    }
    different = {(name, section, key) for name in PROFILES for section, keys in OWN[name].items() for key in keys}
    assert set(told) == different | {("home", section, key) for _, section, key in different}
    assert told == {(name, section, key): profile_values(name)[section][key] for name, section, key in told}


def test_the_owner_changes_a_profile_and_the_command_line_chooses_another(file: Path) -> None:
    file.write_text('profile = "kiosk"\n[audio]\nmaximum_volume_percent = 40\n')
    kiosk, drive = load(file), load(file, {"profile": "drive"})
    assert (kiosk.profile, kiosk.people.follow, kiosk.audio.maximum_volume_percent) == ("kiosk", "everyone", 40)
    assert (drive.profile, drive.people.follow, drive.audio.maximum_volume_percent) == ("drive", "seat", 40)
    assert drive.eye.most_faces == default_values()["eye"]["most_faces"]


@pytest.mark.parametrize(
    ("profile", "changes", "shown"),
    [
        ("home", {}, {}),
        ("drive", {}, {"profile": "drive"}),
        ("drive", {"web": {"enabled": True}}, {"profile": "drive", "web": {"enabled": True}}),
        ("kiosk", {"people": {"follow": "everyone"}}, {"profile": "kiosk"}),
    ],
)
def test_what_changed_is_what_a_file_would_have_to_say(
    file: Path, profile: str, changes: dict[str, Any], shown: dict[str, Any]
) -> None:
    asked = load(file, {"profile": profile, **changes})
    assert changed(asked) == shown
    for values in (changed(asked), asked.model_dump()):
        file.write_text(to_toml(values))
        assert load(file) == asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('profile = "taxi"\n', "Unknown profile 'taxi' in {}: choose home, kiosk or drive."),
        ("profile = 3\n", "Unknown profile 3 in {}: choose home, kiosk or drive."),
        ("profile = []\n", "Unknown profile [] in {}: choose home, kiosk or drive."),
        ("[profile]\nx = 1\n", "Unknown profile {{'x': 1}} in {}: choose home, kiosk or drive."),
        ('profil = "drive"\n', "Unknown section [profil] in {}. Did you mean 'profile'?"),
        (
            '[web]\nprofile = "drive"\n',
            "Unknown key web.profile in {}. profile belongs to no section: write it above the first one.",
        ),
    ],
)
def test_what_cannot_be_a_profile_is_told_in_a_sentence(file: Path, text: str, expected: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file, {"profile": "drive"})
    assert str(caught.value) == expected.format(file)


def test_the_service_keeps_the_profile_over_a_torn_file(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "state/mien.toml.good"
    file.write_text('profile = "drive"\n')
    assert load_for_service(file, None, [copy]).settings == load(file)
    file.write_text('profile = "dri')
    torn = load_for_service(file, None, [copy])
    assert (torn.settings.profile, torn.settings.web.enabled, torn.file) == ("drive", False, copy)
    fallen_back = load_for_service(file, {"profile": "kiosk"}, [])
    assert (fallen_back.settings.profile, fallen_back.settings.people.follow) == ("kiosk", "everyone")


@pytest.mark.parametrize("mood", MOODS, ids=lambda mood: mood.name)
@pytest.mark.parametrize("guided", [False, True])
def test_drive_leads_every_mood_to_where_it_neither_excites_nor_saddens(mood: Mood, guided: bool) -> None:
    policy = policy_of(load(Path("/dev/null"), {"profile": "drive", "music": {"guided": guided}}))
    for step in range(5):
        aim = policy.aim(mood, step).affect
        assert aim.valence > 0
        assert aim.arousal <= 0.1
        if mood.emotion in ROUSING:
            assert aim.arousal < policy.aim(mood_of_emotion(Emotion.NEUTRAL)).affect.arousal


@given(places=places, emotion=st.sampled_from(ROUSING), hour=st.none() | st.floats(0, 23), data=st.data())
def test_drive_never_answers_anger_with_angry_music_while_there_is_any_other(
    places: list[tuple[float, float]], emotion: Emotion, hour: float | None, data: st.DataObject
) -> None:
    """Whatever was played, liked, or called wrong: the angry tracks stand behind all others."""
    tracks = library(places)
    some = st.sets(st.sampled_from([track.content_hash for track in tracks]))
    played = data.draw(st.lists(st.sampled_from([track.path for track in tracks]), max_size=12))
    hands = {track.content_hash: 1.0 if is_angry(track) else -1.0 for track in tracks}
    heard = dict.fromkeys(data.draw(some), 0.0)
    against = Circumstances(hour=hour, heard=heard, leanings=hands, wrong=data.draw(some))

    ranked = CHOOSER.rank(mood_of_emotion(emotion), tracks, played, len(tracks), against)

    angry = [is_angry(choice.track) for choice in ranked]
    assert len(angry) == len(tracks)
    assert angry == sorted(angry)


@dataclass(frozen=True)
class Shelf:
    """A library that holds what it is given."""

    held: tuple[Track, ...]

    def tracks(self) -> Sequence[Track]:
        return self.held

    def missing(self) -> str | None:
        return None


def moods_on_the_road(places: Sequence[tuple[float, float]], *emotions: Emotion) -> list[Track]:
    """Return what begins to play under the profile, without a track ever ending, while one mood follows another."""
    music = FakePlayer(lambda _ended: None)
    jukebox = Jukebox(Shelf(library(places)), CHOOSER, music, change=DRIVE.music.change)
    before, *later = map(mood_of_emotion, emotions)
    jukebox.start(before)
    for at, mood in enumerate(later):
        jukebox.on_mood(MoodChange(float(at), before, mood))
        before = mood
    return music.begun


BRIGHT, CALM, FURIOUS = (0.6, 0.2), (0.3, -0.4), (-0.7, 0.8)


def test_anger_breaks_a_track_off_at_once_and_a_merrier_mood_waits_for_its_end() -> None:
    begun = moods_on_the_road([BRIGHT, CALM], Emotion.HAPPY, Emotion.ANGRY, Emotion.HAPPY, Emotion.SURPRISE)
    assert [track.affect for track in begun] == [Affect(*BRIGHT), Affect(*CALM)]


@pytest.mark.parametrize("emotion", ROUSING)
@pytest.mark.parametrize("other", [(1.0, 1.0), (-1.0, -1.0)])
def test_angry_music_does_not_play_on_for_an_angry_face_however_badly_the_rest_fits(
    emotion: Emotion, other: tuple[float, float]
) -> None:
    nearly_calm = (-0.05, 0.05)
    begun = moods_on_the_road([nearly_calm, other], Emotion.NEUTRAL, emotion)
    assert [track.affect for track in begun] == [Affect(*nearly_calm), Affect(*other)]


def test_with_nothing_but_angry_music_the_mildest_of_it_plays() -> None:
    begun = moods_on_the_road([FURIOUS, (-0.1, 0.1)], Emotion.ANGRY)
    assert [track.affect for track in begun] == [Affect(-0.1, 0.1)]
