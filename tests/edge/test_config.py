import json
import os
import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.config import Settings, changed, load, to_toml, user_file, without_secrets
from mien.errors import SettingsError
from mien.setting_layers import default_values

DEFAULTS = default_values()
SECTIONS = {section: keys for section, keys in DEFAULTS.items() if section != "profile"}
KEYS = [(section, key) for section, keys in SECTIONS.items() for key in keys]
WAY = r"one to five places are needed, each a valence and an arousal from -1 to 1: \[\[0\.7, 0\.4\]\]"
FLOATS = [(section, key) for section, key in KEYS if isinstance(DEFAULTS[section][key], float)]
TEXT = st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), max_size=30)  # JSON writes what lies above in pairs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mien.toml"


def complaint(file: Path, text: str | bytes) -> str:
    """Return the one sentence with which a settings file is refused."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        load(file)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert str(file) in sentence
    return sentence


def test_the_defaults_are_complete_and_in_force_without_a_file(file: Path) -> None:
    file.touch()
    assert load(file).model_dump() == DEFAULTS
    assert set(Settings.model_fields) == set(DEFAULTS)
    assert changed(load(file)) == {}


def test_a_file_changes_what_it_names_and_options_change_it_again(file: Path) -> None:
    file.write_text('[music]\npolicy = "match"\nseed = 5\n')
    settings = load(file, {"music": {"seed": 7}, "camera": {"source": "clip.mp4"}})
    assert (settings.music.policy, settings.music.seed, settings.camera.source) == ("match", 7, "clip.mp4")
    assert changed(settings) == {"camera": {"source": "clip.mp4"}, "music": {"policy": "match", "seed": 7}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[camra]\n", r"Unknown section \[camra\] in .* Did you mean 'camera'\?"),
        (
            "[zzz]\n",
            r"Unknown section \[zzz\] in .* Known: profile, camera, eye, people, mood, music, lift, .*, paths\.",
        ),
        ("[mood]\ndwel_seconds = 1.0\n", r"Unknown key mood\.dwel_seconds in .* Did you mean 'dwell_seconds'\?"),
        ("[audio]\nvolume_percent = 3\n", r"Unknown key audio\.volume_percent in .* Did you mean '\w+_volume_percent'"),
        ("[web]\nzzz = 1\n", r"Unknown key web\.zzz in .* Known: enabled, port, listen, token, names\."),
        ("camera = 3\n", r"camera in .* is a section: write \[camera\]"),
        ("[[camera]]\nwidth = 640\n", r"camera in .* is a section: write \[camera\]"),
        ("dwell_seconds = 1.0\n", r"Unknown section \[dwell_seconds\]"),
        ('[camera]\nwidth = "640"\n', r"camera\.width: .*valid integer \(it is '640'\)"),
        ("[camera]\nwidth = 640.0\n", r"camera\.width: .*valid integer"),
        ("[camera]\nwidth = true\n", r"camera\.width: .*valid integer"),
        ("[camera]\nsource = 0\n", r"camera\.source: .*valid string \(it is 0\)"),
        ("[camera.source]\nx = 1\n", r"camera\.source: .*valid string\."),
        ('[camera]\nsource = ""\n', r"camera\.source: .*at least 1 character"),
        ('[camera]\nsource = "a\\u0000b"\n', r"camera\.source: no control characters may be in it"),
        ('[music]\nlibrary = "~nobody-of-that-name/x"\n', r"music\.library: the home folder behind its ~ is not known"),
        ('[music]\npolicy = "lfit"\n', r"music\.policy: .*'lift', 'match', 'calm' or 'drive' \(it is 'lfit'\)"),
        ("[lift]\nsad = []\n", rf"lift\.sad: {WAY} \(it is \[\]\)"),
        ("[calm]\nfear = [0.4, -0.6]\n", rf"calm\.fear: {WAY} \(it is \[0\.4, -0\.6\]\)"),
        ("[drive]\nangry = [[0.4, -1.5]]\n", rf"drive\.angry: {WAY} \(it is \[\[0\.4, -1\.5\]\]\)"),
        ("[lift]\nangry = [[0.4, 0.5, 0.6]]\n", rf"lift\.angry: {WAY}"),
        ("[lift]\nangry = [[0.4, nan]]\n", rf"lift\.angry: {WAY}"),
        ("[lift]\nangry = [[true, 0.1]]\n", rf"lift\.angry: {WAY}"),
        (f"[lift]\nhappy = {[[0.1, 0.1]] * 6}\n", rf"lift\.happy: {WAY}"),
        ("[lift]\nbored = [[0.0, 0.0]]\n", r"Unknown key lift\.bored"),
        ("[web]\nport = 65536\n", r"web\.port: .*less than or equal to 65535"),
        ("[web]\nenabled = 1\n", r"web\.enabled: .*valid boolean"),
        ("[audio]\nmaximum_volume_percent = 101\n", r"audio\.maximum_volume_percent: .*equal to 100 \(it is 101\)"),
        ("[mood]\nenter_probability = -0.1\n", r"mood\.enter_probability: .*greater than or equal to 0"),
        (
            "[mood]\nleave_probability = 0.95\n",
            r"mood: leave_probability may not be above enter_probability or enter_neutral_probability\.$",
        ),
        ("[eye]\nthreads = 0\nface_score = 2\n", r"eye\.threads: .*; eye\.face_score: .*"),
        ("[eye]\nframes_per_second = 0\n", r"eye\.frames_per_second: .*greater than or equal to 1"),
        ('[web]\nlisten = "0.0.0.0"\n', r"web: a page that listens on the network needs a token: write one of 16"),
        ('[web]\nnames = ["music.example.org"]\n', r"web: names that others call the page by .* need a token"),
        ('[web]\nlisten = "localhost"\n', r"web\.listen: an address is needed, such as 127\.0\.0\.1"),
        ('[web]\nnames = ["http://a"]\n', r"web\.names: 'http://a' is no host name"),
        ("[camera]\nwidth = \n", "is not TOML: "),
        ("[camera]\nwidth = 1\nwidth = 2\n", "is not TOML: "),
        (b"[camera]\nsource = '\xff'\n", "is not TOML: "),
        pytest.param(f"[music]\nseed = {'9' * 5000}\n", "is not TOML: ", id="a number without end"),
        pytest.param(f"[music]\nseed = {'[' * 5000}\n", "is not TOML: ", id="brackets without end"),
    ],
)
def test_what_cannot_be_used_is_named(file: Path, text: str | bytes, expected: str) -> None:
    assert re.search(expected, complaint(file, text))


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_misspelt_key_gets_the_right_suggestion(file: Path, section: str, key: str) -> None:
    misspelt = key[:1] + key[2:] if len(key) > 3 else key + "s"
    sentence = complaint(file, f"[{section}]\n{misspelt} = 1\n")
    assert f"Did you mean '{key}'?" in sentence


@pytest.mark.parametrize(("section", "key"), FLOATS)
@pytest.mark.parametrize(
    "number", ["nan", "inf", "-inf", "-1", "1e9", pytest.param("9" * 400, id="huge"), "true", '"1"']
)
def test_no_number_that_makes_no_sense_is_taken(file: Path, section: str, key: str, number: str) -> None:
    assert f"{section}.{key}: " in complaint(file, f"[{section}]\n{key} = {number}\n")


@pytest.mark.parametrize(("section", "key"), FLOATS)
def test_a_whole_number_is_welcome_where_a_float_stands(file: Path, section: str, key: str) -> None:
    whole = 0 if "probability" in key or "score" in key else 20
    extra = "leave_probability = 0\n" if key.startswith("enter_") else ""
    file.write_text(f"[{section}]\n{key} = {whole}\n{extra}")
    value = load(file).model_dump()[section][key]
    assert value == whole
    assert isinstance(value, float)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(SettingsError, match=f"The settings file {path} cannot be read: {reason}"):
            load(path)


def test_an_option_that_cannot_be_used_is_laid_to_the_command_line(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"^The settings in the command line cannot be used: camera\.source"):
        load(_empty(file), {"camera": {"source": ""}})


def _empty(file: Path) -> Path:
    file.touch()
    return file


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(string.printable, max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin1")))
def test_any_text_is_read_or_refused_in_one_sentence(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    try:
        load(file)
    except SettingsError as error:
        assert str(file) in str(error)  # noqa: PT017 - both ends are right


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KEYS), st.none() | st.booleans() | st.integers() | st.floats() | TEXT)
def test_any_value_is_read_as_it_is_or_refused_by_name(file: Path, where: tuple[str, str], value: Any) -> None:
    section, key = where
    written = "[]" if value is None else json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")
    file.write_text(f"[{section}]\n{key} = {written}\n", encoding="utf-8")
    try:
        settings = load(file)
    except SettingsError as error:
        assert section in str(error)  # noqa: PT017 - both ends are right
    else:
        assert settings.model_dump()[section][key] == ([] if value is None else value)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "camera": st.fixed_dictionaries({"source": TEXT.filter(str.strip), "stall_seconds": st.floats(0.5, 600)}),
            "mood": st.fixed_dictionaries({"dwell_seconds": st.floats(0, 3600)}),
            "music": st.fixed_dictionaries({"seed": st.integers(), "policy": st.sampled_from(["lift", "match"])}),
            "web": st.fixed_dictionaries({"enabled": st.booleans()}),
        },
    )
)
def test_what_changed_comes_back_from_the_toml_that_config_prints(
    file: Path, values: dict[str, dict[str, Any]]
) -> None:
    try:
        asked = load(_empty(file), values)
    except SettingsError:
        return
    for shown in (asked.model_dump(), changed(asked)):
        file.write_text(to_toml(shown), encoding="utf-8")
        assert tomllib.loads(file.read_text(encoding="utf-8")) == shown
        assert load(file) == asked


def test_the_file_in_force_is_the_named_one_then_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = tmp_path / "mien/mien.toml"
    users.parent.mkdir()
    users.write_text("[music]\nseed = 2\n")
    monkeypatch.delenv("MIEN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert (user_file(), load().music.seed) == (users, 2)

    named = tmp_path / "named.toml"
    named.write_text("[music]\nseed = 3\n")
    monkeypatch.setenv("MIEN_CONFIG", str(named))
    assert (user_file(), load().music.seed) == (named, 3)


def test_a_folder_that_may_not_be_asked_for_holds_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ("x" * 300)))
    assert user_file() is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a user that does not exist")
def test_a_user_without_a_home_is_told_to_set_it() -> None:
    program = "from mien.sections.paths import user_folder; import os; os.setuid(54321); user_folder('XDG_NONE', 'x')"
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_NONE")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert "SettingsError: Your home folder is not known here: set HOME to a folder" in done.stderr


@pytest.mark.parametrize(
    ("environment", "state", "run"),
    [
        ({}, "/home/me/.local/state/mien", "/home/me/.local/state/mien"),
        ({"XDG_STATE_HOME": "/state", "XDG_RUNTIME_DIR": "/run/user/7"}, "/state/mien", "/run/user/7/mien"),
        ({"STATE_DIRECTORY": "/var/lib/mien", "RUNTIME_DIRECTORY": "/run/mien"}, "/var/lib/mien", "/run/mien"),
    ],
)
def test_the_folders_are_the_services_or_the_users(
    file: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], state: str, run: str
) -> None:
    for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR", "STATE_DIRECTORY", "RUNTIME_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/me", **environment}.items():
        monkeypatch.setenv(name, value)
    paths = load(_empty(file)).paths
    assert (str(paths.state_folder), str(paths.run_folder)) == (state, run)

    named = load(_empty(file), {"paths": {"state": "~/s", "run": "~/r"}}).paths
    assert (str(named.state_folder), str(named.run_folder)) == ("/home/me/s", "/home/me/r")


@pytest.mark.parametrize("token", ["short-and-wrong", "with spaces in its middle", "x" * 201, "pässwörter-sind-lang"])
def test_a_token_that_cannot_be_used_is_not_told(file: Path, token: str) -> None:
    sentence = complaint(file, f'[web]\ntoken = "{token}"\n')
    assert "web.token: 16 to 200 characters are needed" in sentence
    assert token not in sentence
    assert token not in complaint(file, f'[web]\ntoken = ["{token}"]\n')


def test_no_secret_stands_in_what_python_prints_of_settings(file: Path) -> None:
    file.write_text(
        '[web]\ntoken = "a-token-of-the-owner"\n[mqtt]\npassword = "hush-hush"\n'
        '[camera]\nsource = "rtsp://ann:hush-hush@door/1"\n'
    )
    assert "a-token-of-the-owner" not in repr(load(file))
    assert "hush-hush" not in repr(load(file))


def test_a_token_opens_the_page_to_the_network_and_is_not_shown(file: Path) -> None:
    file.write_text('[web]\nlisten = "::"\ntoken = "a-token-of-the-owner"\nnames = ["music.example.org"]\n')
    settings = load(file)
    assert settings.web.on_network
    for values in (changed(settings), settings.model_dump()):
        shown = to_toml(without_secrets(values))
        assert "a-token-of-the-owner" not in shown
        file.write_text(shown)
        with pytest.raises(SettingsError, match=r"web\.token"):
            load(file)  # and is not taken for a token
