"""The profiles: what each puts in force, and what `drive` promises."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from mien.config import changed, load, to_toml
from mien.errors import SettingsError
from mien.last_good import load_for_service
from mien.setting_layers import PROFILES, default_values, profile_values

FOLDER = resources.files("mien").joinpath("profiles")
OWN = {name: tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in PROFILES}


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
